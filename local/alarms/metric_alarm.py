"""A CloudWatch alarm on a metric or an expression, and a static threshold: what it watches, and what it reads of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.alarms.metric_math import MetricMath
from local.alarms.metric_query import MetricQuery
from local.alarms.metrics_property import read_metrics
from local.alarms.properties import AlarmProperties
from local.alarms.terms import DAY, HOUR, MINUTE, Comparison, TreatMissingData


@dataclass(frozen=True)
class MetricAlarm:
    """One alarm, checked."""

    name: str
    queries: Mapping[str, MetricQuery]
    """The metrics it reads, by Id; one with the Id `m1` where the alarm is not given by Metrics."""
    math: MetricMath | None
    """What is computed of them; None where the alarm watches its only metric."""
    watched: str
    """For people: the metric, or the expression."""
    period: int
    """Seconds one data point stands for."""
    evaluation_periods: int
    """N of "M of N"."""
    datapoints_to_alarm: int
    """M of "M of N"."""
    threshold: float
    comparison: Comparison
    treat_missing_data: TreatMissingData
    ignore_low_samples: bool
    """Whether the state stays as it is while a percentile rests on too few samples. Never of an expression."""

    @classmethod
    def parse(cls, properties: Mapping[str, Any]) -> "MetricAlarm":
        """Reads the properties of an `AWS::CloudWatch::Alarm`, or an alarm as DescribeAlarms returns it.

        Raises InvalidAlarm for what CloudWatch refuses, UnsupportedAlarm for what is not judged here; both say which
        alarm, what was given and what is allowed. Properties it does not know are refused, never skipped.
        """
        alarm = AlarmProperties(properties)
        alarm.refuse_other_kinds()
        metrics = read_metrics(alarm)
        evaluation_periods = alarm.evaluation_periods(metrics.period)
        namespaces = {query.metric.namespace for query in metrics.queries.values()}
        return cls(
            name=alarm.name,
            queries=metrics.queries,
            math=metrics.math,
            watched=metrics.watched,
            period=metrics.period,
            evaluation_periods=evaluation_periods,
            datapoints_to_alarm=alarm.datapoints_to_alarm(evaluation_periods),
            threshold=alarm.threshold(),
            comparison=alarm.comparison(),
            treat_missing_data=alarm.treat_missing_data(namespaces),
            ignore_low_samples=alarm.ignore_low_samples() and metrics.math is None,
        )

    @property
    def only_query(self) -> MetricQuery:
        """The metric of an alarm without an expression."""
        (query,) = self.queries.values()
        return query

    def breaches(self, value: float) -> bool:
        return self.comparison.holds(value, self.threshold)

    @property
    def evaluation_interval(self) -> int:
        """Seconds between evaluations: 10 for high-resolution alarms, an hour for multi-day ones, 60 for all others."""
        if self.period < MINUTE:
            return 10
        return HOUR if self.period * self.evaluation_periods > DAY else MINUTE

    @property
    def range_periods(self) -> int:
        """Periods in the evaluation range: older data in it stands in for recent periods that are missing."""
        return self.evaluation_periods + look_back_periods(self.period)

    def evaluation_range(self, now: float) -> tuple[int, int]:
        """The stretch [start, end) in epoch seconds that an evaluation at `now` reads.

        It ends at the last whole evaluation interval and slides with it: an alarm of five-minute periods reads
        minutes 1 to 5 at the end of minute 5, and minutes 2 to 6 a minute later.
        """
        end = int(now // self.evaluation_interval) * self.evaluation_interval
        return end - self.range_periods * self.period, end


def look_back_periods(period: int) -> int:
    """Periods read beyond EvaluationPeriods. AWS publishes one example only: see "look-back" in `rules.py`."""
    if period < MINUTE:
        return 2
    in_seven_minutes = -(-7 * MINUTE // period)
    return max(2, in_seven_minutes)
