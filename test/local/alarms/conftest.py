from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import settings

from local.alarms import Datapoint, MetricAlarm

# The same examples in every run, and nothing written beside the tests.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")

START = 1_795_428_000
"""2026-11-23T10:00:00Z, a full hour."""

GOOD, BREACHING = 0.0, 2.0


@pytest.fixture
def start() -> int:
    return START


@pytest.fixture
def make_alarm() -> Callable[..., MetricAlarm]:
    """An alarm that fires above 1, by the maximum of three of three periods of five minutes, unless told otherwise."""

    def make(**overrides: Any) -> MetricAlarm:
        properties: dict[str, Any] = {
            "AlarmName": "sample",
            "Namespace": "Test",
            "MetricName": "Value",
            "Statistic": "Maximum",
            "Period": 300,
            "EvaluationPeriods": 3,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanThreshold",
        }
        if "ExtendedStatistic" in overrides:
            del properties["Statistic"]
        return MetricAlarm.parse({**properties, **overrides})

    return make


@pytest.fixture
def drawn() -> Callable[..., list[Datapoint]]:
    """Datapoints from AWS's notation, oldest first: 0 good, X breaching, - missing. The last period ends at `end`."""

    def draw(pattern: str, end: int, period: int = 300) -> list[Datapoint]:
        marks = pattern.split()
        starts = range(end - len(marks) * period, end, period)
        values = {"0": GOOD, "X": BREACHING}
        return [Datapoint(at, values[mark]) for at, mark in zip(starts, marks, strict=True) if mark != "-"]

    return draw


@pytest.fixture
def every() -> Callable[..., list[Datapoint]]:
    """One datapoint of each value, `seconds` apart, the first at `first`; None is a gap."""

    def publish(seconds: int, values: Sequence[float | None], first: int = START) -> list[Datapoint]:
        return [Datapoint(first + i * seconds, value) for i, value in enumerate(values) if value is not None]

    return publish
