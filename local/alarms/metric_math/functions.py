"""Every function of metric math: those that are computed, and those that an alarm here cannot have, with why."""

from __future__ import annotations

from local.alarms.metric_math import aggregates, arrays, gaps, pointwise
from local.alarms.metric_math.arguments import Function

FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (*aggregates.FUNCTIONS, *arrays.FUNCTIONS, *gaps.FUNCTIONS, *pointwise.FUNCTIONS)
}

OF_THE_QUERIES = ("METRICS", "PERIOD")
"""Computed by the evaluator: they depend on the queries of the alarm, not on values."""

REFUSED = {
    "ANOMALY_DETECTION_BAND": "it needs a model that CloudWatch trains",
    "DB_PERF_INSIGHTS": "it asks Performance Insights",
    "INSIGHT_RULE_METRIC": "it asks Contributor Insights",
    "LAMBDA": "it asks a data source behind a function",
    "SEARCH": "CloudWatch lets no alarm have it, because it gives several time series",
    "SERVICE_QUOTA": "it asks Service Quotas",
    "SLO": "it asks Application Signals",
}

KNOWN = tuple(sorted((*FUNCTIONS, *OF_THE_QUERIES)))
