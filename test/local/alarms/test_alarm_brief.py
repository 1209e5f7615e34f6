"""The alarms of production, with production's numbers."""

import pytest
from one_metric import replay

from local.alarms import Datapoint, MetricAlarm

LATENCY = {
    "AlarmName": "latency",
    "Namespace": "AWS/SageMaker",
    "MetricName": "ModelLatency",
    "Dimensions": [
        {"Name": "EndpointName", "Value": "production-ml-endpoint"},
        {"Name": "VariantName", "Value": "primary"},
    ],
    "ExtendedStatistic": "p95",
    "Period": 60,
    "EvaluationPeriods": 5,
    "DatapointsToAlarm": 5,
    "Threshold": 50_000,
    "ComparisonOperator": "GreaterThanThreshold",
}
DRIFT = {
    "AlarmName": "drift",
    "Namespace": "MLPipeline/DataQuality",
    "MetricName": "DataDriftScore",
    "Statistic": "Maximum",
    "Period": 300,
    "EvaluationPeriods": 2,
    "DatapointsToAlarm": 2,
    "Threshold": 0.3,
    "ComparisonOperator": "GreaterThanThreshold",
}
ACCURACY = {
    "AlarmName": "accuracy",
    "Namespace": "MLPipeline/ModelQuality",
    "MetricName": "ModelAccuracy",
    "Statistic": "Average",
    "Period": 300,
    "EvaluationPeriods": 3,
    "DatapointsToAlarm": 3,
    "Threshold": 0.85,
    "ComparisonOperator": "LessThanThreshold",
}


def fires_after(properties, datapoints, start, end):
    """Seconds from `start` to the first ALARM, or None."""
    steps = replay(MetricAlarm.parse(properties), datapoints, start, end)
    return next((step.at - start for step in steps if step.state == "ALARM"), None)


def minutes_of_latency(start, breaching, slow=50_001):
    """Ten good minutes, then `breaching` slow ones, then ten good ones; of 100 calls a minute six are slow."""
    slowness = [False] * 10 + [True] * breaching + [False] * 10
    return [
        point
        for minute, is_slow in enumerate(slowness)
        for point in (
            Datapoint(start + (minute - 10) * 60 + 7, 20_000, count=94),
            Datapoint(start + (minute - 10) * 60 + 30, slow if is_slow else 20_000, count=6),
        )
    ]


def test_latency_fires_at_the_end_of_the_fifth_breaching_minute(start):
    assert fires_after(LATENCY, minutes_of_latency(start, 5), start, start + 900) == 5 * 60


def test_latency_does_not_fire_after_four_breaching_minutes(start):
    assert fires_after(LATENCY, minutes_of_latency(start, 4), start, start + 900) is None


def test_latency_of_exactly_50_ms_does_not_fire(start):
    assert fires_after(LATENCY, minutes_of_latency(start, 15, slow=50_000), start, start + 900) is None


def test_latency_recovers_with_the_first_good_minute(start):
    steps = replay(MetricAlarm.parse(LATENCY), minutes_of_latency(start, 6), start, start + 900)
    assert [(step.at - start, step.state) for step in steps] == [(0, "OK"), (5 * 60, "ALARM"), (7 * 60, "OK")]


def test_four_slow_calls_in_a_hundred_leave_the_95th_percentile_alone(start):
    points = [
        Datapoint(start + minute * 60, value, count)
        for minute in range(10)
        for value, count in ((20_000, 96), (900_000, 4))
    ]
    assert fires_after(LATENCY, points, start, start + 600) is None


@pytest.mark.parametrize(
    ("scores", "minutes"),
    [
        ([0.1, 0.1, 0.31, 0.31], 16),
        ([0.1, 0.1, 0.31, 0.1, 0.1], None),
        ([0.1, 0.1, 0.3, 0.3, 0.3], None),
        ([0.1, 0.31, 0.1, 0.31, 0.1], None),
    ],
    ids=["two scores above 0.3 fire", "one does not", "0.3 itself does not", "two apart do not"],
)
def test_drift_with_a_score_every_five_minutes(every, start, scores, minutes):
    """The second breaching score is published in minute 15 and is in a whole period one minute later."""
    fired = fires_after(DRIFT, every(300, scores), start, start + len(scores) * 300)
    assert fired == (minutes and minutes * 60)


@pytest.mark.parametrize(
    ("accuracies", "minutes"),
    [
        ([0.9, 0.9, 0.84, 0.84, 0.84], 21),
        ([0.9, 0.9, 0.84, 0.84, 0.9], None),
        ([0.9, 0.85, 0.85, 0.85, 0.85], None),
    ],
    ids=["three below 0.85 fire", "two do not", "0.85 itself does not"],
)
def test_accuracy_with_a_value_every_five_minutes(every, start, accuracies, minutes):
    fired = fires_after(ACCURACY, every(300, accuracies), start, start + len(accuracies) * 300)
    assert fired == (minutes and minutes * 60)


@pytest.mark.parametrize("each", [1, 7, 13, 21, 300])
def test_an_accuracy_of_0_85_does_not_fire_however_many_values_make_up_the_average(start, each):
    values = [Datapoint(start + i * 300 / each, 0.85) for i in range(each * 6)]
    assert fires_after(ACCURACY, values, start, start + 1800) is None


@pytest.mark.parametrize(
    ("treatment", "states"),
    [
        ("ignore", ["OK"]),
        ("missing", ["OK", "INSUFFICIENT_DATA"]),
        ("breaching", ["OK", "ALARM"]),
        ("notBreaching", ["OK"]),
    ],
)
def test_a_publisher_that_falls_silent_is_seen_as_configured(every, start, treatment, states):
    alarm = MetricAlarm.parse({**DRIFT, "TreatMissingData": treatment})
    steps = replay(alarm, every(300, [0.1] * 4), start + 60, start + 7200)
    assert [step.state for step in steps] == states


def test_an_alarm_that_has_fired_stays_on_through_a_gap_it_ignores(every, start):
    alarm = MetricAlarm.parse({**DRIFT, "TreatMissingData": "ignore"})
    scores = [0.1, 0.4, 0.4, *[None] * 20, 0.1, 0.1]
    states = [(step.at - start, step.state) for step in replay(alarm, every(300, scores), start, start + 25 * 300)]
    assert states == [(60, "OK"), (11 * 60, "ALARM"), (116 * 60, "OK")]
