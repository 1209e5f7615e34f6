"""Scheduled actions: when they run, and what they do."""

from __future__ import annotations

import math

import pytest

from local.sagemaker.errors import AwsError

HOUR = 3600


def schedule(world, expression, name="action", minimum=None, maximum=None, **params):
    limits = {"MinCapacity": minimum, "MaxCapacity": maximum}
    world.call(
        "PutScheduledAction",
        ScheduledActionName=name,
        Schedule=expression,
        ScalableTargetAction={member: value for member, value in limits.items() if value is not None},
        **params,
    )


def limits(world):
    (target,) = world.describe("ScalableTargets")
    return target["MinCapacity"], target["MaxCapacity"]


def test_it_sets_the_limits_and_brings_the_count_between_them(registered):
    schedule(registered, "at(2026-11-25T09:00:00)", minimum=3, maximum=5)
    registered.after(HOUR - 1)
    assert (registered.count, limits(registered)) == (1, (1, 10))
    registered.after(1)
    assert (registered.count, limits(registered)) == (3, (3, 5))
    second, first = registered.describe("ScalingActivities")
    assert (first["Description"], first["Cause"]) == (
        "Setting min capacity to 3 and max capacity to 5",
        "scheduled action name action was triggered",
    )
    assert (first["StatusCode"], first["StatusMessage"]) == (
        "Successful",
        "Successfully set min capacity to 3 and max capacity to 5",
    )
    assert (second["Description"], second["Cause"]) == (
        "Setting desired instance count to 3.",
        "minimum capacity was set to 3",
    )


def test_it_is_described_as_it_was_put(registered):
    schedule(registered, "cron(0 9 * * ? *)", minimum=3, Timezone="Europe/Berlin", StartTime=1795593600, EndTime=1.8e9)
    (action,) = registered.describe("ScheduledActions", ScheduledActionNames=["action"])
    assert action.pop("ScheduledActionARN").endswith(
        ":resource/sagemaker/endpoint/e/variant/v:scheduledActionName/action"
    )
    assert action == {
        "ScheduledActionName": "action",
        "ServiceNamespace": "sagemaker",
        "ResourceId": "endpoint/e/variant/v",
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
        "Schedule": "cron(0 9 * * ? *)",
        "Timezone": "Europe/Berlin",
        "StartTime": 1795593600.0,
        "EndTime": 1.8e9,
        "ScalableTargetAction": {"MinCapacity": 3},
        "CreationTime": 1795593600.0,
    }
    assert registered.describe("ScheduledActions", ScheduledActionNames=["other"]) == []


def test_a_cron_expression_is_read_in_its_time_zone(registered):
    schedule(registered, "cron(0 10 * * ? *)", minimum=2, Timezone="Europe/Berlin")
    registered.after(HOUR)
    assert registered.count == 2


def test_a_rate_counts_from_the_start(registered):
    schedule(registered, "rate(2 hours)", minimum=2, StartTime=registered.clock.time + HOUR)
    registered.after(HOUR)
    assert limits(registered) == (2, 10)
    registered.call("RegisterScalableTarget", MinCapacity=1)
    registered.after(2 * HOUR - 1)
    assert limits(registered) == (1, 10)
    registered.after(1)
    assert limits(registered) == (2, 10)


def test_after_its_end_it_does_not_run(registered):
    schedule(registered, "rate(1 hour)", minimum=2, EndTime=registered.clock.time + HOUR)
    registered.after(HOUR)
    registered.call("RegisterScalableTarget", MinCapacity=1)
    registered.after(10 * HOUR)
    assert limits(registered) == (1, 10)


def test_a_time_in_the_past_never_comes(registered):
    schedule(registered, "at(2020-01-01T00:00:00)", minimum=5)
    registered.after(100 * HOUR)
    assert limits(registered) == (1, 10)


def test_those_that_are_due_together_run_in_their_order(registered):
    schedule(registered, "at(2026-11-25T10:00:00)", name="second", minimum=5)
    schedule(registered, "at(2026-11-25T09:00:00)", name="first", minimum=3)
    registered.after(3 * HOUR)
    assert limits(registered) == (5, 10)


def test_limits_that_contradict_each_other_fail_the_activity(registered):
    schedule(registered, "at(2026-11-25T09:00:00)", minimum=20)
    registered.after(HOUR)
    assert limits(registered) == (1, 10)
    assert registered.last()["StatusCode"] == "Failed"
    assert registered.last()["StatusMessage"] == (
        "Failed to set min capacity to 20. Reason: Maximum capacity cannot be less than minimum capacity: they would "
        "be 10 and 20."
    )


