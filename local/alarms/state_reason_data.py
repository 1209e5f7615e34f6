"""StateReasonData of a metric alarm: the values a state rests on, as CloudWatch writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from local.alarms.evaluation import Verdict
from local.alarms.metric_alarm import MetricAlarm


def state_reason_data(alarm: MetricAlarm, verdict: Verdict, now: float) -> dict[str, Any]:
    """`recentDatapoints` are oldest first, `evaluatedDatapoints` newest first ("Alarm events and EventBridge")."""
    evaluated = [
        {"timestamp": moment(sample.at), "sampleCount": sample.count, "value": sample.value}
        for sample in reversed(verdict.samples)
    ]
    data: dict[str, Any] = {"version": "1.0", "queryDate": moment(now)}
    if verdict.samples:
        data["startDate"] = moment(verdict.samples[0].at)
    return {
        **data,
        "statistic": alarm.statistic.name,
        "period": alarm.period,
        "recentDatapoints": [sample.value for sample in verdict.samples],
        "threshold": alarm.threshold,
        "evaluatedDatapoints": evaluated,
    }


def moment(at: float) -> str:
    """A moment as CloudWatch writes it in events: UTC with milliseconds and a numeric zone."""
    time = datetime.fromtimestamp(at, UTC)
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}+0000"
