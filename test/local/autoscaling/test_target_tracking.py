"""Target tracking: its alarms, and what it makes of them."""

from __future__ import annotations

import re

import pytest

from local.sagemaker.errors import AwsError

DIMENSIONS = [{"Name": "EndpointName", "Value": "e"}, {"Name": "VariantName", "Value": "v"}]
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
MATH = [
    {
        "Id": "m1",
        "MetricStat": {"Metric": {"Namespace": "N", "MetricName": "Backlog"}, "Stat": "Sum"},
        "ReturnData": False,
    },
    {"Id": "e1", "Expression": "m1 / 2", "ReturnData": True},
]


def test_its_two_alarms(registered):
    registered.track(70)
    (policy,) = registered.describe("ScalingPolicies")
    arn = policy["PolicyARN"]
    assert re.fullmatch(
        rf"arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:{UUID}:resource/sagemaker/endpoint/e/variant/v:"
        "policyName/track",
        arn,
    )
    high, low = (registered.cloudwatch.alarms[alarm["AlarmName"]] for alarm in policy["Alarms"])
    assert re.fullmatch(f"TargetTracking-endpoint/e/variant/v-AlarmHigh-{UUID}", high["AlarmName"])
    assert re.fullmatch(f"TargetTracking-endpoint/e/variant/v-AlarmLow-{UUID}", low["AlarmName"])
    assert policy["Alarms"][0]["AlarmARN"] == f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{high['AlarmName']}"
    (action,) = high["AlarmActions"]
    assert re.fullmatch(f"{re.escape(arn)}:createdBy/{UUID}", action)
    assert high["AlarmDescription"] == f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {action}."
    common = {
        "Namespace": "AWS/SageMaker",
        "MetricName": "InvocationsPerInstance",
        "Dimensions": DIMENSIONS,
        "Statistic": "Sum",
        "Period": 60,
    }
    assert common.items() <= high.items() and common.items() <= low.items()
    watched = ("ComparisonOperator", "Threshold", "EvaluationPeriods")
    assert [high[key] for key in watched] == ["GreaterThanThreshold", 70.0, 3]
    assert [low[key] for key in watched] == ["LessThanThreshold", 63.0, 15]


def test_of_a_high_resolution_metric_only_the_high_alarm_is_fast(registered):
    kind = "SageMakerVariantConcurrentRequestsPerModelHighResolution"
    registered.track(4, PredefinedMetricSpecification={"PredefinedMetricType": kind})
    high, low = (registered.cloudwatch.alarms[registered.alarm(kind)] for kind in ("AlarmHigh", "AlarmLow"))
    assert (high["MetricName"], high["Statistic"], high["Period"]) == ("ConcurrentRequestsPerModel", "Maximum", 10)
    assert (low["Period"], low["Threshold"]) == (60, 3.6)


def test_a_customized_metric_is_watched_as_it_is_given(registered):
    metric = {"Namespace": "N", "MetricName": "M", "Statistic": "Average", "Unit": "Percent", "Dimensions": DIMENSIONS}
    registered.track(50, CustomizedMetricSpecification=metric)
    assert {**metric, "Period": 60}.items() <= registered.cloudwatch.alarms[registered.alarm("AlarmLow")].items()


def test_an_expression_is_watched_in_minutes(registered):
    registered.track(50, CustomizedMetricSpecification={"Metrics": MATH})
    stat = {**MATH[0], "MetricStat": {**MATH[0]["MetricStat"], "Period": 60}}
    assert registered.cloudwatch.alarms[registered.alarm("AlarmHigh")]["Metrics"] == [stat, MATH[1]]


def test_what_cloudwatch_cannot_judge_is_refused_and_leaves_nothing(registered):
    registered.cloudwatch.refuses = "depends on metric math (m1 / 2)"
    with pytest.raises(AwsError, match=r"Policy track: depends on metric math \(m1 / 2\)"):
        registered.track(50, CustomizedMetricSpecification={"Metrics": MATH})
    assert (registered.describe("ScalingPolicies"), registered.cloudwatch.alarms) == ([], {})


