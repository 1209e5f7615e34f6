"""Alarms on metric math: which are taken, how they are judged, and which are refused with what sentence."""

import pytest

from local.alarms import Datapoint, InvalidAlarm, MetricAlarm, MetricId, UnsupportedAlarm, evaluate

BASE = {"AlarmName": "a", "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold"}


def metric(id, name="M", period=60, **changes):
    stat = {"Metric": {"Namespace": "N", "MetricName": name}, "Period": period, "Stat": "Sum"}
    return {"Id": id, "MetricStat": stat, "ReturnData": False, **changes}


def alarm(*queries, **changes):
    return MetricAlarm.parse({**BASE, "Metrics": list(queries), **changes})


def expression(text, id="e1", **changes):
    return {"Id": id, "Expression": text, **changes}


ERROR_RATE = (
    expression("IF(calls >= 10, 100 * errors / calls, 0)"),
    metric("errors", "Errors"),
    metric("calls", "Calls"),
)
ERRORS, CALLS = MetricId("N", "Errors"), MetricId("N", "Calls")


@pytest.mark.parametrize(
    ("errors", "calls", "state"),
    [
        ([2], [100], "ALARM"),
        ([1], [100], "OK"),
        ([2], [9], "OK"),
        ([2], [5, 5], "ALARM"),
        ([], [], "INSUFFICIENT_DATA"),
    ],
)
def test_an_alarm_watches_the_expression(start, errors, calls, state):
    recording = {
        ERRORS: [Datapoint(start - 30, value) for value in errors],
        CALLS: [Datapoint(start - 20, value) for value in calls],
    }
    assert evaluate(alarm(*ERROR_RATE), recording, start, "OK").state == state


def test_the_reason_tells_the_result(start):
    recording = {ERRORS: [Datapoint(start - 30, 5)], CALLS: [Datapoint(start - 30, 50)]}
    verdict = evaluate(alarm(*ERROR_RATE), recording, start, "OK")
    assert verdict.reason.startswith("Threshold Crossed: 1 out of the last 1 datapoints [10.0 (23/11/26 09:59:00)] was")


def test_missing_results_are_treated_as_the_alarm_says(start):
    no_calls = {ERRORS: [Datapoint(start - 30, 5)]}
    divided = (expression("errors / calls"), *ERROR_RATE[1:])
    for treatment, state in (("missing", "INSUFFICIENT_DATA"), ("ignore", "ALARM"), ("notBreaching", "OK")):
        judged = alarm(*divided, TreatMissingData=treatment)
        assert evaluate(judged, no_calls, start, "ALARM").state == state


def test_an_expression_may_use_others(start):
    judged = alarm(
        expression("half * 2", "double"),
        expression("m1 / 2", "half", ReturnData=False),
        metric("m1"),
    )
    assert judged.watched == "half * 2"
    assert evaluate(judged, {MetricId("N", "M"): [Datapoint(start - 1, 2)]}, start, "OK").state == "ALARM"


def test_a_metric_among_others_may_be_watched(start):
    judged = alarm(metric("m1", ReturnData=True), metric("m2", "Other"), expression("m1 + m2", ReturnData=False))
    assert (judged.watched, list(judged.queries)) == ("N M {}", ["m1"])
    assert evaluate(judged, {MetricId("N", "M"): [Datapoint(start - 1, 2)]}, start, "OK").state == "ALARM"


def test_an_expression_without_metrics_has_a_period_of_its_own(start):
    judged = alarm(expression("TIME_SERIES(2)", Period=300))
    assert (judged.period, evaluate(judged, {}, start, "OK").state) == (300, "ALARM")


def test_each_metric_is_read_in_its_unit(start):
    judged = alarm(metric("m1", ReturnData=True, MetricStat={**metric("m")["MetricStat"], "Unit": "Seconds"}))
    points = [Datapoint(start - 1, 2, unit="Milliseconds")]
    assert evaluate(judged, {MetricId("N", "M"): points}, start, "OK").state == "INSUFFICIENT_DATA"
    points = [Datapoint(start - 1, 2, unit="Seconds")]
    assert evaluate(judged, {MetricId("N", "M"): points}, start, "OK").state == "ALARM"