def test_what_falls_into_a_suspension_is_lost(registered):
    schedule(registered, "at(2026-11-25T09:00:00)", minimum=3)
    registered.call("RegisterScalableTarget", SuspendedState={"ScheduledScalingSuspended": True})
    registered.after(HOUR)
    registered.call("RegisterScalableTarget", SuspendedState={"ScheduledScalingSuspended": False})
    registered.after(HOUR)
    assert limits(registered) == (1, 10)


def test_it_waits_for_an_endpoint_that_is_not_in_service(registered):
    schedule(registered, "at(2026-11-25T09:00:00)", minimum=3)
    registered.sagemaker.status = "Updating"
    registered.clock.time += HOUR
    registered.scaling.work()
    assert (registered.count, limits(registered)) == (1, (3, 10))
    registered.settle()
    assert registered.count == 3


def test_it_does_not_wait_for_a_cooldown(registered):
    registered.track(70)
    schedule(registered, "at(2026-11-25T08:01:00)", minimum=5)
    registered.ring(registered.alarm("AlarmHigh"), 100)
    registered.after(60)
    assert registered.count == 5


def test_putting_it_again_keeps_what_is_left_out_but_for_start_and_end(registered):
    schedule(registered, "rate(1 hour)", minimum=2, EndTime=registered.clock.time + HOUR)
    registered.call("PutScheduledAction", ScheduledActionName="action", ScalableTargetAction={"MaxCapacity": 4})
    (action,) = registered.describe("ScheduledActions")
    assert (action["Schedule"], action["ScalableTargetAction"]) == ("rate(1 hour)", {"MaxCapacity": 4})
    assert "EndTime" not in action


def test_deleted_it_does_not_run(registered):
    schedule(registered, "rate(1 hour)", minimum=2)
    registered.call("DeleteScheduledAction", ScheduledActionName="action")
    registered.after(2 * HOUR)
    assert limits(registered) == (1, 10)
    with pytest.raises(AwsError) as refusal:
        registered.call("DeleteScheduledAction", ScheduledActionName="action")
    assert refusal.value.code == "ObjectNotFoundException"
    assert refusal.value.message.endswith(", scheduled action name: action")


@pytest.mark.parametrize(
    ("expression", "params", "text"),
    [
        ("sometimes", {"minimum": 2}, 'Scheduled action action: "sometimes" is no schedule expression'),
        ("rate(1 hour)", {}, "ScalableTargetAction needs MinCapacity, MaxCapacity or both."),
        ("rate(1 hour)", {"minimum": 0}, "MinCapacity is 0; an endpoint variant keeps at least 1 instance."),
        ("rate(1 hour)", {"maximum": 0}, "MaxCapacity is 0; an endpoint variant keeps at least 1 instance."),
        ("rate(1 hour)", {"minimum": 3, "maximum": 2}, "Maximum capacity cannot be less than minimum capacity"),
        (
            "rate(1 hour)",
            {"minimum": 2, "StartTime": 2e9, "EndTime": 1.9e9},
            "Scheduled action action: EndTime must be after StartTime.",
        ),
        (
            "cron(0 9 * * ? *)",
            {"minimum": 2, "Timezone": "Mars/Olympus"},
            'Scheduled action action: "cron(0 9 * * ? *)": "Mars/Olympus" is no time zone',
        ),
    ],
)
def test_an_action_that_cannot_be_is_refused(registered, expression, params, text):
    with pytest.raises(AwsError) as refusal:
        schedule(registered, expression, **params)
    assert (refusal.value.code, refusal.value.message[: len(text)]) == ("ValidationException", text)
    assert registered.describe("ScheduledActions") == []


def test_at_most_two_hundred(registered):
    for number in range(200):
        schedule(registered, "rate(1 day)", name=f"a{number}", minimum=1)
    with pytest.raises(AwsError) as refusal:
        schedule(registered, "rate(1 day)", name="one more", minimum=1)
    assert refusal.value.code == "LimitExceededException"
    pages = math.ceil(200 / 50)
    token: dict[str, str] = {}
    for _ in range(pages):
        page = registered.scaling.call("DescribeScheduledActions", {"ServiceNamespace": "sagemaker", **token})
        token = {"NextToken": page["NextToken"]} if "NextToken" in page else {}
    assert (len(page["ScheduledActions"]), token) == (50, {})
