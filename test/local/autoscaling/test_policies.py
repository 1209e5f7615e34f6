"""Policies of a target together: which may be put, who wins, and what cooldowns and suspension hold back."""

from __future__ import annotations

import pytest

from local.sagemaker.errors import AwsError

MORE = [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 2}]
MUCH_MORE = [
    {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 10, "ScalingAdjustment": 2},
    {"MetricIntervalLowerBound": 10, "ScalingAdjustment": 3},
]
FEWER = [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": -1}]
OTHER = {"CustomizedMetricSpecification": {"Namespace": "N", "MetricName": "M", "Statistic": "Average"}}


def test_a_policy_needs_a_registered_target(world):
    with pytest.raises(AwsError) as refusal:
        world.track()
    assert refusal.value.code == "ObjectNotFoundException"
    assert refusal.value.message.startswith("No scalable target registered for service namespace: sagemaker,")


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({}, "PolicyType is required to create a scaling policy."),
        (
            {"PolicyType": "PredictiveScaling"},
            "The local cloud does not emulate the policy type PredictiveScaling. It runs TargetTrackingScaling and "
            "StepScaling.",
        ),
        (
            {"PolicyType": "StepScaling"},
            "A policy of the type StepScaling needs StepScalingPolicyConfiguration and no other; given is none.",
        ),
        (
            {"PolicyType": "StepScaling", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 1}},
            "A policy of the type StepScaling needs StepScalingPolicyConfiguration and no other; given is "
            "TargetTrackingScalingPolicyConfiguration.",
        ),
    ],
)
def test_a_policy_that_cannot_be_is_refused(registered, params, text):
    with pytest.raises(AwsError) as refusal:
        registered.call("PutScalingPolicy", PolicyName="p", **params)
    assert refusal.value.message == text


def test_two_policies_cannot_track_the_same_metric(registered):
    registered.track(70, name="one")
    with pytest.raises(AwsError) as refusal:
        registered.track(50, name="two")
    assert refusal.value.message == (
        "Only one TargetTrackingScaling policy for a given metric specification is allowed."
    )
    registered.track(50, name="three", **OTHER)


def test_a_policy_does_not_change_its_type(registered):
    registered.track(name="p")
    with pytest.raises(AwsError, match="Policy p is of the type TargetTrackingScaling; delete it before"):
        registered.step(name="p", StepAdjustments=MORE)


def test_at_most_fifty_policies(registered):
    for number in range(50):
        registered.step(name=f"p{number}", StepAdjustments=MORE)
    with pytest.raises(AwsError) as refusal:
        registered.step(name="one more", StepAdjustments=MORE)
    assert refusal.value.code == "LimitExceededException"
    first = registered.scaling.call("DescribeScalingPolicies", {"ServiceNamespace": "sagemaker"})
    assert (len(first["ScalingPolicies"]), first["NextToken"]) == (10, "10")


def test_the_largest_capacity_wins(registered):
    registered.track(70)
    registered.step(StepAdjustments=MORE)
    registered.sagemaker.status = "Updating"
    registered.ring(registered.alarm("AlarmHigh"), 300, settle=False)
    registered.sagemaker.status = "InService"
    registered.ring("step", 60)
    assert registered.count == 5
    assert registered.last()["Cause"].endswith("triggered policy track")


def test_an_alarm_that_has_gone_quiet_does_not_count(registered):
    registered.track(70)
    registered.step(StepAdjustments=MORE)
    registered.sagemaker.status = "Updating"
    registered.ring(registered.alarm("AlarmHigh"), 300, settle=False)
    registered.cloudwatch.alarms[registered.alarm("AlarmHigh")]["StateValue"] = "OK"
    registered.sagemaker.status = "InService"
    registered.ring("step", 60)
    assert registered.count == 3


def test_target_tracking_removes_only_when_all_its_policies_are_ready(registered):
    registered.sagemaker.counts["v"] = 4
    registered.track(70, name="one")
    registered.track(50, name="two", **OTHER)
    registered.track(1, name="only out", DisableScaleIn=True, **{"CustomizedMetricSpecification": {
        "Namespace": "N", "MetricName": "other", "Statistic": "Sum"}})  # fmt: skip
    registered.ring(registered.alarm("AlarmLow", "one"), 0)
    assert registered.count == 4
    registered.ring(registered.alarm("AlarmLow", "two"), 20)
    assert registered.count == 2
    assert registered.last()["Cause"].endswith("triggered policy two")


def test_step_scaling_removes_without_waiting_for_target_tracking(registered):
    registered.sagemaker.counts["v"] = 4
    registered.track(70)
    registered.step(StepAdjustments=FEWER)
    registered.ring("step", 60)
    assert registered.count == 3


def test_nothing_is_removed_while_something_is_to_be_added(registered):
    registered.sagemaker.counts["v"] = 4
    registered.track(70)
    registered.step(StepAdjustments=FEWER)
    registered.sagemaker.status = "Updating"
    registered.ring("step", 60, settle=False)
    registered.sagemaker.status = "InService"
    registered.ring(registered.alarm("AlarmHigh"), 90)
    assert registered.count == 6


