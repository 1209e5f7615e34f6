"""The rules alarms are judged by, and where each comes from: those of metric alarms here, then all of them.

A source is a page title of the CloudWatch User Guide unless it says otherwise. Read on 23 November 2026.
"""

from local.alarms.rules_of_composite_alarms import RULES_OF_COMPOSITE_ALARMS
from local.alarms.rules_of_metric_math import RULES_OF_METRIC_MATH
from local.behaviour import assumed, documented, observed

EVALUATION = "Alarm evaluation"
MISSING_DATA = "Configuring how CloudWatch alarms treat missing data"
PUT_METRIC_ALARM = "CloudWatch API Reference, PutMetricAlarm"

_RULES_OF_METRIC_ALARMS = (
    documented(
        "interval",
        "An alarm is evaluated every minute; every 10 s with a period of 10, 20 or 30 s; "
        "every hour if Period times EvaluationPeriods exceeds a day.",
        EVALUATION,
    ),
    assumed(
        "instant",
        "Evaluations are at whole multiples of the interval since 1970.",
        "on AWS each alarm has a second of its own within the interval",
    ),
    documented(
        "sliding window",
        "Periods end at the last whole minute (10 s for high-resolution alarms) and slide with it, whatever their "
        "length: with a period of 5 minutes, minutes 1 to 5 at the end of minute 5, then minutes 2 to 6.",
        f"{EVALUATION}; Alarm evaluation window (SlidingWindow is the default)",
    ),
    documented(
        "multi-day window",
        "A multi-day alarm counts only data up to the full hour.",
        f"{EVALUATION}, Example of evaluating a multi-day alarm",
    ),
    documented(
        "M of N",
        "ALARM if at least DatapointsToAlarm of the EvaluationPeriods most recent data points breach, in any order; "
        "otherwise OK. DatapointsToAlarm defaults to EvaluationPeriods.",
        EVALUATION,
    ),
    documented(
        "evaluation range",
        "More periods than EvaluationPeriods are read. If enough of them have data, the most recent ones with data "
        "decide and TreatMissingData does not matter; if not, all that have data count and only the rest is filled.",
        MISSING_DATA,
    ),
    observed(
        "look-back",
        "Two periods more than EvaluationPeriods are read, and at least seven minutes more from periods of a minute "
        "up. AWS gives 5 for 3 periods of 5 minutes and says that the number depends on period and resolution.",
        f"{MISSING_DATA}; public alarm histories: 1 x 900 s let go after 3 periods, 3 x 1800 s reached back 5 periods, "
        "1 x 60 s let go after 8 periods, 2 x 60 s reached back at least 6",
    ),
    assumed(
        "look-back of high-resolution alarms",
        "Two periods more than EvaluationPeriods are read.",
        "as for longer periods, which AWS shows in one example",
    ),
    documented(
        "breaching, notBreaching",
        "Data points that are missing count as breaching, or as within the threshold.",
        MISSING_DATA,
    ),
    documented(
        "missing, ignore with a good data point",
        "With too few data points the alarm is OK as soon as one is within the threshold and fewer than "
        "DatapointsToAlarm breach.",
        f"{MISSING_DATA}, rows '0 - - - -', '0 - X - -' and '- - - - 0'",
    ),
    documented(
        "ignore",
        "With too few data points and none within the threshold the state stays, unless DatapointsToAlarm breach.",
        f"{MISSING_DATA}, rows '- - - - -', '- - X - -' and '- - - X -'",
    ),
    documented(
        "missing without data",
        "INSUFFICIENT_DATA if the whole evaluation range is empty.",
        MISSING_DATA,
    ),
    documented(
        "premature transition",
        "Under missing, breaching data points alone lead to ALARM, however few, once the oldest in the evaluation "
        "range is at least DatapointsToAlarm periods old. One within the threshold anywhere in the range prevents it: "
        "the text does not say so, its row '0 - X - -' does.",
        f"{MISSING_DATA}, Avoiding premature transitions to alarm state; AWS re:Post Knowledge Center, "
        "Why did my CloudWatch alarm send me a notification after a single breached data point?",
    ),
    documented(
        "before a premature transition",
        "Until then, as with '- - - - X' and 3 of 3, the state is INSUFFICIENT_DATA. "
        "Today's page says only that it is not ALARM.",
        "Using Amazon CloudWatch alarms, edition of 2019 on GitHub, row '- - - - X'",
    ),
    documented(
        "AWS/DynamoDB",
        "In this namespace TreatMissingData defaults to ignore.",
        f"{MISSING_DATA}; {PUT_METRIC_ALARM} says that it always is ignore, whatever is asked for",
    ),
    documented(
        "low samples",
        "With EvaluateLowSampleCountPercentile ignore, a percentile of fewer than 10/(1-p) samples (p from 0.5), or "
        "10/p (p below 0.5), does not change the state.",
        "Percentile-based alarms and low data samples",
    ),
    assumed(
        "low samples, which",
        "Samples are counted by period, and one period too small among those that decide keeps the state.",
        "its page says 'during the evaluation period', PutMetricAlarm 'during periods'",
    ),
    documented(
        "statistics",
        "SampleCount, Sum, Average (Sum/SampleCount), Minimum and Maximum of the values in a period.",
        "CloudWatch statistics definitions",
    ),
    documented(
        "percentiles, when",
        "None where a value in the period is negative, or of a statistic set whose values differ.",
        "CloudWatch API Reference, GetMetricStatistics",
    ),
    assumed(
        "percentiles, how",
        "Interpolated linearly between the two nearest ranks.",
        "AWS does not say how",
    ),
    documented(
        "statistics between bounds",
        "Trimmed mean, count and sum, winsorized mean and percentile rank between two percentages or two values; of "
        "values the lower bound is exclusive, the upper one inclusive.",
        "CloudWatch statistics definitions",
    ),
    assumed(
        "statistics between bounds, how",
        "A value that a percentage cuts counts by its share inside; there is none where there is no percentile.",
        "AWS does not say how",
    ),
    documented(
        "dimensions",
        "Each distinct set of dimensions is a metric of its own.",
        "CloudWatch concepts, Dimensions",
    ),
    documented(
        "periods",
        "10, 20, 30 s and multiples of 60 s. Period times EvaluationPeriods is at most a day for periods under an "
        "hour, seven days for longer ones.",
        PUT_METRIC_ALARM,
    ),
    observed(
        "reasons",
        "State reasons have the form that real notifications show; those that begin with 'Unchanged' are ours.",
        "public alarm notifications",
    ),
)

RULES = (*_RULES_OF_METRIC_ALARMS, *RULES_OF_METRIC_MATH, *RULES_OF_COMPOSITE_ALARMS)
