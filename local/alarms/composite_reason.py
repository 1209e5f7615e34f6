"""The words that explain the state of a composite alarm, in CloudWatch's form."""

from __future__ import annotations

from datetime import UTC, datetime


def child_changed(child: str, state: str, at: float) -> str:
    """`child` is an ARN in the local cloud, and a name in a replay."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{child} transitioned to {state} at {moment:%A %d %B, %Y %H:%M:%S} UTC"


def put(alarm: str, state: str, *, updated: bool = False) -> str:
    verb = "updated and its new" if updated else "created and its"
    return f"{alarm} was {verb} alarm rule evaluates to {state}"
