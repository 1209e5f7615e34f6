"""What an alarm sees of the recorded values: one data point for each period of its evaluation range."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from local.alarms.metric_alarm import MetricAlarm
from local.alarms.metric_math import Grid, Series
from local.alarms.metric_query import MetricQuery
from local.alarms.statistic import Datapoint, sample_count
from local.alarms.terms import MetricId

Recording = Mapping[MetricId, Iterable[Datapoint]]
"""The datapoints of each metric, in any order. A metric that is not there has none."""


@dataclass(frozen=True)
class Sample:
    """One data point as an alarm sees it: the value over the period that starts at `at` (epoch seconds)."""

    at: int
    value: float
    count: float | None
    """How many values it is made of; None for the result of an expression."""


def samples(alarm: MetricAlarm, recording: Recording, now: float) -> list[Sample | None]:
    """One entry for each period of the evaluation range, oldest first; None where there is no data."""
    start, end = alarm.evaluation_range(now)
    grid = Grid(start, alarm.period, (end - start) // alarm.period)
    periods = {id: _by_period(query, recording.get(query.metric, ()), grid) for id, query in alarm.queries.items()}
    values = {id: _series(alarm.queries[id], inside) for id, inside in periods.items()}
    if alarm.math is None:
        ((only, series),) = values.items()
        counts: Iterable[float | None] = (sample_count(inside) for inside in periods[only])
    else:
        series, counts = alarm.math.series(values, grid), [None] * grid.count
    return [
        None if value is None else Sample(at, float(value), count)
        for at, value, count in zip(grid.timestamps(), series.values, counts, strict=True)
    ]


def _by_period(query: MetricQuery, datapoints: Iterable[Datapoint], grid: Grid) -> list[list[Datapoint]]:
    periods: list[list[Datapoint]] = [[] for _ in range(grid.count)]
    for point in datapoints:
        index = int((point.timestamp - grid.start) // grid.period)
        if 0 <= index < grid.count and query.reads(point):
            periods[index].append(point)
    return periods


def _series(query: MetricQuery, periods: list[list[Datapoint]]) -> Series:
    return Series(tuple(query.statistic.of(inside) if inside else None for inside in periods))
