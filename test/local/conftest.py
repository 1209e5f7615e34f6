"""The local cloud as a process, for every test that needs one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE / "engine")]

from local_cloud import LocalCloud, running  # noqa: E402


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """One launcher with a hosting that has no containers, shared by all tests."""
    with running(tmp_path_factory.mktemp("cloud")) as running_cloud:
        yield running_cloud
