"""The evaluator against a second implementation of the rules, over alarms and series that hypothesis makes up."""

from hypothesis import given, settings
from hypothesis import strategies as st
from naive_alarm import MINUTE, Point, Spec, state
from one_metric import evaluate, replay

from local.alarms import AlarmState, Datapoint, MetricAlarm

START = 1_795_428_000

specs = st.integers(1, 5).flatmap(
    lambda n: st.builds(
        Spec,
        statistic=st.sampled_from(("SampleCount", "Sum", "Average", "Minimum", "Maximum")),
        period=st.sampled_from((60, 120, 300, 900)),
        n=st.just(n),
        m=st.integers(1, n),
        threshold=st.sampled_from((0.0, 1.0, 2.5)),
        treatment=st.sampled_from(("missing", "ignore", "breaching", "notBreaching")),
    )
)
"""Whole and half values only, so that sums are exact."""
points = st.lists(
    st.builds(
        Point,
        at=st.integers(START - 100 * MINUTE, START + 30 * MINUTE).map(float),
        value=st.sampled_from((-1.0, 0.0, 0.5, 1.0, 1.5, 3.0)),
        count=st.integers(1, 3),
    ),
    max_size=25,
)
moments = st.integers(START - 10 * MINUTE, START + 20 * MINUTE)


def alarm_of(spec: Spec) -> MetricAlarm:
    return MetricAlarm.parse(
        {
            "AlarmName": "a",
            "Namespace": "N",
            "MetricName": "M",
            "Statistic": spec.statistic,
            "Period": spec.period,
            "EvaluationPeriods": spec.n,
            "DatapointsToAlarm": spec.m,
            "Threshold": spec.threshold,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": spec.treatment,
        }
    )


def recorded(made_up: list[Point]) -> list[Datapoint]:
    return [Datapoint(point.at, point.value, point.count) for point in made_up]


@settings(max_examples=400)
@given(specs, points, moments, st.sampled_from(list(AlarmState)))
def test_one_evaluation(spec: Spec, made_up: list[Point], now: int, before: AlarmState) -> None:
    assert evaluate(alarm_of(spec), recorded(made_up), now, before).state == state(spec, made_up, now, before)


@settings(max_examples=60)
@given(specs, points)
def test_a_replay(spec: Spec, made_up: list[Point]) -> None:
    end = START + 40 * MINUTE
    changes = {step.at: step.state for step in replay(alarm_of(spec), recorded(made_up), START - 60 * MINUTE, end)}
    current: str = "INSUFFICIENT_DATA"
    for now in range(START - 60 * MINUTE, end + 1, MINUTE):
        following = state(spec, made_up, now, current)
        assert changes.get(now) == (following if following != current else None)
        current = following


@settings(max_examples=100)
@given(specs, points, moments)
def test_neither_order_nor_older_or_newer_values_matter(spec: Spec, made_up: list[Point], now: int) -> None:
    alarm = alarm_of(spec)
    start, end = alarm.evaluation_range(now)
    inside = [point for point in recorded(made_up) if start <= point.timestamp < end]
    assert evaluate(alarm, reversed(recorded(made_up)), now, "OK") == evaluate(alarm, inside, now, "OK")
