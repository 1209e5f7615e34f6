"""Cases of metric math from AWS's pages, as data: what the page gives, and what it says comes out.

Page "Using math expressions with CloudWatch metrics" (using-metric-math) of the CloudWatch User Guide, read on 25
November 2026, the tables in the edition on GitHub (awsdocs/amazon-cloudwatch-user-guide, 2022).
"""

import pytest

from local.alarms.metric_math import Grid, MetricMath, Series
from local.alarms.metric_math.functions import KNOWN

START = 1_795_428_000
"""2026-11-23T10:00:00Z, a Monday."""
COMPARISON = "Comparison and logical operators"
ARITHMETIC = "Basic arithmetic functions"
FUNCTIONS = "Functions supported for metric math"
METRICS = "The METRICS() function"
IF = "Using IF expressions"
BLOG = "AWS Cloud Operations Blog, Enhance CloudWatch metrics with metric math functions"

OPERANDS = {"metric1": "30 20 0 0", "metric2": "20 - 20 -"}
CHOICES = {"metric1": "1 1 0 0 -", "metric2": "30 - 0 0 30", "metric3": "0 0 20 - 20"}
TWO = {"m1": "1 2 - 4", "m2": "10 - - 0"}
ONE = {"m1": "1 - 4 9"}
CASES = [
    # section, metrics, expression, result
    (COMPARISON, OPERANDS, "(metric1 < metric2)", "0 0 1 0"),
    (COMPARISON, OPERANDS, "(metric1 >= 30)", "1 0 0 0"),
    (COMPARISON, OPERANDS, "(metric1 > 15 AND metric2 > 15)", "1 0 0 0"),
    (COMPARISON, OPERANDS, "(metric1 > 15 && metric2 > 15)", "1 0 0 0"),
    (COMPARISON, OPERANDS, "(metric1 > 15 || metric2 > 15)", "1 1 1 0"),
    (COMPARISON, OPERANDS, "metric1 * (2 > 1)", "30 20 0 0"),
    (IF, CHOICES, "IF(metric1, metric2, metric3)", "30 0 20 - -"),
    (IF, CHOICES, "IF(metric1, 5, metric3)", "5 5 20 - -"),
    (IF, CHOICES, "IF(metric1, metric2, 5)", "30 0 5 5 -"),
    (IF, CHOICES, "IF(metric1, 5)", "5 5 - - -"),
    (IF, CHOICES, "IF(metric1, 3, 4)", "3 3 4 4 -"),
    (IF, CHOICES, "IF(1, metric2, metric3)", "30 - 0 0 30"),
    (IF, CHOICES, "IF(0, metric2, metric3)", "0 0 20 - 20"),
    (IF, CHOICES, "IF(0, metric2)", "- - - - -"),
    (IF, {"metric1": "-2 - 500"}, "IF(metric1<400, metric1)", "-2 - -"),
    (IF, {"metric1": "399 400 -"}, "IF(metric1<400, 10, 2)", "10 2 -"),
    (ARITHMETIC, TWO, "m1 + m2", "11 2 - 4"),
    (ARITHMETIC, TWO, "m1 - m2", "-9 2 - 4"),
    (ARITHMETIC, TWO, "m1 * m2", "10 0 - 0"),
    (ARITHMETIC, TWO, "m1 / m2", "0.1 - - -"),
    (ARITHMETIC, TWO, "100 * m2 / m1", "1000 0 - 0"),
    (ARITHMETIC, TWO, "m1 ^ 2", "1 4 - 16"),
    (ARITHMETIC, TWO, "-5*m1", "-5 -10 - -20"),
    (ARITHMETIC, TWO, "SUM(-[m1, m2])", "-11 -2 - -4"),
    (ARITHMETIC, TWO, "SUM(100/[m1, m2])", "110 50 - 25"),
    (ARITHMETIC, TWO, "AVG([m1,m2]/m1)", "5.5 0.5 - 0.5"),
    (ARITHMETIC, TWO, "m1 * PERIOD(m1)/60", "5 10 - 20"),
    (METRICS, TWO, "SUM(METRICS())", "11 2 - 4"),
    (METRICS, TWO, "SUM(METRICS()*100)", "1100 200 - 400"),
    (METRICS, {"errors1": "1 2", "errors2": "3 -", "calls": "9 9"}, 'SUM(METRICS("errors"))', "4 2"),
    (METRICS, {"e4xx": "1 2", "e5xx": "3 -", "calls": "9 9"}, "SUM([METRICS('4xx'), METRICS('5xx')])", "4 2"),
    (FUNCTIONS, {"m1": "-1 - 2"}, "ABS(m1)", "1 - 2"),
    (FUNCTIONS, {"m1": "1.2 -1.2 -"}, "CEIL(m1)", "2 -1 -"),
    (FUNCTIONS, {"m1": "1.2 -1.2 -"}, "FLOOR(m1)", "1 -2 -"),
    (FUNCTIONS, {"m1": "1 0 -"}, "LOG(m1)", "0 - -"),
    (FUNCTIONS, {"m1": "1000 - 0.1"}, "LOG10(m1)", "3 - -1"),
    (FUNCTIONS, ONE, "DIFF(m1)", "- - 3 5"),
    (FUNCTIONS, ONE, "DIFF_TIME(m1)", "- - 600 300"),
    (FUNCTIONS, ONE, "RATE(m1) * 600", "- - 3 10"),
    (FUNCTIONS, ONE, "RUNNING_SUM(m1)", "1 - 5 14"),
    (FUNCTIONS, ONE, "FILL(m1, 10)", "1 10 4 9"),
    (FUNCTIONS, ONE, "FILL(m1, REPEAT)", "1 1 4 9"),
    (FUNCTIONS, ONE, "FILL(m1, LINEAR)", "1 2.5 4 9"),
    (FUNCTIONS, ONE, "FILL(m1, MIN(m1))", "1 1 4 9"),
    (FUNCTIONS, {"m1": "- 2 - -"}, "FILL(m1, REPEAT)", "- 2 2 2"),
    (FUNCTIONS, {"m1": "- 2 - 4 -"}, "FILL(m1, LINEAR)", "- 2 3 4 -"),
    (FUNCTIONS, TWO, "FILL(m2, m1)", "10 2 - 0"),
    (FUNCTIONS, TWO, "SUM(FILL(METRICS(), 0))", "11 2 0 4"),
    (FUNCTIONS, ONE, "m1 - AVG(m1)", "-2.5 - 0.5 5.5"),
    (FUNCTIONS, ONE, "m1 * 0 + SUM(m1) / DATAPOINT_COUNT(m1) * 3", "14 - 14 14"),
    (FUNCTIONS, ONE, "m1 / MAX(m1) * 9", "1 - 4 9"),
    (FUNCTIONS, ONE, "TIME_SERIES(MAX(m1))", "9 9 9 9"),
    (FUNCTIONS, {"m1": "2 4"}, "m1 * 0 + STDDEV(m1)", "1 1"),
    (FUNCTIONS, TWO, "MAX(METRICS())", "10 2 - 4"),
    (FUNCTIONS, TWO, "MIN([m1, m2])", "1 2 - 0"),
    (FUNCTIONS, TWO, "AVG(METRICS())", "5.5 1 - 2"),
    (FUNCTIONS, TWO, "STDDEV(METRICS())", "4.5 0 - 2"),
    (FUNCTIONS, TWO, "DATAPOINT_COUNT(METRICS())", "2 1 - 2"),
    (FUNCTIONS, TWO, "m1/METRIC_COUNT(METRICS())", "0.5 1 - 2"),
    (FUNCTIONS, TWO, "IF(FIRST(SORT(METRICS(), SUM, DESC))>9, 1, 0)", "1 - - 0"),
    (FUNCTIONS, TWO, "LAST(SORT(METRICS(), MAX, DESC))", "1 2 - 4"),
    (FUNCTIONS, TWO, "SUM(SLICE(SORT(METRICS(), MAX, ASC), 0, 1))", "1 2 - 4"),
    (FUNCTIONS, TWO, "SLICE(SORT(METRICS(), AVG, ASC), 1)", "10 - - 0"),
    (FUNCTIONS, TWO, "SORT(METRICS(), MIN, ASC, 1)", "10 - - 0"),
    (FUNCTIONS, {"m1": "- -", "m2": "- 2"}, "DATAPOINT_COUNT(REMOVE_EMPTY(METRICS()))", "- 1"),
    (FUNCTIONS, {"m1": "- -", "m2": "- 2"}, "FIRST(REMOVE_EMPTY(METRICS()))", "- 2"),
    (FUNCTIONS, {"m1": "- -"}, "FIRST(REMOVE_EMPTY(METRICS()))", "- -"),
    (BLOG, {"m1": "- 7"}, "MINUTE(m1)", "0 5"),
    (BLOG, {"m1": "- 7"}, "HOUR(m1)", "10 10"),
    (BLOG, {"m1": "- 7"}, "DAY(m1)", "1 1"),
    (FUNCTIONS, {"m1": "- 7"}, "DATE(m1) + 100 * MONTH(m1) + 10000 * YEAR(m1)", "20261123 20261123"),
    (FUNCTIONS, {"m1": "- 7"}, "EPOCH(m1) - 1795428000", "0 300"),
    (BLOG, {"m1": "- 7"}, "IF((DAY(m1)<6 AND (HOUR(m1)>=9 AND HOUR(m1)<17)),m1)", "0 7"),
    (FUNCTIONS, {"m1": "- 7"}, "IF(MONTH(m1) == 4,m1)", "- -"),
]


def series(values):
    return Series(tuple(None if value == "-" else float(value) for value in values.split()))


def computed(expression, metrics):
    drawn = {id: series(values) for id, values in metrics.items()}
    count = len(next(iter(drawn.values())).values)
    math = MetricMath.parse({"e1": expression}, drawn, "e1")
    return math.series(drawn, Grid(START, 300, count)).values


@pytest.mark.parametrize(
    ("metrics", "expression", "result"),
    [pytest.param(m, e, r, id=f"{section}: {e} of {list(m.values())}") for section, m, e, r in CASES],
)
def test_the_result_is_the_one_of_the_page(metrics, expression, result):
    assert computed(expression, metrics) == pytest.approx(series(result).values)


def test_every_function_has_a_case():
    text = " ".join(expression for _, _, expression, _ in CASES)
    assert [name for name in KNOWN if f"{name}(" not in text] == []
