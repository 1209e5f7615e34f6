"""StateReasonData of a metric alarm: the values a state rests on, as CloudWatch writes them."""

from __future__ import annotations

from typing import Any

from local.alarms.evaluation import Verdict
from local.alarms.metric_alarm import MetricAlarm
from local.alarms.moments import moment
from local.alarms.samples import Sample


def state_reason_data(alarm: MetricAlarm, verdict: Verdict, now: float) -> dict[str, Any]:
    """`recentDatapoints` are oldest first, `evaluatedDatapoints` newest first ("Alarm events and EventBridge")."""
    evaluated = [_evaluated(sample) for sample in reversed(verdict.samples)]
    data: dict[str, Any] = {"version": "1.0", "queryDate": moment(now)}
    if verdict.samples:
        data["startDate"] = moment(verdict.samples[0].at)
    if alarm.math is None:
        data["statistic"] = alarm.only_query.statistic.name
    return {
        **data,
        "period": alarm.period,
        "recentDatapoints": [sample.value for sample in verdict.samples],
        "threshold": alarm.threshold,
        "evaluatedDatapoints": evaluated,
    }


def _evaluated(sample: Sample) -> dict[str, Any]:
    counted = {} if sample.count is None else {"sampleCount": sample.count}
    return {"timestamp": moment(sample.at), **counted, "value": sample.value}
