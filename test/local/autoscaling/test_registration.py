"""Scalable targets: what can be registered, and what registering does."""

from __future__ import annotations

import pytest

from local.sagemaker.errors import AwsError

ROLE = (
    "arn:aws:iam::123456789012:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/"
    "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
)


def test_a_target_is_described_as_it_was_registered(world):
    arn = world.register(1, 3, RoleARN="arn:aws:iam::123456789012:role/mine", Tags={"Team": "ml"})
    assert world.describe("ScalableTargets") == [
        {
            "ServiceNamespace": "sagemaker",
            "ResourceId": "endpoint/e/variant/v",
            "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
            "MinCapacity": 1,
            "MaxCapacity": 3,
            "RoleARN": ROLE,
            "CreationTime": 1795593600.0,
            "SuspendedState": {
                "DynamicScalingInSuspended": False,
                "DynamicScalingOutSuspended": False,
                "ScheduledScalingSuspended": False,
            },
            "ScalableTargetARN": arn,
        }
    ]
    assert arn.startswith("arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/")


def test_registering_again_changes_only_what_is_given(world):
    first = world.register(1, 3)
    world.call("RegisterScalableTarget", SuspendedState={"DynamicScalingInSuspended": True})
    assert world.call("RegisterScalableTarget", MaxCapacity=5) == {"ScalableTargetARN": first}
    (target,) = world.describe("ScalableTargets")
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 5)
    assert target["SuspendedState"]["DynamicScalingInSuspended"] is True


@pytest.mark.parametrize(
    ("limits", "count", "cause"),
    [((3, 5), 3, "minimum capacity was set to 3"), ((1, 2), 2, "maximum capacity was set to 2")],
)
def test_limits_that_leave_the_count_out_act_at_once(world, limits, count, cause):
    world.sagemaker.counts["v"] = 1 if limits[0] > 1 else 4
    world.register(*limits)
    assert world.count == count
    (activity,) = world.describe("ScalingActivities")
    assert activity["Description"] == f"Setting desired instance count to {count}."
    assert activity["Cause"] == cause
    assert activity["StatusCode"] == "Successful"
    assert activity["StatusMessage"] == (
        f"Successfully set desired instance count to {count}. Change successfully fulfilled by sagemaker."
    )


def test_limits_do_nothing_while_the_endpoint_is_not_in_service(world):
    world.sagemaker.status = "Updating"
    world.call("RegisterScalableTarget", MinCapacity=3, MaxCapacity=5)
    world.settle()
    assert (world.count, world.describe("ScalingActivities")) == (1, [])


def test_a_count_set_by_hand_stays_until_something_scales(registered):
    registered.sagemaker.counts["v"] = 20
    registered.after(3600)
    assert registered.count == 20
    registered.call("RegisterScalableTarget", MaxCapacity=10)
    assert registered.count == 10


def test_a_refusal_of_sagemaker_is_the_activitys_message(world):
    world.sagemaker.refuses = AwsError("ResourceLimitExceeded", "The account-level service limit is 2 Instances.")
    world.register(3, 5)
    activity = world.last()
    assert activity["StatusCode"] == "Failed"
    assert activity["StatusMessage"] == (
        "Failed to set desired instance count to 3. Reason: The account-level service limit is 2 Instances. "
        "(Service: AmazonSageMaker; Status Code: 400; Error Code: ResourceLimitExceeded)"
    )


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"ResourceId": "endpoint/none/variant/v"}, 'Could not find endpoint "none".'),
        (
            {"ResourceId": "endpoint/e/variant/none"},
            'Could not find variant "none" of endpoint "e"; its variants: v, w.',
        ),
        (
            {"ResourceId": "endpoint/e"},
            "ResourceId is 'endpoint/e'; of the dimension sagemaker:variant:DesiredInstanceCount it is "
            "endpoint/<endpoint>/variant/<variant>.",
        ),
        (
            {"ScalableDimension": "sagemaker:variant:DesiredProvisionedConcurrency"},
            "The local cloud does not emulate the scalable dimension sagemaker:variant:DesiredProvisionedConcurrency. "
            "It scales the instances of endpoint variants: namespace sagemaker, dimension "
            "sagemaker:variant:DesiredInstanceCount.",
        ),
        (
            {"ServiceNamespace": "ecs"},
            "The local cloud does not emulate scaling of the namespace ecs. It scales the instances of endpoint "
            "variants: namespace sagemaker, dimension sagemaker:variant:DesiredInstanceCount.",
        ),
        (
            {"MinCapacity": 4},
            "Maximum capacity cannot be less than minimum capacity: given are 3 and 4.",
        ),
        ({"MinCapacity": 0}, "MinCapacity is 0; an endpoint variant keeps at least 1 instance."),
        (
            {"MaxCapacity": None},
            "MinCapacity and MaxCapacity are both required to register a new scalable target.",
        ),
    ],
)
def test_what_cannot_be_registered_is_refused(world, params, text):
    with pytest.raises(AwsError) as refusal:
        world.call("RegisterScalableTarget", **{"MinCapacity": 1, "MaxCapacity": 3, **params})
    assert (refusal.value.code, refusal.value.message) == ("ValidationException", text)
    assert world.describe("ScalableTargets") == []