def test_low_samples_do_not_hold_an_expression(start):
    judged = alarm(expression("m1 * 1"), metric("m1"), EvaluateLowSampleCountPercentile="ignore")
    assert evaluate(judged, {MetricId("N", "M"): [Datapoint(start - 1, 2)]}, start, "OK").state == "ALARM"


KNOWN = "known are ABS, AVG, CEIL, DATAPOINT_COUNT, DATE, DAY, DIFF, DIFF_TIME, EPOCH, FILL, FIRST, FLOOR, HOUR, IF, "
UNREADABLE = "; Ids of metrics and expressions begin with a lower-case letter, functions are written in capitals."
REFUSED = [
    ("m1 +", f"e1 is 'm1 +': it cannot be read at its end{UNREADABLE}"),
    ("m1 ; 2", f"e1 is 'm1 ; 2': it cannot be read at character 4, '; 2'{UNREADABLE}"),
    ("sum(m1)", f"e1 is 'sum(m1)': it cannot be read at character 4, '(m1)'{UNREADABLE}"),
    ("m2 * 2", "e1 names m2, which is no Id of Metrics; they are e1, m1."),
    ("e1 * 2", "the expressions need each other: e1 -> e1."),
    ("5", "e1 gives a scalar; an alarm watches a single time series."),
    ("AVG(m1)", "e1 gives a scalar; an alarm watches a single time series."),
    ("[m1, m1]", "e1 gives an array of 2 time series; an alarm watches a single time series."),
    ("[m1, 2]", "e1: [...] has a scalar; allowed are time series and arrays of them."),
    (
        "[m1, m1] > 2",
        "e1: > has an array of 2 time series and a scalar; allowed are time series and scalars, and no arrays.",
    ),
    ("METRICS() * METRICS()", "e1: * has arrays of time series on both sides; allowed is an array on one side."),
    ("m1 + REPEAT", "e1: + has the word REPEAT; allowed are scalars and time series."),
    ("CEIL(m1, 2)", "e1: CEIL is given a time series, a scalar; it takes a time series or an array of them."),
    ("FIRST(m1)", "e1: FIRST is given a time series; it takes an array of time series."),
    (
        "FILL(m1, ASC)",
        "e1: FILL is given a time series, the word ASC; it takes a time series or an array of them, and a scalar, a "
        "time series, REPEAT or LINEAR to fill it by.",
    ),
    (
        "IF(1, 2, 3)",
        "e1: IF is given a scalar, a scalar, a scalar; it takes a condition, the value where it is not 0, and the "
        "value where it is 0; one of them is a time series.",
    ),
    ("PERIOD(m1 * 2) * m1", "e1: PERIOD takes the Id of a metric, and not the result of an expression."),
    ("SUM(METRICS(m1))", 'e1: METRICS takes nothing, or a text that is part of an Id, such as METRICS("errors").'),
    ("SLICE(METRICS(), MAX(m1))", "e1 counts in SLICE with something else than a whole number."),
]


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=[text for text, _ in REFUSED])
def test_a_wrong_expression_is_refused(text, message):
    with pytest.raises(InvalidAlarm) as refused:
        alarm(expression(text), metric("m1"))
    assert str(refused.value) == f'Alarm "a": {message}'


def test_an_unknown_function_is_named_with_those_that_are_known():
    with pytest.raises(InvalidAlarm) as refused:
        alarm(expression("MEDIAN(m1)"), metric("m1"))
    assert str(refused.value).startswith(f'Alarm "a": e1: there is no function MEDIAN; {KNOWN}')


