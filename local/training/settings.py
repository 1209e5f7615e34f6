"""Limits and intervals of training jobs. Simulated seconds pass on the clock, real seconds do not scale with it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Every number the emulator needs; `behaviours.py` says where each comes from."""

    launch: float = 60.0
    """Simulated seconds that instances take to start, once there is capacity."""
    interruption: float = 10.0
    """Simulated seconds that a job stays Interrupted."""
    stop_notice: float = 120.0
    """Simulated seconds between SIGTERM and SIGKILL for a job that is stopped."""
    notice_floor: float = 20.0
    """Real seconds between SIGTERM and SIGKILL at least: processes do not save faster on a fast clock."""
    on_demand_patience: float = 3600.0
    """Simulated seconds that a job waits for on-demand capacity before it fails."""
    longest_run: int = 86_400
    """MaxRuntimeInSeconds of a job that gives none."""
    look_interval: float = 0.05
    """Real seconds between two looks at processes, requests to stop and capacity."""
    sync_interval: float = 0.2
    """Real seconds between two looks for checkpoint files that have changed, and for metrics in the output."""
