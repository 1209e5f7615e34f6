"""Limits and intervals of the hosting. Simulated seconds pass on the clock, real seconds do not scale with it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Every number the emulator needs; `behaviours.py` says where each comes from."""

    startup_timeout: float = 480.0
    """Simulated seconds a container has to answer /ping, where its variant sets no timeout of its own."""
    startup_floor: float = 30.0
    """Real seconds a container gets at least: processes do not start faster on a fast clock."""
    ping_timeout: float = 2.0
    """Real seconds one /ping may take."""
    ping_interval: float = 0.1
    """Real seconds between two pings of a starting container."""
    invocation_timeout: float = 60.0
    """Real seconds a container has to answer one invocation."""
    max_body_bytes: int = 25 * 1024 * 1024
    """Largest request or response body of InvokeEndpoint."""
    stop_grace: float = 5.0
    """Real seconds between SIGTERM and SIGKILL."""
    capacity_change: float = 1.0
    """Simulated seconds that a change of weights or counts stays Updating."""
    alarm_interval: float = 10.0
    """Simulated seconds between two looks at the rollback alarms while a deployment bakes."""
    metrics_interval: float = 1.0
    """Simulated seconds that invocation metrics are collected before they are put."""
    capture_interval: float = 2.0
    """Simulated seconds that captured records are collected before they are put."""
    housekeeping_interval: float = 0.1
    """Real seconds between two looks at the processes and at the collected metrics and records."""
