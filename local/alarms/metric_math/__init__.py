"""Metric math, as the CloudWatch User Guide's "Using math expressions with CloudWatch metrics" describes it.

`MetricMath` holds the expressions of one alarm, checked; `MetricMath.series` computes the one that the alarm watches.
"""

from local.alarms.metric_math.expressions import MetricMath, UnsupportedFunction
from local.alarms.metric_math.values import Grid, MathError, Series

__all__ = ["Grid", "MathError", "MetricMath", "Series", "UnsupportedFunction"]
