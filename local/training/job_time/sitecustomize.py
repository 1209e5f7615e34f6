"""Gives every Python process of a training job the simulated time, before anything else is imported.

Python imports a module of this name by itself; the job's PYTHONPATH leads here, and SLIPWAY_PACE to the pace.
`time.time` and `time.perf_counter` are simulated: a trainer measures its work by them, and the work is billed by that
clock. `time.sleep` and `time.monotonic` stay real, since time-outs count by them, and so do the classes of `datetime`.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "clock"))
importlib.import_module("worker_time").follow_with_durations(os.environ["SLIPWAY_PACE"])
del sys.path[0]
