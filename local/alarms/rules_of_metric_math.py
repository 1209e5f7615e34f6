"""The rules of metric math. A source is a section of "Using math expressions with CloudWatch metrics" in the CloudWatch
User Guide unless it says otherwise, read on 25 November 2026.
"""

from local.behaviour import Basis, Behaviour

_OPERATORS = "Basic arithmetic functions; Comparison and logical operators"
_FUNCTIONS = "Functions supported for metric math"
_QUERY = "CloudWatch API Reference, MetricDataQuery"

RULES_OF_METRIC_MATH = (
    Behaviour(
        "entries of Metrics",
        "Up to 10 metrics and 10 expressions; exactly one has ReturnData true, which it also is where it is left out.",
        Basis.DOCUMENTED,
        _QUERY,
    ),
    Behaviour(
        "one period",
        "All metrics of an alarm have the same period; others are refused.",
        Basis.DOCUMENTED,
        "Using Amazon CloudWatch alarms, edition of 2019 on GitHub, Alarms on math expressions",
    ),
    Behaviour(
        "a single time series",
        "What the alarm watches is a single time series; an array of exactly one is taken for it.",
        Basis.DOCUMENTED,
        _QUERY,
    ),
    Behaviour(
        "operators between series",
        "Where only one series has a data point, the other one counts as 0; where none has, there is none.",
        Basis.DOCUMENTED,
        _OPERATORS,
    ),
    Behaviour("division by zero", "Gives no data point.", Basis.DOCUMENTED, _OPERATORS),
    Behaviour(
        "no real number",
        "LOG of 0, a root of a negative number and an overflow give no data point either.",
        Basis.ASSUMED,
        "AWS speaks of division by zero only",
    ),
    Behaviour(
        "precedence",
        "^ before unary -, before * and /, before + and -, before comparisons, before AND, before OR; left to right.",
        Basis.ASSUMED,
        "AWS does not say; so do most languages",
    ),
    Behaviour(
        "IF",
        "By time stamp: dropped where the condition has no data point or the value for a condition of 0 has none; "
        "0 where the value for any other condition has none.",
        Basis.DOCUMENTED,
        "Using IF expressions, the tables",
    ),
    Behaviour(
        "FILL",
        "By a scalar, by another series, by the value before the gap (REPEAT), or on the line between both ends of it "
        "(LINEAR), within the evaluation range.",
        Basis.DOCUMENTED,
        f"{_FUNCTIONS}, arguments and examples; the edition on GitHub leaves the rest out",
    ),
    Behaviour(
        "FILL at the edges",
        "REPEAT leaves a gap at the beginning, LINEAR one at either end; a series without any value is filled too.",
        Basis.ASSUMED,
        "nothing is known there to fill it by",
    ),
    Behaviour(
        "AVG",
        "Missing values count as 0: divided by the periods of the evaluation range, or by the series of the array.",
        Basis.DOCUMENTED,
        _FUNCTIONS,
    ),
    Behaviour(
        "MIN, MAX, STDDEV, DATAPOINT_COUNT of an array",
        "Of the series that have a value at that time; STDDEV is that of a population.",
        Basis.ASSUMED,
        "AWS does not say",
    ),
    Behaviour(
        "DIFF, DIFF_TIME, RATE",
        "Against the data point before, however long ago; the first one of the evaluation range has none.",
        Basis.DOCUMENTED,
        _FUNCTIONS,
    ),
    Behaviour(
        "calendar functions",
        "MINUTE, HOUR, DAY (Monday is 1), DATE, MONTH, YEAR, EPOCH of each period's start in UTC, whether or not there "
        "is a value.",
        Basis.DOCUMENTED,
        f"{_FUNCTIONS}; AWS Cloud Operations Blog, Enhance CloudWatch metrics with metric math functions",
    ),
    Behaviour(
        "scalars of a series",
        "AVG, MAX, MIN, SUM, STDDEV, DATAPOINT_COUNT of one series see the whole evaluation range, which is longer "
        "than EvaluationPeriods.",
        Basis.DOCUMENTED,
        f"{_FUNCTIONS}, why they are not recommended in alarms",
    ),
    Behaviour(
        "SLICE and SORT",
        "What they count with is a literal number; SORT puts series without a value last.",
        Basis.ASSUMED,
        "all examples of AWS do so",
    ),
    Behaviour(
        "low samples of expressions",
        "EvaluateLowSampleCountPercentile has no effect on the result of an expression.",
        Basis.ASSUMED,
        "its page speaks of a percentile as the statistic of an alarm",
    ),
)
