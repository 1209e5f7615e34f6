"""An archive that cannot be served is refused in one sentence, with which the process ends (exit code 1)."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scorer.errors import StartError
from scorer.model import Model
from scorer_harness import DEADLINE_SECONDS, serving, unpack


def edit(**changes: Any) -> Callable[[Path], None]:
    """Changes fields of model.json; None removes one."""

    def apply(folder: Path) -> None:
        card = {**json.loads((folder / "model.json").read_text()), **changes}
        (folder / "model.json").write_text(json.dumps({key: value for key, value in card.items() if value is not None}))

    return apply


def write(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(content)


def remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def other_model(folder: Path) -> None:
    shutil.copy(unpack("v1", folder / "other") / "model.onnx", folder / "model.onnx")


def empty(folder: Path) -> None:
    shutil.rmtree(folder)


NAMES = [f"feature {index}" for index in range(29)]
SHORT_EXAMPLE = {"features": [1.0] * 30, "probabilities": [1]}

BROKEN = {
    "nothing there": (empty, "Cannot read {}/model.json (No such file or directory); the archive must hold model.onnx"),
    "no card": (remove("model.json"), "Cannot read {}/model.json (No such file or directory)"),
    "no model": (remove("model.onnx"), "Cannot read {}/model.onnx (No such file or directory)"),
    "card not JSON": (write("model.json", b"{"), "{}/model.json is not JSON ("),
    "card not UTF-8": (write("model.json", b"\xff"), "{}/model.json is not JSON ("),
    "card no object": (write("model.json", b"[]"), "{}/model.json holds an empty list; it must hold one JSON object."),
    "no version": (edit(version=None), "{}/model.json: 'version' is None; give a non-empty string."),
    "no features": (edit(features=None), "{}/model.json: 'features' must be a list of 1 or more different"),
    "a feature twice": (edit(features=["a", "a"]), "{}/model.json: 'features' must be a list of 1 or more different"),
    "one class": (edit(classes=["a"]), "{}/model.json: 'classes' must be a list of 2 or more different"),
    "no examples": (edit(examples=None), "{}/model.json: 'examples' is missing; give at least one held-out row"),
    "empty examples": (edit(examples=[]), "{}/model.json: 'examples' is an empty list; give at least one held-out row"),
    "an example too short": (
        edit(examples=[SHORT_EXAMPLE]),
        "{}/model.json: examples[0].probabilities must be a list of 2 numbers.",
    ),
    "model empty": (write("model.onnx", b""), "{}/model.onnx is not a model that onnxruntime can load ("),
    "model no ONNX": (write("model.onnx", b"hello"), "{}/model.onnx is not a model that onnxruntime can load ("),
    "a feature too few": (
        edit(features=NAMES, examples=[{"features": [1] * 29, "probabilities": [0, 1]}]),
        "it must take one float tensor of shape (rows, 29), as model.json names its features.",
    ),
    "a class too many": (
        edit(classes=["a", "b", "c"], examples=[{"features": [1] * 30, "probabilities": [0, 0, 1]}]),
        "it must give 'probabilities' of shape (rows, 3).",
    ),
    "another model": (other_model, "{}/model.onnx scores the examples in model.json differently than training"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_archive_refused(tmp_path: Path, case: str) -> None:
    model_dir = unpack("v2", tmp_path / "model")
    damage, sentence = BROKEN[case]
    damage(model_dir)
    with pytest.raises(StartError) as refusal:
        Model.load(model_dir, intra_op_threads=1)
    assert sentence.format(model_dir) in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("case", ["nothing there", "card no object", "model no ONNX", "another model"])
def test_a_broken_archive_ends_the_process(tmp_path: Path, case: str) -> None:
    model_dir = unpack("v2", tmp_path / "model")
    damage, sentence = BROKEN[case]
    damage(model_dir)
    with serving(model_dir, tmp_path / "log") as server:
        assert server.process.wait(DEADLINE_SECONDS) == 1
        (line,) = server.process.stderr.read().decode().splitlines()
        assert line.startswith("scorer: ") and sentence.format(model_dir) in line
        assert "Traceback" not in server.log.read_text()
