"""What a training process computes on."""

from __future__ import annotations

import torch

from trainer.errors import TrainingError


def training_device(local_rank: int, processes: int, gpus: int) -> torch.device:
    """The GPU of this process; the CPU where the host has no GPU.

    :param processes: of this host.
    :param gpus: what the driver shows of them.
    :raises TrainingError: there are GPUs, and torch cannot use them; or fewer than processes.
    """
    if not torch.cuda.is_available():
        if gpus > 0:
            raise TrainingError(
                f"this host has GPUs ({gpus}), and torch {torch.__version__} cannot use them: {_reason()}. "
                "To train on the CPU all the same, set CUDA_VISIBLE_DEVICES to nothing"
            )
        return torch.device("cpu")
    usable = torch.cuda.device_count()
    if processes > usable:
        raise TrainingError(
            f"processes_per_node is {processes}, allowed are at most {usable} on this host, one for each of its GPUs"
        )
    return torch.device("cuda", local_rank)


def _reason() -> str:
    if torch.version.cuda is None:
        return "it is built for CPUs; build the image with --build-arg TORCH=cuda"
    try:
        torch.cuda.init()
        said = "it does not say why"
    except (RuntimeError, AssertionError) as error:
        said = " ".join(str(error).split()).rstrip(".")
    return (
        f"{said}. It is built for CUDA {torch.version.cuda}, which must be no newer than the host's driver knows, and "
        "the container must be given the driver (NVIDIA_VISIBLE_DEVICES=all)"
    )
