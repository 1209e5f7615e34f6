"""The rules of metric math. A source is a section of "Using math expressions with CloudWatch metrics" in the CloudWatch
User Guide unless it says otherwise, read on 25 November 2026.
"""

from local.behaviour import assumed, documented

_OPERATORS = "Basic arithmetic functions; Comparison and logical operators"
_FUNCTIONS = "Functions supported for metric math"
_QUERY = "CloudWatch API Reference, MetricDataQuery"

RULES_OF_METRIC_MATH = (
    documented(
        "entries of Metrics",
        "Up to 10 metrics and 10 expressions; exactly one has ReturnData true, which it also is where it is left out.",
        _QUERY,
    ),
    documented(
        "one period",
        "All metrics of an alarm have the same period; others are refused.",
        "Using Amazon CloudWatch alarms, edition of 2019 on GitHub, Alarms on math expressions",
    ),
    documented(
        "a single time series",
        "What the alarm watches is a single time series; an array of exactly one is taken for it.",
        _QUERY,
    ),
    documented(
        "operators between series",
        "Where only one series has a data point, the other one counts as 0; where none has, there is none.",
        _OPERATORS,
    ),
    documented("division by zero", "Gives no data point.", _OPERATORS),
    assumed(
        "no real number",
        "LOG of 0, a root of a negative number and an overflow give no data point either.",
        "AWS speaks of division by zero only",
    ),
    assumed(
        "precedence",
        "^ before unary -, before * and /, before + and -, before comparisons, before AND, before OR; left to right.",
        "AWS does not say; so do most languages",
    ),
    documented(
        "IF",
        "By time stamp: dropped where the condition has no data point or the value for a condition of 0 has none; "
        "0 where the value for any other condition has none.",
        "Using IF expressions, the tables",
    ),
    documented(
        "FILL",
        "By a scalar, by another series, by the value before the gap (REPEAT), or on the line between both ends of it "
        "(LINEAR), within the evaluation range.",
        f"{_FUNCTIONS}, arguments and examples; the edition on GitHub leaves the rest out",
    ),
    assumed(
        "FILL at the edges",
        "REPEAT leaves a gap at the beginning, LINEAR one at either end; a series without any value is filled too.",
        "nothing is known there to fill it by",
    ),
    documented(
        "AVG",
        "Missing values count as 0: divided by the periods of the evaluation range, or by the series of the array.",
        _FUNCTIONS,
    ),
    assumed(
        "MIN, MAX, STDDEV, DATAPOINT_COUNT of an array",
        "Of the series that have a value at that time; STDDEV is that of a population.",
        "AWS does not say",
    ),
    documented(
        "DIFF, DIFF_TIME, RATE",
        "Against the data point before, however long ago; the first one of the evaluation range has none.",
        _FUNCTIONS,
    ),
    documented(
        "calendar functions",
        "MINUTE, HOUR, DAY (Monday is 1), DATE, MONTH, YEAR, EPOCH of each period's start in UTC, whether or not there "
        "is a value.",
        f"{_FUNCTIONS}; AWS Cloud Operations Blog, Enhance CloudWatch metrics with metric math functions",
    ),
    documented(
        "scalars of a series",
        "AVG, MAX, MIN, SUM, STDDEV, DATAPOINT_COUNT of one series see the whole evaluation range, which is longer "
        "than EvaluationPeriods.",
        f"{_FUNCTIONS}, why they are not recommended in alarms",
    ),
    assumed(
        "SLICE and SORT",
        "What they count with is a literal number; SORT puts series without a value last.",
        "all examples of AWS do so",
    ),
    assumed(
        "low samples of expressions",
        "EvaluateLowSampleCountPercentile has no effect on the result of an expression.",
        "its page speaks of a percentile as the statistic of an alarm",
    ),
)
