"""Training again gives the committed bytes. Needs training/requirements.txt; see the README."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from scorer_harness import IMAGE

pytestmark = [
    pytest.mark.training,
    pytest.mark.skipif(
        importlib.util.find_spec("skl2onnx") is None, reason="training/requirements.txt is not installed here"
    ),
]


def train(out: Path, *arguments: str, **environment: str) -> str:
    command = [sys.executable, str(IMAGE / "training" / "train.py"), "--out", str(out), *arguments]
    env = {**os.environ, "ORT_DISABLE_TELEMETRY": "1", **environment}
    return subprocess.run(command, env=env, cwd=out, capture_output=True, check=True, text=True).stdout


def test_training_again_gives_the_committed_archives(tmp_path: Path) -> None:
    output = train(tmp_path, PYTHONHASHSEED="7", TZ="Asia/Tokyo")
    for version in ("v1", "v2"):
        assert f"{version}: " in output
        committed = (IMAGE / "models" / version / "model.tar.gz").read_bytes()
        assert (tmp_path / version / "model.tar.gz").read_bytes() == committed, f"{version} is not what train.py makes"


def test_one_version_can_be_trained_alone(tmp_path: Path) -> None:
    train(tmp_path, "--version", "v1")
    assert [path.name for path in tmp_path.iterdir()] == ["v1"]
