"""The pace of the clock in a file, for processes that follow it (`worker_time.py`)."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from .clock import Clock, Pace


def keep_pace(clock: Clock, file: Path) -> None:
    """Writes the pace down, now and at each change of it."""

    def write(pace: Pace) -> None:
        """Replaces the file in one step, so that a reader finds the old pace or the new one."""
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(pace)))
        os.replace(fresh, file)

    clock.follow(write)
