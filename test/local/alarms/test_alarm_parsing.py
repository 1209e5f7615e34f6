"""What MetricAlarm.parse takes and refuses. Limits: CloudWatch API Reference, PutMetricAlarm (read 2026-11-23)."""

import pytest
from one_metric import evaluate

from local.alarms import Comparison, Datapoint, InvalidAlarm, MetricAlarm, MetricId, UnsupportedAlarm

BASE = {
    "AlarmName": "a",
    "Namespace": "N",
    "MetricName": "M",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 3,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanThreshold",
}


def without(*keys, **changes):
    return {key: value for key, value in {**BASE, **changes}.items() if key not in keys}


def test_defaults_are_those_of_cloudwatch():
    alarm = MetricAlarm.parse(BASE)
    assert (alarm.datapoints_to_alarm, alarm.treat_missing_data, alarm.ignore_low_samples) == (3, "missing", False)
    assert (alarm.only_query.metric, alarm.only_query.unit) == (MetricId("N", "M"), None)


def test_numbers_may_be_texts_as_in_a_template():
    alarm = MetricAlarm.parse(without(Period="300", EvaluationPeriods="2", Threshold="0.5", DatapointsToAlarm="1"))
    assert (alarm.period, alarm.evaluation_periods, alarm.threshold, alarm.datapoints_to_alarm) == (300, 2, 0.5, 1)


def test_an_alarm_as_describe_alarms_returns_it_is_the_same_alarm():
    described = {
        **BASE,
        "AlarmArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a",
        "StateValue": "OK",
        "StateReason": "Unchecked: Initial alarm creation",
        "ActionsEnabled": True,
        "AlarmActions": ["arn:aws:sns:us-east-1:123456789012:t"],
        "Dimensions": [],
        "ExtendedStatistic": None,
    }
    assert MetricAlarm.parse(described) == MetricAlarm.parse(BASE)


@pytest.mark.parametrize(("stat", "key"), [("Sum", "Statistic"), ("p95", "ExtendedStatistic")])
def test_a_single_metric_under_metrics_is_the_same_as_given_directly(stat, key):
    dimensions = [{"Name": "D", "Value": "v"}]
    metric = {"Namespace": "N", "MetricName": "M", "Dimensions": dimensions}
    query = {"Id": "m1", "Label": "l", "ReturnData": True}
    under = without("Namespace", "MetricName", "Statistic", "Period")
    under["Metrics"] = [{**query, "MetricStat": {"Metric": metric, "Period": 60, "Stat": stat, "Unit": "Count"}}]
    one = MetricAlarm.parse(under).only_query
    other = MetricAlarm.parse({**without("Statistic", Dimensions=dimensions, Unit="Count"), key: stat}).only_query
    assert (one.metric, one.statistic.name, one.unit) == (other.metric, other.statistic.name, other.unit)


def test_dimensions_identify_the_metric_in_any_order():
    def metric(*pairs):
        return MetricAlarm.parse({**BASE, "Dimensions": [{"Name": n, "Value": v} for n, v in pairs]}).only_query.metric

    assert metric(("A", "1"), ("B", "2")) == metric(("B", "2"), ("A", "1"))
    assert metric(("A", "1")) != metric(("A", "1"), ("B", "2"))
    assert str(metric(("B", "2"), ("A", "1"))) == "N M {A=1;B=2}"


@pytest.mark.parametrize(
    ("operator", "below", "equal", "above"),
    [
        ("GreaterThanThreshold", "OK", "OK", "ALARM"),
        ("GreaterThanOrEqualToThreshold", "OK", "ALARM", "ALARM"),
        ("LessThanThreshold", "ALARM", "OK", "OK"),
        ("LessThanOrEqualToThreshold", "ALARM", "ALARM", "OK"),
    ],
)
def test_each_operator_compares_with_a_static_threshold(start, operator, below, equal, above):
    alarm = MetricAlarm.parse(without(ComparisonOperator=operator, EvaluationPeriods=1))
    states = [evaluate(alarm, [Datapoint(start - 1, value)], start, "OK").state for value in (0.9, 1.0, 1.1)]
    assert states == [below, equal, above]
    assert {comparison.operator for comparison in Comparison} >= {operator}


