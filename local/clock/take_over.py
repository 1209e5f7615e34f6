"""Puts ministack on the clock. `local/metric_alarms.py` does it for CloudWatch."""

from __future__ import annotations

from pathlib import Path

from .. import contract
from .clock import Clock
from .functions import Functions
from .schedules import Schedules
from .state_machines import StateMachines


def take_over(clock: Clock, state_dir: Path) -> None:
    """Call it once, before the first request."""
    state_machines = StateMachines(clock)
    state_machines.take_over()
    contract.S3_NOW.replace(state_machines.now_iso)
    Schedules(clock).take_over()
    Functions(clock, state_dir / "pace.json").take_over()
