"""model.json: what an archive says about its model, checked before anything is served."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scorer.errors import StartError

ARCHIVE_FILES = "the archive must hold model.onnx and model.json at its top level"


@dataclass(frozen=True)
class Example:
    """A held-out row with the probabilities training recorded for it, in the order of the classes."""

    features: tuple[float, ...]
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class ModelCard:
    """The part of model.json the server needs; the rest (data set, accuracy, libraries) is for people and reviews."""

    version: str
    features: tuple[str, ...]
    classes: tuple[str, ...]
    examples: tuple[Example, ...]


def read_file(model_dir: Path, name: str) -> bytes:
    """Bytes of one archive file; raises StartError when it cannot be read."""
    path = model_dir / name
    try:
        return path.read_bytes()
    except OSError as error:
        raise StartError(f"Cannot read {path} ({error.strerror}); {ARCHIVE_FILES}.") from error


def read_card(model_dir: Path) -> ModelCard:
    """Reads and checks model.json; raises StartError naming the field that is missing or wrong."""
    where = model_dir / "model.json"
    try:
        document = json.loads(read_file(model_dir, "model.json").decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise StartError(f"{where} is not JSON ({error}).") from error
    if not isinstance(document, dict):
        raise StartError(f"{where} holds {_kind(document)}; it must hold one JSON object.")
    version = document.get("version")
    if not (isinstance(version, str) and version):
        raise StartError(f"{where}: 'version' is {version!r}; give a non-empty string.")
    features = _names(where, document, "features", least=1)
    classes = _names(where, document, "classes", least=2)
    examples = document.get("examples")
    if not (isinstance(examples, list) and examples):
        raise StartError(f"{where}: 'examples' is {_kind(examples)}; give at least one held-out row to check against.")
    return ModelCard(
        version=version,
        features=features,
        classes=classes,
        examples=tuple(_example(where, index, row, features, classes) for index, row in enumerate(examples)),
    )


def _names(where: Path, document: dict[str, Any], key: str, *, least: int) -> tuple[str, ...]:
    names = document.get(key)
    strings = isinstance(names, list) and all(isinstance(name, str) and name for name in names)
    if not strings or len(names) < least or len(set(names)) < len(names):
        raise StartError(f"{where}: '{key}' must be a list of {least} or more different, non-empty strings.")
    return tuple(names)


def _example(where: Path, index: int, row: Any, features: tuple[str, ...], classes: tuple[str, ...]) -> Example:
    lengths = {"features": len(features), "probabilities": len(classes)}
    for key, length in lengths.items():
        numbers = row.get(key) if isinstance(row, dict) else None
        numeric = isinstance(numbers, list) and all(type(number) in (int, float) for number in numbers)
        if not numeric or len(numbers) != length:
            raise StartError(f"{where}: examples[{index}].{key} must be a list of {length} numbers.")
    return Example(features=tuple(row["features"]), probabilities=tuple(row["probabilities"]))


def _kind(value: Any) -> str:
    if value is None:
        return "missing"
    return f"an empty {type(value).__name__}" if value in ([], {}, "") else f"a {type(value).__name__}"
