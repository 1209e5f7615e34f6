"""Runs an alarm over a recorded series."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from local.alarms.evaluation import evaluate
from local.alarms.metric_alarm import MetricAlarm
from local.alarms.samples import Recording
from local.alarms.statistic import Datapoint
from local.alarms.terms import AlarmState


@dataclass(frozen=True)
class Transition:
    """A change of state: `at` (epoch seconds) the alarm went from `old_state` into `state`."""

    at: float
    old_state: AlarmState
    state: AlarmState
    reason: str


def replay(alarm: MetricAlarm, recording: Recording, start: float, end: float) -> list[Transition]:
    """The changes of state of `alarm` from `start` to `end` (epoch seconds, both included).

    The alarm begins in INSUFFICIENT_DATA, as a new one does, and is evaluated at every whole multiple of its
    evaluation interval. A recording does not say when a value arrived: each counts as known from its timestamp on.
    """
    metrics = {query.metric for query in alarm.queries.values()}
    series = {metric: _Series(recording.get(metric, ())) for metric in metrics}
    state = AlarmState.INSUFFICIENT_DATA
    transitions: list[Transition] = []
    interval = alarm.evaluation_interval
    for now in range(ceil(start / interval) * interval, int(end) + 1, interval):
        oldest, newest = alarm.evaluation_range(now)
        window = {metric: points.between(oldest, newest) for metric, points in series.items()}
        verdict = evaluate(alarm, window, now, state)
        if verdict.state is not state:
            transitions.append(Transition(now, state, verdict.state, verdict.reason))
            state = verdict.state
    return transitions


class _Series:
    """The datapoints of one metric in order of time, of which any stretch is found at once."""

    def __init__(self, datapoints: Iterable[Datapoint]) -> None:
        self._points = sorted(datapoints, key=lambda point: point.timestamp)
        self._times = [point.timestamp for point in self._points]

    def between(self, start: float, end: float) -> list[Datapoint]:
        return self._points[bisect_left(self._times, start) : bisect_left(self._times, end)]
