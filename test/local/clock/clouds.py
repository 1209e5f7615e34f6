"""A local cloud whose day takes a minute, and what time it is there."""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local_cloud import LocalCloud, running

DAY_IN_A_MINUTE = 1440
_NODE_MODULES = Path(__file__).resolve().parents[3] / "node_modules"
_START = "import sys; from local.launcher import serve; sys.exit(serve(engine_module='fake_engine', clock_factor={}))"


@contextmanager
def running_at(factor: float, folder: Path) -> Iterator[LocalCloud]:
    with running(folder, command=(sys.executable, "-c", _START.format(factor)), NODE_PATH=str(_NODE_MODULES)) as cloud:
        yield cloud


def now(cloud: LocalCloud) -> float:
    """Simulated seconds since 1970."""
    with urllib.request.urlopen(f"{cloud.endpoint}/_local/clock") as answer:
        return float(json.load(answer)["now"])


def run_in_real_time(cloud: LocalCloud) -> None:
    urllib.request.urlopen(f"{cloud.endpoint}/_local/clock", data=b'{"factor": 1}').close()
