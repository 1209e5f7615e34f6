"""CloudWatch User Guide, "CloudWatch statistics definitions"; API Reference, GetMetricStatistics (read 2026-11-23)."""

from fractions import Fraction

import pytest
from one_metric import evaluate

from local.alarms import Datapoint
from local.alarms.bounded_statistic import bounded
from local.alarms.statistic import SIMPLE_STATISTICS, percentile

PUBLISHED = [Datapoint(0, 4.0), Datapoint(1, 1.0, count=3), Datapoint(2, 9.0)]
STATISTIC_SET = [Datapoint(0, 5.0, count=4, minimum=2.0, maximum=8.0), Datapoint(1, 3.0)]


@pytest.mark.parametrize(
    ("name", "published", "of_a_set"),
    [("SampleCount", 5, 5), ("Sum", 16, 23), ("Average", 3.2, 4.6), ("Minimum", 1, 2), ("Maximum", 9, 8)],
)
def test_counts_and_statistic_sets_weigh_in(name, published, of_a_set):
    assert SIMPLE_STATISTICS[name].of(PUBLISHED) == published
    assert SIMPLE_STATISTICS[name].of(STATISTIC_SET) == of_a_set


def test_ten_tenths_are_one():
    assert SIMPLE_STATISTICS["Sum"].of([Datapoint(0, 0.1)] * 10) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("p0", 1), ("p50", 3), ("p25", 2), ("p95", 4.8), ("p99.9", 4.996), ("p12.5", 1.5), ("p100", 5), ("p100.0", 5)],
)
def test_percentiles_interpolate_between_the_nearest_ranks(name, value):
    shuffled = [Datapoint(0, float(v)) for v in (5, 3, 1, 4, 2)]
    assert percentile(name).of(shuffled) == pytest.approx(value)


def test_a_value_published_n_times_is_n_samples_of_a_percentile():
    once_each = [Datapoint(0, v) for v in (1.0, 1.0, 1.0, 4.0, 9.0)]
    for name in ("p10", "p50", "p60", "p95"):
        assert percentile(name).of(PUBLISHED) == percentile(name).of(once_each)


def test_the_percentile_of_a_single_value_is_that_value():
    assert percentile("p95").of([Datapoint(0, 7.0)]) == 7.0


@pytest.mark.parametrize(
    "datapoints",
    [[Datapoint(0, 1.0), Datapoint(1, -1.0)], STATISTIC_SET],
    ids=["a negative value", "a statistic set of different values"],
)
def test_there_is_no_percentile_with(datapoints):
    assert percentile("p95").of(datapoints) is None


def test_a_period_without_a_percentile_is_missing(make_alarm, start):
    alarm = make_alarm(ExtendedStatistic="p95", EvaluationPeriods=1)
    assert evaluate(alarm, [Datapoint(start - 60, -1.0)], start, "OK").state == "INSUFFICIENT_DATA"


@pytest.mark.parametrize(
    ("name", "samples"),
    [("p50", 20), ("p95", 200), ("p99", 1000), ("p99.9", 10_000), ("p10", 100), ("p0.5", 2000), ("p0", 0), ("p100", 0)],
)
def test_a_percentile_needs_ten_samples_beyond_it(name, samples):
    """10/(1-p) from 0.5 up to 1 exclusive, 10/p below: "Percentile-based alarms and low data samples"."""
    assert percentile(name).samples_needed == Fraction(samples)


@pytest.mark.parametrize(
    ("setting", "samples", "state"),
    [("ignore", 199, "OK"), ("ignore", 200, "ALARM"), ("evaluate", 1, "ALARM"), (None, 1, "ALARM")],
)
def test_too_few_samples_keep_the_state_only_if_the_alarm_says_so(make_alarm, start, setting, samples, state):
    alarm = make_alarm(
        ExtendedStatistic="p95", EvaluationPeriods=1, Period=60, EvaluateLowSampleCountPercentile=setting
    )
    verdict = evaluate(alarm, [Datapoint(start - 30, 2.0, count=samples)], start, "OK")
    assert verdict.state == state


def test_one_period_with_too_few_samples_among_those_that_decide_keeps_the_state(make_alarm, start):
    alarm = make_alarm(
        ExtendedStatistic="p95", EvaluationPeriods=2, Period=60, EvaluateLowSampleCountPercentile="ignore"
    )
    enough, few = Datapoint(start - 90, 2.0, count=200), Datapoint(start - 30, 2.0, count=3)
    older = Datapoint(start - 150, 2.0, count=3)
    verdict = evaluate(alarm, [enough, few], start, "OK")
    assert verdict.state == "OK"
    assert verdict.reason == "Unchanged: p95 needs 200 samples in a period; one has 3."
    assert evaluate(alarm, [older, enough, Datapoint(start - 30, 2.0, count=200)], start, "OK").state == "ALARM"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ((0, float("nan")), "A datapoint needs a finite timestamp and value; given 0, nan."),
        ((0, 1.0, 0), "A datapoint needs a count above 0; given 0."),
    ],
)
def test_a_datapoint_is_refused_with(fields, message):
    with pytest.raises(ValueError) as refused:
        Datapoint(*fields)
    assert str(refused.value) == message


TEN = [Datapoint(0, float(v)) for v in (10, 3, 1, 4, 2, 9, 5, 8, 7, 6)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tm90", 5),
        ("TM(10%:90%)", 5.5),
        ("TM(:90%)", 5),
        ("TM(20%:)", 6.5),
        ("TM(3:6)", 5),
        ("IQM", 5.5),
        ("tc90", 9),
        ("TC(3:6)", 3),
        ("ts90", 45),
        ("TS(8:)", 19),
        ("wm100", 5.5),
        ("WM(3:6)", (3 * 3 + 4 + 5 + 5 * 6) / 10),
        ("PR(:3)", 30),
        ("PR(3:6)", 30),
    ],
)
def test_statistics_between_bounds(name, value):
    assert bounded(name).of(TEN) == pytest.approx(value)


def test_a_value_that_a_percentage_cuts_counts_by_its_share_inside():
    assert bounded("tm50").of([Datapoint(0, 0.0), Datapoint(0, 2.0, count=2)]) == pytest.approx(2 * 0.5 / 1.5)
    assert bounded("WM(25%:75%)").of([Datapoint(0, v) for v in (0.0, 4.0, 8.0)]) == pytest.approx((2 + 4 + 6) / 3)


def test_nothing_between_the_bounds():
    far = [Datapoint(0, 50.0)]
    assert [bounded(name).of(far) for name in ("TM(1:2)", "TS(1:2)", "TC(1:2)", "PR(1:2)")] == [None, 0, 0, 0]


@pytest.mark.parametrize("name", ["tm101", "TM(1%:2)", "TM(:)", "PR(1%:2%)", "TM(9:1)", "TM(0%:101%)", "iqm", "xm90"])
def test_names_of_no_statistic(name):
    assert bounded(name) is None