def test_an_update_keeps_the_policy_and_its_alarms(registered):
    registered.track(70)
    (before,) = registered.describe("ScalingPolicies")
    registered.clock.time += 60
    registered.track(50, ScaleInCooldown=0)
    (after,) = registered.describe("ScalingPolicies")
    kept = ("PolicyARN", "CreationTime", "Alarms")
    assert [after[key] for key in kept] == [before[key] for key in kept]
    assert registered.cloudwatch.alarms[registered.alarm("AlarmHigh")]["Threshold"] == 50
    registered.track(50, DisableScaleIn=True)
    assert len(registered.cloudwatch.alarms) == 1


def test_an_update_that_is_refused_changes_nothing(registered):
    registered.track(70)
    (before,) = registered.describe("ScalingPolicies")
    registered.cloudwatch.refuses = "no"
    with pytest.raises(AwsError, match="Policy track: no"):
        registered.track(50)
    registered.cloudwatch.refuses = None
    assert registered.describe("ScalingPolicies") == [before]
    registered.ring(registered.alarm("AlarmHigh"), 140)
    assert registered.count == 2


def test_an_alarm_that_rings_as_soon_as_it_is_put_finds_its_policy(registered):
    put = registered.cloudwatch.put_metric_alarm

    def put_and_ring(**alarm):
        put(**alarm)
        if "-AlarmHigh-" in alarm["AlarmName"]:
            registered.ring(alarm["AlarmName"], 210)

    registered.cloudwatch.put_metric_alarm = put_and_ring
    registered.track(70)
    assert registered.count == 3


def test_deleting_it_deletes_its_alarms(registered):
    registered.track()
    registered.call("DeleteScalingPolicy", PolicyName="track")
    assert (registered.describe("ScalingPolicies"), registered.cloudwatch.alarms) == ([], {})
    with pytest.raises(AwsError) as refusal:
        registered.call("DeleteScalingPolicy", PolicyName="track")
    assert refusal.value.code == "ObjectNotFoundException"
    assert refusal.value.message.startswith("No scaling policy found for service namespace: sagemaker,")
    assert refusal.value.message.endswith(", policy name: track")


def test_adds_in_proportion_to_the_newest_value(registered):
    registered.track(70)
    registered.ring(registered.alarm("AlarmHigh"), 71, 90, 200)
    assert registered.count == 3
    activity = registered.last()
    assert activity["Cause"] == (f"monitor alarm {registered.alarm('AlarmHigh')} in state ALARM triggered policy track")
    assert (activity["Description"], activity["StatusCode"]) == (
        "Setting desired instance count to 3.",
        "Successful",
    )


def test_rounding_adds_nothing_for_what_floats_add(registered):
    registered.track(0.7)
    registered.ring(registered.alarm("AlarmHigh"), 4.9)
    assert 4.9 / 0.7 > 7
    assert registered.count == 7


def test_an_activity_is_in_progress_until_sagemaker_is_done(registered):
    registered.track(70)
    registered.ring(registered.alarm("AlarmHigh"), 100, settle=False)
    activity = registered.last()
    assert (activity["StatusCode"], "EndTime" in activity) == ("InProgress", False)
    assert activity["StatusMessage"] == (
        "Successfully set desired instance count to 2. Waiting for change to be fulfilled by sagemaker."
    )
    registered.settle()
    assert registered.last()["StatusCode"] == "Successful"


def test_adds_no_more_than_the_maximum_and_says_so_on_the_bus(registered):
    registered.track(70)
    registered.ring(registered.alarm("AlarmHigh"), 7000)
    assert registered.count == 10
    ((kind, detail),) = registered.events
    assert kind == "Application Auto Scaling Scaling Activity State Change"
    assert detail == {
        "startTime": "2026-11-25T08:00:00Z",
        "endTime": "2026-11-25T08:00:00Z",
        "newDesiredCapacity": 10,
        "oldDesiredCapacity": 1,
        "minCapacity": 1,
        "maxCapacity": 10,
        "resourceId": "endpoint/e/variant/v",
        "scalableDimension": "sagemaker:variant:DesiredInstanceCount",
        "serviceNamespace": "sagemaker",
        "statusCode": "Successful",
        "scaledToMax": True,
        "direction": "scale-out",
    }
    registered.after(300)
    registered.ring(registered.alarm("AlarmHigh"), 7000)
    assert registered.last()["NotScaledReasons"] == [{"Code": "AlreadyAtMaxCapacity", "MaxCapacity": 10}]
    assert registered.last()["Description"] == "Attempting to scale due to alarm triggered"
    assert "NotScaledReasons" not in registered.describe("ScalingActivities")[0]


