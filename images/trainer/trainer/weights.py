"""Fine-tuning: where a model's first weights come from, and which of them do not change."""

from __future__ import annotations

import pickle
import tarfile
import tempfile
from pathlib import Path

import torch
from torch import Tensor, nn

from trainer.errors import TrainingError

WEIGHTS_CHANNEL = "weights"
_SUFFIXES = (".pt", ".pth", ".safetensors")
_ARCHIVE = "model.tar.gz"


def load_weights(model: nn.Module, channel: Path, fresh_layers: tuple[str, ...]) -> None:
    """Takes the weights of a channel into the model, all but those of fresh layers, which keep their first values.

    :param channel: a folder with one file of weights by name (`*.pt`, `*.safetensors`), or a model.tar.gz that has one.
    :raises TrainingError: the file is missing, or what it holds is not exactly what the model needs.
    """
    _refuse_unknown(model, fresh_layers, "fresh_layers")
    given = {name: value for name, value in _read(channel).items() if not _within(name, fresh_layers)}
    wanted = {name: value for name, value in model.state_dict().items() if not _within(name, fresh_layers)}
    wrong = [
        *(f"{name} is missing" for name in wanted if name not in given),
        *(f"{name} is not in the model" for name in given if name not in wanted),
        *(
            f"{name} has shape {tuple(given[name].shape)} instead of {tuple(wanted[name].shape)}"
            for name in wanted
            if name in given and given[name].shape != wanted[name].shape
        ),
    ]
    if wrong:
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise TrainingError(
            f"the weights of channel {WEIGHTS_CHANNEL} do not fit the model: {'; '.join(wrong[:5])}{more}; "
            "name layers that are to start anew in fresh_layers"
        )
    model.load_state_dict(given, strict=False)


def freeze(model: nn.Module, layers: tuple[str, ...]) -> None:
    """Keeps the parameters of these layers as they are. :raises TrainingError: an unknown layer, or nothing is left."""
    _refuse_unknown(model, layers, "frozen_layers")
    for name, parameter in model.named_parameters():
        if _within(name, layers):
            parameter.requires_grad_(False)
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise TrainingError("frozen_layers names all of the model: nothing is left to train")


def _read(channel: Path) -> dict[str, Tensor]:
    files = [path for path in sorted(channel.iterdir()) if path.suffix in _SUFFIXES]
    if not files and (channel / _ARCHIVE).is_file():
        with tempfile.TemporaryDirectory() as folder:
            with tarfile.open(channel / _ARCHIVE) as archive:
                archive.extractall(folder, filter="data")
            return _read(Path(folder))
    if len(files) != 1:
        names = ", ".join(path.name for path in files) or "none"
        raise TrainingError(
            f"channel {WEIGHTS_CHANNEL} must hold one file of weights (*{', *'.join(_SUFFIXES)}) or {_ARCHIVE}, "
            f"found are {names}"
        )
    return _read_file(files[0])


def _read_file(path: Path) -> dict[str, Tensor]:
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            return load_file(path)
        weights = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError, pickle.UnpicklingError) as error:
        raise TrainingError(f"{path.name} of channel {WEIGHTS_CHANNEL} cannot be read: {error}") from error
    if not (isinstance(weights, dict) and all(isinstance(value, Tensor) for value in weights.values())):
        raise TrainingError(f"{path.name} of channel {WEIGHTS_CHANNEL} must hold tensors by name, a state_dict")
    return weights


def _within(name: str, layers: tuple[str, ...]) -> bool:
    return any(name == layer or name.startswith(f"{layer}.") for layer in layers)


def _refuse_unknown(model: nn.Module, layers: tuple[str, ...], field: str) -> None:
    names = list(model.state_dict())
    for layer in layers:
        if not any(_within(name, (layer,)) for name in names):
            tops = dict.fromkeys(name.partition(".")[0] for name in names)
            raise TrainingError(f"{field} names {layer}, but the model has no such layer, only {', '.join(tops)}")
