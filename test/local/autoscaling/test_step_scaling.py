"""Step scaling: which step a metric is at, and what it makes of the capacity."""

from __future__ import annotations

import math

import pytest

from local.autoscaling.step_scaling import StepScaling
from local.sagemaker.errors import AwsError

UP = [
    {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 10, "ScalingAdjustment": 0},
    {"MetricIntervalLowerBound": 10, "MetricIntervalUpperBound": 20, "ScalingAdjustment": 10},
    {"MetricIntervalLowerBound": 20, "ScalingAdjustment": 30},
]
DOWN = [
    {"MetricIntervalLowerBound": -10, "MetricIntervalUpperBound": 0, "ScalingAdjustment": 0},
    {"MetricIntervalLowerBound": -20, "MetricIntervalUpperBound": -10, "ScalingAdjustment": -10},
    {"MetricIntervalUpperBound": -20, "ScalingAdjustment": -30},
]


def percent(steps, **more):
    return StepScaling.parse({"AdjustmentType": "PercentChangeInCapacity", "StepAdjustments": steps, **more})


@pytest.mark.parametrize(
    ("steps", "current", "value", "capacity"),
    [
        (UP, 10, 59.9, 10),
        (UP, 10, 60, 11),
        (UP, 11, 70, 14),
        (DOWN, 14, 40.1, 14),
        (DOWN, 14, 40, 13),
        (DOWN, 13, 30, 10),
    ],
)
def test_the_example_of_the_user_guide(steps, current, value, capacity):
    assert percent(steps).capacity(current, [value], 50, rising=steps is UP) == capacity