def test_removes_what_the_highest_of_the_values_leaves_over(registered):
    registered.sagemaker.counts["v"] = 6
    registered.track(70)
    registered.ring(registered.alarm("AlarmLow"), 10, 34, 5)
    assert registered.count == 3
    assert registered.last()["Description"] == "Setting desired instance count to 3."


def test_removes_nothing_that_would_lift_the_metric_above_the_target(registered):
    registered.sagemaker.counts["v"] = 2
    registered.track(70)
    registered.ring(registered.alarm("AlarmLow"), 36)
    assert registered.count == 2
    assert registered.last()["NotScaledReasons"] == [{"Code": "AutoScalingAnticipatedFlapping", "CurrentCapacity": 2}]


def test_removes_no_more_than_the_minimum(registered):
    registered.sagemaker.counts["v"] = 3
    registered.track(70)
    registered.ring(registered.alarm("AlarmLow"), 0)
    assert registered.count == 1
    registered.after(300)
    for _ in range(3):
        registered.ring(registered.alarm("AlarmLow"), 0)
    activities = registered.describe("ScalingActivities", IncludeNotScaledActivities=True)
    assert [row.get("NotScaledReasons") for row in activities] == [
        [{"Code": "AlreadyAtMinCapacity", "MinCapacity": 1}],
        None,
    ]


def test_without_scale_in_there_is_no_low_alarm(registered):
    registered.track(70, DisableScaleIn=True)
    (alarm,) = registered.cloudwatch.alarms
    assert "-AlarmHigh-" in alarm


def test_a_call_at_the_target_adds_nothing(registered):
    registered.track(70, DisableScaleIn=True)
    registered.ring(registered.alarm("AlarmHigh"), 90, 70)
    assert (registered.count, registered.describe("ScalingActivities", IncludeNotScaledActivities=True)) == (1, [])


@pytest.mark.parametrize(
    ("configuration", "text"),
    [
        (
            {"TargetValue": 1},
            "TargetTrackingScalingPolicyConfiguration needs exactly one of PredefinedMetricSpecification and "
            "CustomizedMetricSpecification; given are neither.",
        ),
        (
            {
                "TargetValue": 1,
                "PredefinedMetricSpecification": {
                    "PredefinedMetricType": "SageMakerInferenceComponentInvocationsPerCopy"
                },
            },
            "The local cloud does not emulate the predefined metric SageMakerInferenceComponentInvocationsPerCopy. Of "
            "endpoint variants it tracks SageMakerVariantInvocationsPerInstance, "
            "SageMakerVariantConcurrentRequestsPerModelHighResolution.",
        ),
        (
            {"TargetValue": 0, "CustomizedMetricSpecification": {}},
            "TargetValue is 0; it must be above 0, as capacity is made proportional to the metric's value divided by "
            "it.",
        ),
        (
            {"TargetValue": 1, "CustomizedMetricSpecification": {"Namespace": "N", "Statistic": "Sum"}},
            "CustomizedMetricSpecification: MetricName is required where Metrics is not given.",
        ),
        (
            {"TargetValue": 1, "CustomizedMetricSpecification": {"Metrics": MATH, "Namespace": "N"}},
            "CustomizedMetricSpecification: Metrics cannot be given with Namespace.",
        ),
        (
            {"TargetValue": 1, "CustomizedMetricSpecification": {"Metrics": [MATH[0]]}},
            "CustomizedMetricSpecification: exactly one entry of Metrics must return data (ReturnData true); given "
            "are none.",
        ),
        (
            {"TargetValue": 1, "CustomizedMetricSpecification": {"Metrics": [{"Id": "x"}]}},
            "Metrics, x: exactly one of Expression and MetricStat is required.",
        ),
        (
            {"TargetValue": 1, "ScaleInCooldown": -1},
            "ScaleInCooldown is -1; it is a number of seconds, 0 or more.",
        ),
    ],
)
def test_a_configuration_that_cannot_be_is_refused(registered, configuration, text):
    with pytest.raises(AwsError) as refusal:
        registered.call(
            "PutScalingPolicy",
            PolicyName="track",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration=configuration,
        )
    assert (refusal.value.code, refusal.value.message) == ("ValidationException", text)
    assert registered.cloudwatch.alarms == {}
