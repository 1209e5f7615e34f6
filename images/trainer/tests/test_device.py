"""What is computed on; a host's GPUs are used, or it is said why not."""

import re
from pathlib import Path

import pytest
import torch
from trainer import group
from trainer.device import training_device
from trainer.errors import TrainingError
from trainer_forks import Forks
from trainer_harness import make_job


@pytest.fixture
def without_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


@pytest.fixture
def two_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)


@pytest.mark.usefixtures("without_cuda")
def test_a_host_without_gpus_trains_on_its_cpu() -> None:
    assert training_device(1, 2, gpus=0) == torch.device("cpu")


@pytest.mark.usefixtures("two_gpus")
def test_each_process_has_a_gpu_of_its_own() -> None:
    assert [training_device(rank, 2, gpus=2) for rank in (0, 1)] == [torch.device("cuda", rank) for rank in (0, 1)]


@pytest.mark.usefixtures("without_cuda")
def test_fails_when_torch_is_built_for_cpus_and_the_host_has_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", None)
    monkeypatch.setattr(torch, "__version__", "2.15.0+cpu")
    message = (
        "this host has GPUs (8), and torch 2.15.0+cpu cannot use them: it is built for CPUs; build the image with "
        "--build-arg TORCH=cuda. To train on the CPU all the same, set CUDA_VISIBLE_DEVICES to nothing"
    )
    with pytest.raises(TrainingError, match=f"^{re.escape(message)}$"):
        training_device(0, 8, gpus=8)


@pytest.mark.usefixtures("without_cuda")
def test_fails_with_the_words_of_cuda_when_the_driver_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    def init() -> None:
        raise RuntimeError("The NVIDIA driver on your system is too old\n(found version 12020).")

    monkeypatch.setattr(torch.cuda, "init", init)
    monkeypatch.setattr(torch.version, "cuda", "13.2")
    message = (
        f"this host has GPUs (1), and torch {torch.__version__} cannot use them: The NVIDIA driver on your system is "
        "too old (found version 12020). It is built for CUDA 13.2, which must be no newer than the host's driver "
        "knows, and the container must be given the driver (NVIDIA_VISIBLE_DEVICES=all). "
        "To train on the CPU all the same, set CUDA_VISIBLE_DEVICES to nothing"
    )
    with pytest.raises(TrainingError, match=f"^{re.escape(message)}$"):
        training_device(0, 1, gpus=1)


@pytest.mark.usefixtures("two_gpus")
def test_fails_when_there_are_more_processes_than_gpus() -> None:
    message = "processes_per_node is 4, allowed are at most 2 on this host, one for each of its GPUs"
    with pytest.raises(TrainingError, match=f"^{re.escape(message)}$"):
        training_device(3, 4, gpus=2)


def test_a_job_fails_where_torch_cannot_use_the_gpus_of_the_host(
    tmp_path: Path, digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group, "gpus", lambda environment: 2)
    job = make_job(tmp_path / "ml", digits, epochs="1")
    assert Forks(job).wait() == [1, 1]
    assert job.failure is not None
    assert job.failure.startswith(f"this host has GPUs (2), and torch {torch.__version__} cannot use them: ")
