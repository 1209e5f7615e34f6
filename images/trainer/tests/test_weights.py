"""Fine-tuning: what weights are taken, and what is said of those that do not fit."""

import re
import tarfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from trainer.errors import TrainingError
from trainer.weights import freeze, load_weights


def network(classes: int = 3) -> nn.Sequential:
    torch.manual_seed(classes)
    return nn.Sequential(nn.Linear(4, 5), nn.Linear(5, classes))


def trained(classes: int = 3) -> dict[str, torch.Tensor]:
    return {name: torch.full_like(value, 7) for name, value in network(classes).state_dict().items()}


@pytest.mark.parametrize("form", ["pt", "safetensors", "model.tar.gz"])
def test_weights_come_as_a_file_or_as_the_archive_of_a_job_before(tmp_path: Path, form: str) -> None:
    if form == "safetensors":
        save_file(trained(), tmp_path / "weights.safetensors")
    else:
        torch.save(trained(), tmp_path / "model.pt")
    if form == "model.tar.gz":
        with tarfile.open(tmp_path / form, "w:gz") as archive:
            archive.add(tmp_path / "model.pt", "model.pt")
        (tmp_path / "model.pt").unlink()
    model = network()
    load_weights(model, tmp_path, ())
    assert all(bool((value == 7).all()) for value in model.state_dict().values())


def test_fresh_layers_keep_their_first_weights(tmp_path: Path) -> None:
    torch.save(trained(classes=9), tmp_path / "model.pt")
    model = network()
    load_weights(model, tmp_path, ("1",))
    assert bool((model[0].weight == 7).all())
    assert torch.equal(model[1].weight, network()[1].weight)


def test_frozen_layers_are_not_trained() -> None:
    model = network()
    freeze(model, ("0",))
    assert [name for name, parameter in model.named_parameters() if parameter.requires_grad] == ["1.weight", "1.bias"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            trained(classes=9),
            "the weights of channel weights do not fit the model: 1.weight has shape (9, 5) instead of (3, 5); "
            "1.bias has shape (9,) instead of (3,); name layers that are to start anew in fresh_layers",
        ),
        (
            {**trained(), "2.weight": torch.zeros(1)},
            "the weights of channel weights do not fit the model: 2.weight is not in the model; "
            "name layers that are to start anew in fresh_layers",
        ),
        (
            {"1.bias": torch.zeros(3), "1.weight": torch.zeros(3, 5), "0.bias": torch.zeros(5)},
            "the weights of channel weights do not fit the model: 0.weight is missing; "
            "name layers that are to start anew in fresh_layers",
        ),
        ([torch.zeros(1)], "model.pt of channel weights must hold tensors by name, a state_dict"),
    ],
)
def test_fails_when_weights_do_not_fit(tmp_path: Path, given: object, message: str) -> None:
    torch.save(given, tmp_path / "model.pt")
    with pytest.raises(TrainingError, match=f"^{re.escape(message)}$"):
        load_weights(network(), tmp_path, ())


def test_fails_when_a_file_is_damaged_or_there_is_not_one(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"^channel weights must hold one file .*, found are none$"):
        load_weights(network(), tmp_path, ())
    (tmp_path / "a.pt").write_bytes(b"PK\x03\x04 cut short")
    with pytest.raises(TrainingError, match=r"^a\.pt of channel weights cannot be read: "):
        load_weights(network(), tmp_path, ())
    (tmp_path / "b.pt").touch()
    with pytest.raises(TrainingError, match=r"found are a\.pt, b\.pt$"):
        load_weights(network(), tmp_path, ())


def test_code_in_a_file_of_weights_is_not_run(tmp_path: Path) -> None:
    class Payload:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (tmp_path / "run",)  # type: ignore[return-value]

    torch.save({"0.weight": Payload()}, tmp_path / "model.pt")
    with pytest.raises(TrainingError, match=r"^model\.pt of channel weights cannot be read: "):
        load_weights(network(), tmp_path, ())
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (("body",), "frozen_layers names body, but the model has no such layer, only 0, 1"),
        (("0", "1"), "frozen_layers names all of the model: nothing is left to train"),
    ],
)
def test_fails_when_nothing_is_frozen_or_everything(layers: tuple[str, ...], message: str) -> None:
    with pytest.raises(TrainingError, match=f"^{re.escape(message)}$"):
        freeze(network(), layers)