@pytest.mark.parametrize(
    ("current", "adjustment", "least", "capacity"),
    [
        (4, 25, 0, 5),
        (4, 25, 2, 6),
        (4, -25, 2, 2),
        (10, 127, 0, 22),
        (1, 67, 0, 2),
        (1, -58, 0, 0),
        (10, -67, 0, 4),
        (10, 0, 3, 10),
    ],
)
def test_percentages_are_rounded_towards_zero_but_never_to_it(current, adjustment, least, capacity):
    steps = [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": adjustment}]
    policy = percent(steps, MinAdjustmentMagnitude=least)
    assert policy.capacity(current, [51], 50, rising=True) == capacity


@pytest.mark.parametrize(
    ("kind", "adjustment", "capacity"),
    [("ChangeInCapacity", 5, 8), ("ChangeInCapacity", -5, 0), ("ExactCapacity", 5, 5), ("ExactCapacity", 0, 0)],
)
def test_changes_and_exact_capacities(kind, adjustment, capacity):
    steps = [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": adjustment}]
    policy = StepScaling.parse({"AdjustmentType": kind, "StepAdjustments": steps})
    assert policy.capacity(3, [51], 50, rising=True) == capacity


@pytest.mark.parametrize(("aggregation", "capacity"), [(None, 2), ("Minimum", 1), ("Average", 2), ("Maximum", 3)])
def test_the_alarms_values_are_aggregated(aggregation, capacity):
    steps = [
        {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 10, "ScalingAdjustment": 1},
        {"MetricIntervalLowerBound": 10, "MetricIntervalUpperBound": 20, "ScalingAdjustment": 2},
        {"MetricIntervalLowerBound": 20, "ScalingAdjustment": 3},
    ]
    more = {} if aggregation is None else {"MetricAggregationType": aggregation}
    policy = StepScaling.parse({"AdjustmentType": "ExactCapacity", "StepAdjustments": steps, **more})
    assert policy.capacity(1, [52, 65, 78], 50, rising=True) == capacity


def test_a_value_at_the_threshold_is_on_the_alarms_side():
    steps = [{"MetricIntervalUpperBound": 0, "ScalingAdjustment": -1}]
    policy = StepScaling.parse({"AdjustmentType": "ChangeInCapacity", "StepAdjustments": steps})
    assert policy.capacity(3, [50], 50, rising=False) == 2
    assert policy.capacity(3, [50], 50, rising=True) is None


def steps_of(*bounds, adjustment=1):
    return [
        {
            **({} if lower == -math.inf else {"MetricIntervalLowerBound": lower}),
            **({} if upper == math.inf else {"MetricIntervalUpperBound": upper}),
            "ScalingAdjustment": adjustment,
        }
        for lower, upper in bounds
    ]


@pytest.mark.parametrize(
    ("configuration", "text"),
    [
        ({"StepAdjustments": steps_of((0, math.inf))}, "AdjustmentType is required."),
        ({"AdjustmentType": "ChangeInCapacity"}, "StepAdjustments is required."),
        (
            {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": steps_of((0, 10), (5, math.inf))},
            "the steps overlap between 10 and 5; each must begin where the one before it ends.",
        ),
        (
            {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": steps_of((0, 10), (20, math.inf))},
            "the steps leave a gap between 10 and 20; each must begin where the one before it ends.",
        ),
        (
            {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": steps_of((-math.inf, math.inf))},
            "a step needs MetricIntervalLowerBound or MetricIntervalUpperBound.",
        ),
        (
            {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": steps_of((10, 5))},
            "the upper bound of the step [10, 5] must be greater than its lower bound.",
        ),
        (
            {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": steps_of((-10, 0))},
            "a step begins at -10; then the lowest step must have no lower bound.",
        ),
        (
            {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": steps_of((0, 10))},
            "a step ends at 10; then the highest step must have no upper bound.",
        ),
        (
            {"AdjustmentType": "ExactCapacity", "StepAdjustments": steps_of((0, math.inf), adjustment=-1)},
            "ScalingAdjustment is -1; ExactCapacity takes 0 and more.",
        ),
        (
            {
                "AdjustmentType": "ChangeInCapacity",
                "StepAdjustments": steps_of((0, math.inf)),
                "MinAdjustmentMagnitude": 2,
            },
            "MinAdjustmentMagnitude goes with AdjustmentType PercentChangeInCapacity only.",
        ),
        (
            {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": steps_of((0, math.inf)), "Cooldown": -1},
            "Cooldown is -1; it is a number of seconds, 0 or more.",
        ),
        (
            {
                "AdjustmentType": "ChangeInCapacity",
                "StepAdjustments": steps_of(*((n, n + 1) for n in range(20)), (20, math.inf)),
            },
            "21 StepAdjustments are given; allowed are up to 20.",
        ),
    ],
)
def test_a_configuration_that_cannot_be_is_refused(configuration, text):
    with pytest.raises(AwsError) as refusal:
        StepScaling.parse(configuration)
    assert refusal.value.message == f"StepScalingPolicyConfiguration: {text}"


def test_an_alarm_that_calls_the_policy_adds_and_is_listed_with_it(registered):
    registered.step(StepAdjustments=steps_of((0, math.inf), adjustment=2))
    registered.ring("step", 60)
    assert registered.count == 3
    assert registered.last()["Cause"] == "monitor alarm step in state ALARM triggered policy step"
    (policy,) = registered.describe("ScalingPolicies")
    assert policy["Alarms"] == [
        {"AlarmName": "step", "AlarmARN": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:step"}
    ]
    assert policy["PolicyType"] == "StepScaling"
    registered.call("DeleteScalingPolicy", PolicyName="step")
    assert list(registered.cloudwatch.alarms) == ["step"]


def test_a_step_that_changes_nothing_says_so(registered):
    registered.sagemaker.counts["v"] = 2
    registered.step(StepAdjustments=steps_of((0, math.inf), adjustment=0))
    registered.ring("step", 60)
    assert registered.last()["NotScaledReasons"] == [{"Code": "AlreadyAtDesiredCapacity", "CurrentCapacity": 2}]


def test_a_value_that_no_step_is_for_does_nothing(registered):
    registered.step(StepAdjustments=steps_of((10, 20), (20, math.inf)))
    registered.ring("step", 55)
    assert (registered.count, registered.describe("ScalingActivities", IncludeNotScaledActivities=True)) == (1, [])


def test_an_alarm_that_was_set_by_hand_is_told_that_it_has_no_data(registered):
    registered.step(StepAdjustments=steps_of((0, math.inf)))
    with pytest.raises(ValueError, match="the alarm has no data points to scale by"):
        registered.ring("step")


def test_an_action_of_a_policy_that_is_gone_is_an_error(registered):
    registered.step(StepAdjustments=steps_of((0, math.inf)))
    registered.call("DeleteScalingPolicy", PolicyName="step")
    with pytest.raises(ValueError, match="there is no scaling policy arn:aws:autoscaling:"):
        registered.ring("step", 60)