def test_while_an_addition_cools_down_more_is_counted_from_before_it(registered):
    registered.step(StepAdjustments=MUCH_MORE, Cooldown=120)
    registered.ring("step", 55)
    assert registered.count == 3
    registered.after(119)
    registered.ring("step", 55)
    assert registered.count == 3
    registered.ring("step", 70)
    assert registered.count == 4
    registered.after(119)
    registered.ring("step", 55)
    assert registered.count == 4
    registered.after(1)
    registered.ring("step", 55)
    assert registered.count == 6


def test_the_cooldown_of_an_addition_is_300_seconds_unless_said_otherwise(registered):
    registered.track(70)
    registered.ring(registered.alarm("AlarmHigh"), 100)
    registered.after(299)
    registered.ring(registered.alarm("AlarmHigh"), 100)
    assert registered.count == 2
    registered.after(1)
    registered.ring(registered.alarm("AlarmHigh"), 100)
    assert registered.count == 3


def test_a_removal_waits_for_the_one_before_and_an_addition_ends_the_wait(registered):
    registered.sagemaker.counts["v"] = 8
    registered.track(70, ScaleInCooldown=60, ScaleOutCooldown=0)
    low, high = registered.alarm("AlarmLow"), registered.alarm("AlarmHigh")
    registered.ring(low, 35)
    assert registered.count == 4
    registered.after(59)
    registered.ring(low, 35)
    assert registered.count == 4
    registered.after(1)
    registered.ring(low, 35)
    assert registered.count == 2
    registered.ring(high, 140)
    assert registered.count == 4
    registered.ring(low, 35)
    assert registered.count == 2


def test_the_cooldown_begins_when_the_change_is_done(registered):
    registered.track(70)
    registered.ring(registered.alarm("AlarmHigh"), 100, settle=False)
    registered.clock.time += 290
    registered.settle()
    registered.after(20)
    registered.ring(registered.alarm("AlarmHigh"), 100)
    assert registered.count == 2


def suspend(world, **state):
    world.call("RegisterScalableTarget", SuspendedState=state)
    world.settle()


def test_suspended_additions(registered):
    registered.track(70)
    suspend(registered, DynamicScalingOutSuspended=True)
    registered.ring(registered.alarm("AlarmHigh"), 300)
    assert (registered.count, registered.describe("ScalingActivities")) == (1, [])
    registered.sagemaker.counts["v"] = 3
    registered.ring(registered.alarm("AlarmLow"), 0)
    assert registered.count == 1
    suspend(registered, DynamicScalingOutSuspended=False)
    registered.ring(registered.alarm("AlarmHigh"), 300)
    assert registered.count == 5


def test_suspended_removals(registered):
    registered.sagemaker.counts["v"] = 3
    registered.track(70)
    suspend(registered, DynamicScalingInSuspended=True)
    registered.ring(registered.alarm("AlarmLow"), 0)
    assert registered.count == 3
    registered.ring(registered.alarm("AlarmHigh"), 90)
    assert registered.count == 4


def test_an_endpoint_that_is_not_in_service_is_scaled_at_a_later_call(registered):
    registered.track(70)
    registered.sagemaker.status = "Updating"
    registered.ring(registered.alarm("AlarmHigh"), 100, settle=False)
    assert registered.last()["NotScaledReasons"] == [{"Code": "TargetServicePutResourceAsUnscalable"}]
    registered.settle()
    assert registered.count == 1
    registered.ring(registered.alarm("AlarmHigh"), 100)
    assert registered.count == 2


def test_a_count_that_somebody_else_sets_meanwhile_overrides_the_activity(registered):
    registered.track(70)
    registered.ring(registered.alarm("AlarmHigh"), 100, settle=False)
    registered.sagemaker.counts["v"] = 5
    registered.settle()
    activity = registered.last()
    assert (activity["StatusCode"], activity["StatusMessage"]) == (
        "Overridden",
        "The desired instance count was set to 5 meanwhile.",
    )


def test_an_endpoint_that_goes_away_fails_the_activity(registered):
    registered.track(70)
    registered.ring(registered.alarm("AlarmHigh"), 100, settle=False)
    registered.sagemaker.status = "Gone"
    registered.scaling.work()
    activity = registered.last()
    assert activity["StatusCode"] == "Failed"
    assert activity["StatusMessage"].startswith(
        'Failed to set desired instance count to 2. Reason: Could not find endpoint "e".'
    )


def test_an_endpoint_that_fails_fails_the_activity(registered):
    registered.track(70)
    registered.ring(registered.alarm("AlarmHigh"), 100, settle=False)
    registered.sagemaker.status = "Failed"
    registered.scaling.work()
    assert registered.last()["StatusCode"] == "Failed"


def test_activities_are_kept_for_six_weeks(registered):
    registered.track(70)
    registered.ring(registered.alarm("AlarmHigh"), 100)
    registered.after(6 * 7 * 24 * 3600)
    assert len(registered.describe("ScalingActivities")) == 1
    registered.after(1)
    assert registered.describe("ScalingActivities") == []