INVALID = [
    ("a missing property", without("Threshold"), "Threshold is missing; it is required."),
    ("no statistic", without("Statistic"), "Statistic is missing; it is required."),
    ("a threshold in words", without(Threshold="high"), "Threshold is 'high'; allowed is a number."),
    ("a threshold that is no number", without(Threshold="nan"), "Threshold is 'nan'; allowed is a number."),
    ("a truth value", without(Threshold=True), "Threshold is True; allowed is a number."),
    ("a period of 45 s", without(Period=45), "Period is 45 s; allowed are 10, 20, 30 and multiples of 60."),
    ("a period of 90 s", without(Period=90), "Period is 90 s; allowed are 10, 20, 30 and multiples of 60."),
    ("no period", without(Period=0), "Period is 0; allowed is a whole number of at least 1."),
    (
        "no evaluation periods",
        without(EvaluationPeriods=0),
        "EvaluationPeriods is 0; allowed is a whole number of at least 1.",
    ),
    (
        "half a period",
        without(EvaluationPeriods=1.5),
        "EvaluationPeriods is 1.5; allowed is a whole number of at least 1.",
    ),
    (
        "more M than N",
        without(DatapointsToAlarm=4),
        "DatapointsToAlarm is 4; allowed is a whole number from 1 to 3.",
    ),
    (
        "more than a day of short periods",
        without(Period=60, EvaluationPeriods=1441),
        "Period 60 s times EvaluationPeriods 1441 is 86460 s; allowed are 86400 s for a period under one hour.",
    ),
    (
        "more than a week of long periods",
        without(Period=3600, EvaluationPeriods=169),
        "Period 3600 s times EvaluationPeriods 169 is 608400 s; "
        "allowed are 604800 s for a period of at least one hour.",
    ),
    (
        "an operator of its own",
        without(ComparisonOperator="Above"),
        "ComparisonOperator is 'Above'; allowed is one of GreaterThanThreshold, GreaterThanOrEqualToThreshold, "
        "LessThanThreshold, LessThanOrEqualToThreshold.",
    ),
    (
        "a percentile as Statistic",
        without(Statistic="p95"),
        "Statistic is 'p95'; allowed is one of SampleCount, Sum, Average, Minimum, Maximum.",
    ),
    (
        "both kinds of statistic",
        without(ExtendedStatistic="p95"),
        "both Statistic and ExtendedStatistic are given; allowed is one of them.",
    ),
    (
        "a percentile above 100",
        without("Statistic", ExtendedStatistic="p101"),
        "ExtendedStatistic is 'p101'; allowed are percentiles from p0 to p100 such as p99.9, and bounds such as tm90, "
        "TC(10%:90%), TS(:95%), WM(5%:), PR(100:2000), IQM.",
    ),
    (
        "a treatment of its own",
        without(TreatMissingData="zero"),
        "TreatMissingData is 'zero'; allowed is one of missing, ignore, breaching, notBreaching.",
    ),
    (
        "a low-sample setting of its own",
        without(EvaluateLowSampleCountPercentile="yes"),
        "EvaluateLowSampleCountPercentile is 'yes'; allowed is one of evaluate, ignore.",
    ),
    (
        "a dimension that is not literal",
        without(Dimensions=[{"Name": "D", "Value": {"Ref": "X"}}]),
        "Value is {'Ref': 'X'}; allowed is a literal text.",
    ),
    (
        "a dimension twice",
        without(Dimensions=[{"Name": "D", "Value": "1"}, {"Name": "D", "Value": "2"}]),
        "Dimensions has D twice; allowed is once.",
    ),
    (
        "31 dimensions",
        without(Dimensions=[{"Name": f"D{i}", "Value": "1"} for i in range(31)]),
        "Dimensions has 31 entries; allowed are up to 30.",
    ),
    (
        "one metric and Metrics",
        without(Metrics=[{"Id": "m", "MetricStat": {"Stat": "Sum"}}]),
        "both Metrics and MetricName, Namespace, Period, Statistic are given; allowed is either one metric or Metrics.",
    ),
]


@pytest.mark.parametrize(("properties", "message"), [pytest.param(p, m, id=i) for i, p, m in INVALID])
def test_cloudwatch_would_refuse(properties, message):
    with pytest.raises(InvalidAlarm) as refused:
        MetricAlarm.parse(properties)
    where, _, what = str(refused.value).partition(": ")
    assert where in ('Alarm "a"', 'Alarm "a", Dimensions')
    assert what == message


@pytest.mark.parametrize(
    ("period", "evaluation_periods"), [(10, 8640), (60, 1440), (3540, 24), (3600, 168), (86400, 7), (604800, 1)]
)
def test_windows_up_to_the_caps_are_taken(period, evaluation_periods):
    assert MetricAlarm.parse(without(Period=period, EvaluationPeriods=evaluation_periods)).period == period


UNSUPPORTED = [
    (without(ThresholdMetricId="ad1"), "an anomaly detection band (ThresholdMetricId)"),
    (
        without(ComparisonOperator="GreaterThanUpperThreshold"),
        "an anomaly detection band (ComparisonOperator GreaterThanUpperThreshold)",
    ),
    (
        without(EvaluationCriteria={"PromQLCriteria": {"Query": "up == 0"}}, EvaluationInterval=60),
        "a PromQL query (EvaluationCriteria)",
    ),
    (without(WarmUpConfiguration={"WarmUpPeriodDurationInMinutes": 30}), "a warm-up period (WarmUpConfiguration)"),
    (
        without(EvaluationWindow={"WallClockWindow": {"Timezone": "UTC"}}),
        "a window aligned to the clock (EvaluationWindow.WallClockWindow)",
    ),
    (without(Sensitivity="high"), "the property Sensitivity"),
]


@pytest.mark.parametrize(("properties", "what"), [pytest.param(p, w, id=w) for p, w in UNSUPPORTED])
def test_not_judged_and_said_so(properties, what):
    with pytest.raises(UnsupportedAlarm) as refused:
        MetricAlarm.parse(properties)
    assert str(refused.value) == (
        f'Alarm "a" depends on {what}. Judged here are metrics and metric math against a static threshold; '
        "the state of this alarm stays unknown."
    )


def test_the_default_sliding_window_may_be_spelled_out():
    assert MetricAlarm.parse(without(EvaluationWindow={"SlidingWindow": {}})) == MetricAlarm.parse(BASE)
