"""Moments in the form that CloudWatch writes in events and reasons."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(at: float) -> str:
    """A moment in epoch seconds, in UTC, with milliseconds and a numeric zone."""
    time = datetime.fromtimestamp(at, UTC)
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}+0000"
