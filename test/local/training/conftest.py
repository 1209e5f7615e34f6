"""Training with in-memory S3, ECR and CloudWatch, a fast clock and real processes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from fakes import Cloud

from local.training import Settings


def _processes_of(folder: Path) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                text, stat = (entry / "environ").read_bytes(), (entry / "stat").read_text()
            except OSError:
                continue
            if str(folder).encode() in text and stat.rsplit(")", 1)[1].split()[0] != "Z":
                found.append(int(entry.name))
    return found


@pytest.fixture
def make_cloud(tmp_path: Path) -> Iterator[Callable[..., Cloud]]:
    """At the end every process must have ended."""
    made: list[Cloud] = []

    def make(factor: float = 600.0, **settings: Any) -> Cloud:
        quick: dict[str, Any] = {"look_interval": 0.01, "sync_interval": 0.01, **settings}
        folder = tmp_path / f"cloud{len(made)}"
        folder.mkdir()
        made.append(Cloud(folder, Path(sys.executable), Settings(**quick), factor))
        return made[-1]

    yield make
    for cloud in made:
        cloud.training.close()
    assert [pid for cloud in made for pid in _processes_of(cloud.folder)] == []


@pytest.fixture
def cloud(make_cloud: Callable[..., Cloud]) -> Cloud:
    return make_cloud()
