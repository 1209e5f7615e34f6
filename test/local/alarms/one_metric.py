"""`evaluate` and `replay` of an alarm on one metric, by the datapoints of that metric."""

from collections.abc import Iterable

from local import alarms
from local.alarms import Datapoint, MetricAlarm, Transition, Verdict


def evaluate(alarm: MetricAlarm, datapoints: Iterable[Datapoint], now: float, previous: str) -> Verdict:
    return alarms.evaluate(alarm, {alarm.only_query.metric: datapoints}, now, previous)


def replay(alarm: MetricAlarm, datapoints: Iterable[Datapoint], start: float, end: float) -> list[Transition]:
    return alarms.replay(alarm, {alarm.only_query.metric: datapoints}, start, end)