def test_burstable_instances_cannot_be_registered(world):
    world.sagemaker.types["c"]["v"] = "ml.t2.medium"
    with pytest.raises(AwsError, match=r"You cannot register a variant with ml\.t2\.medium instance type"):
        world.register()


def test_the_input_is_checked_against_the_model(world):
    with pytest.raises(AwsError, match="1 validation error detected: Value 'nowhere' at 'serviceNamespace'"):
        world.call("RegisterScalableTarget", ServiceNamespace="nowhere")
    with pytest.raises(AwsError, match="Value null at 'resourceId'"):
        world.scaling.call("RegisterScalableTarget", {"ServiceNamespace": "sagemaker", "ScalableDimension": "x"})
    with pytest.raises(AwsError, match="Member must satisfy regular expression pattern"):
        world.call("RegisterScalableTarget", ResourceId="endpoint/e/variant/\x01")
    with pytest.raises(AwsError, match="Could not find endpoint"):  # beyond U+FFFF, which the pattern takes
        world.call("RegisterScalableTarget", ResourceId="endpoint/\U0001f600/variant/v", MinCapacity=1, MaxCapacity=1)


def test_an_operation_that_is_not_emulated_is_refused_by_name(world):
    with pytest.raises(AwsError, match="does not emulate the operation GetPredictiveScalingForecast"):
        world.call("GetPredictiveScalingForecast")


def test_deregistering_removes_policies_alarms_and_scheduled_actions(registered):
    registered.track()
    registered.call(
        "PutScheduledAction",
        ScheduledActionName="night",
        Schedule="rate(1 day)",
        ScalableTargetAction={"MinCapacity": 1},
    )
    registered.call("DeregisterScalableTarget")
    assert registered.cloudwatch.alarms == {}
    for what in ("ScalableTargets", "ScalingPolicies", "ScheduledActions"):
        assert registered.describe(what) == []
    with pytest.raises(AwsError) as refusal:
        registered.call("DeregisterScalableTarget")
    assert (refusal.value.code, refusal.value.message) == (
        "ObjectNotFoundException",
        "No scalable target registered for service namespace: sagemaker, resource ID: endpoint/e/variant/v, "
        "scalable dimension: sagemaker:variant:DesiredInstanceCount",
    )


def test_tags(world):
    arn = world.register(Tags={"Team": "ml"})
    call = world.scaling.call
    call("TagResource", {"ResourceARN": arn, "Tags": {"Stage": "test"}})
    assert call("ListTagsForResource", {"ResourceARN": arn}) == {"Tags": {"Team": "ml", "Stage": "test"}}
    call("UntagResource", {"ResourceARN": arn, "TagKeys": ["Team"]})
    assert call("ListTagsForResource", {"ResourceARN": arn}) == {"Tags": {"Stage": "test"}}
    with pytest.raises(AwsError, match="The scalable target that you tried to tag already exists"):
        world.register(Tags={"Team": "ml"})
    with pytest.raises(AwsError) as missing:
        call("ListTagsForResource", {"ResourceARN": f"{arn}x"})
    assert missing.value.code == "ResourceNotFoundException"
    with pytest.raises(AwsError) as many:
        call("TagResource", {"ResourceARN": arn, "Tags": {f"key{n}": "x" for n in range(50)}})
    assert many.value.code == "TooManyTagsException"


def test_pages_and_filters(world):
    world.register()
    world.register(ResourceId="endpoint/e/variant/w")
    call = world.scaling.call
    first = call("DescribeScalableTargets", {"ServiceNamespace": "sagemaker", "MaxResults": 1})
    second = call(
        "DescribeScalableTargets",
        {"ServiceNamespace": "sagemaker", "MaxResults": 1, "NextToken": first["NextToken"]},
    )
    assert [first["ScalableTargets"][0]["ResourceId"], second["ScalableTargets"][0]["ResourceId"]] == [
        "endpoint/e/variant/v",
        "endpoint/e/variant/w",
    ]
    assert "NextToken" not in second
    assert len(world.describe("ScalableTargets", ResourceIds=["endpoint/e/variant/w"])) == 1
    assert world.describe("ScalableTargets", ServiceNamespace="ecs") == []
    with pytest.raises(AwsError) as token:
        world.describe("ScalableTargets", NextToken="mine")
    assert token.value.code == "InvalidNextTokenException"
    with pytest.raises(AwsError, match="MaxResults is 51; it can be from 1 to 50"):
        world.describe("ScalableTargets", MaxResults=51)
    with pytest.raises(AwsError, match="ScalableDimension is given without a resource ID"):
        world.describe("ScalingPolicies", ScalableDimension="sagemaker:variant:DesiredInstanceCount")
