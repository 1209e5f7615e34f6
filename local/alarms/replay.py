"""Runs an alarm over a recorded series."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from local.alarms.evaluation import evaluate
from local.alarms.metric_alarm import MetricAlarm
from local.alarms.statistic import Datapoint
from local.alarms.terms import AlarmState


@dataclass(frozen=True)
class Transition:
    """A change of state: `at` (epoch seconds) the alarm went into `state`."""

    at: int
    state: AlarmState
    reason: str


def replay(alarm: MetricAlarm, datapoints: Iterable[Datapoint], start: float, end: float) -> list[Transition]:
    """The changes of state of `alarm` from `start` to `end` (epoch seconds, both included).

    The alarm begins in INSUFFICIENT_DATA, as a new one does, and is evaluated at every whole multiple of its
    evaluation interval. A recording does not say when a value arrived: each counts as known from its timestamp on.
    """
    recorded = sorted(datapoints, key=lambda point: point.timestamp)
    times = [point.timestamp for point in recorded]
    state = AlarmState.INSUFFICIENT_DATA
    transitions: list[Transition] = []
    interval = alarm.evaluation_interval
    for now in range(ceil(start / interval) * interval, int(end) + 1, interval):
        oldest, newest = alarm.evaluation_range(now)
        window = recorded[bisect_left(times, oldest) : bisect_left(times, newest)]
        verdict = evaluate(alarm, window, now, state)
        if verdict.state is not state:
            state = verdict.state
            transitions.append(Transition(now, state, verdict.reason))
    return transitions