def test_deep_nesting_is_refused():
    with pytest.raises(InvalidAlarm, match="e1 is nested too deeply"):
        alarm(expression("-" * 2000 + "m1"), metric("m1"))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("SEARCH('{N,D} M', 'Sum')", "e1 calls SEARCH, which is not computed here: CloudWatch lets no alarm have it"),
        (
            "ANOMALY_DETECTION_BAND(m1, 2)",
            "e1 calls ANOMALY_DETECTION_BAND, which is not computed here: it needs a model",
        ),
        ("m1 / SERVICE_QUOTA(m1)", "e1 calls SERVICE_QUOTA, which is not computed here: it asks Service Quotas"),
        ("INSIGHT_RULE_METRIC('r', 'm')", "e1 calls INSIGHT_RULE_METRIC, which is not computed here"),
        ("DB_PERF_INSIGHTS('RDS')", "e1 calls DB_PERF_INSIGHTS, which is not computed here"),
        ("SLO('s')", "e1 calls SLO, which is not computed here"),
        ("LAMBDA('f')", "e1 calls LAMBDA, which is not computed here"),
        ("SELECT MAX(x) FROM y", "e1 is a Metrics Insights query ('SELECT MAX(x) FROM y'), which is not computed here"),
    ],
)
def test_what_cannot_be_computed_is_named(text, what):
    with pytest.raises(UnsupportedAlarm) as refused:
        alarm(expression(text), metric("m1"))
    assert str(refused.value).startswith(f'Alarm "a" depends on metric math that is not judged: {what}')


@pytest.mark.parametrize(
    ("queries", "message"),
    [
        (
            [metric("M1", ReturnData=True)],
            ", Metrics: Id is 'M1'; allowed are letters, digits and _, first a lower-case letter.",
        ),
        ([metric("m"), metric("m")], ", Metrics: Id m is there twice; allowed is once."),
        ([{"Id": "m"}], ", Metrics: m has neither or both of MetricStat and Expression; allowed is one of them."),
        (
            [metric("m", Expression="1")],
            ", Metrics: m has neither or both of MetricStat and Expression; allowed is one of them.",
        ),
        (
            [metric("m"), metric("n")],
            ": Metrics has ReturnData true on no entry, where it is true unless it says false; allowed is exactly one, "
            "which the alarm watches.",
        ),
        (
            [expression("m"), metric("m", ReturnData=True)],
            ": Metrics has ReturnData true on e1, m, where it is true unless it says false; allowed is exactly one, "
            "which the alarm watches.",
        ),
        ([metric("m", ReturnData="maybe")], ", Metrics: ReturnData is 'maybe'; allowed are true and false."),
        (
            [expression("m + n"), metric("m"), metric("n", period=300)],
            ": Metrics has several periods (m 60 s, n 300 s); allowed is one for all of an alarm.",
        ),
        (
            [expression("m", Period=300), metric("m")],
            ": Metrics has several periods (m 60 s, e1 300 s); allowed is one for all of an alarm.",
        ),
        (
            [expression("TIME_SERIES(1)")],
            ": Metrics has no metric and no Period; an expression without metrics needs a Period.",
        ),
        (
            [expression("m0"), *(metric(f"m{i}") for i in range(11))],
            ": Metrics has 11 metrics and 1 expressions; allowed are up to 10 and 10.",
        ),
        ([expression("m" + " " * 2048), metric("m")], ": e1 has 2049 characters; allowed are up to 2048."),
        (
            [metric("m", MetricStat={"Stat": "Sum"}, ReturnData=True)],
            ", Metrics, MetricStat: Metric is missing; it is required.",
        ),
        (["m1"], ": Metrics is no list of structures."),
    ],
)
def test_metrics_that_cloudwatch_would_refuse(queries, message):
    with pytest.raises(InvalidAlarm) as refused:
        alarm(*queries)
    assert str(refused.value) == f'Alarm "a"{message}'


def test_a_metric_of_another_account_is_not_judged():
    with pytest.raises(UnsupportedAlarm, match=r"a metric of another account \(AccountId 123456789012\)"):
        alarm(metric("m1", ReturnData=True, AccountId="123456789012"))
