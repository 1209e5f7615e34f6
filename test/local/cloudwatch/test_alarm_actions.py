"""Who takes which action of an alarm, and when."""

from __future__ import annotations

from typing import Any

import pytest

from local.cloudwatch import AlarmActions, StateChange
from local.cloudwatch.actions import UnknownAction

POLICY = "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:1:resource/sagemaker/e:policyName/p"
TOPIC = "arn:aws:sns:us-east-1:123456789012:t"
Taken = list[tuple[str, StateChange]]


def change(state: str = "ALARM", **alarm: Any) -> StateChange:
    return StateChange({"AlarmName": "a", "AlarmActions": [TOPIC, POLICY], **alarm}, "OK", state, "because", 1000.0)


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None]]:
    entries: list[tuple[str, str | None]] = []
    monkeypatch.setattr(
        "local.cloudwatch.history.record_action", lambda alarm, at, arn, failure: entries.append((arn, failure))
    )
    return entries


@pytest.fixture
def taken(history: list[tuple[str, str | None]]) -> Taken:
    return []


@pytest.fixture
def actions(taken: Taken) -> AlarmActions:
    actions = AlarmActions()
    actions.register("arn:aws:sns:", lambda arn, change: taken.append((arn, change)))
    actions.register("arn:aws:autoscaling:", lambda arn, change: taken.append((arn, change)), every_minute=True)
    return actions


def test_the_actions_of_the_new_state_are_taken_in_order(actions: AlarmActions, taken: Taken) -> None:
    happened = change()
    actions.take(happened)
    assert taken == [(TOPIC, happened), (POLICY, happened)]


def test_actions_of_other_states_are_not_taken(actions: AlarmActions, taken: Taken) -> None:
    actions.take(change("OK"))
    actions.take(change("INSUFFICIENT_DATA", OKActions=[TOPIC]))
    assert taken == []
    actions.take(change("INSUFFICIENT_DATA", InsufficientDataActions=[TOPIC]))
    assert [arn for arn, _ in taken] == [TOPIC]


def test_only_those_of_auto_scaling_are_repeated(actions: AlarmActions, taken: Taken) -> None:
    actions.repeat(change())
    assert [arn for arn, _ in taken] == [POLICY]


def test_none_is_taken_while_actions_are_disabled(actions: AlarmActions, taken: Taken) -> None:
    actions.take(change(ActionsEnabled=False))
    actions.repeat(change(ActionsEnabled=False))
    assert taken == []


def test_a_failed_action_is_recorded_and_the_others_are_taken(
    taken: Taken, history: list[tuple[str, str | None]]
) -> None:
    def fail(arn: str, change: StateChange) -> None:
        raise KeyError("no such topic")

    actions = AlarmActions()
    actions.register("arn:aws:sns:", fail)
    actions.register("arn:aws:autoscaling:", lambda arn, change: taken.append((arn, change)))
    actions.take(change())
    assert [arn for arn, _ in taken] == [POLICY]
    assert history == [(TOPIC, "'no such topic'"), (POLICY, None)]


def test_an_action_that_nobody_takes_is_refused(actions: AlarmActions) -> None:
    actions.check(change().alarm)
    with pytest.raises(UnknownAction) as refusal:
        actions.check({"AlarmName": "a", "OKActions": ["arn:aws:automate:us-east-1:ec2:stop"]})
    assert str(refusal.value) == (
        'Alarm "a": OKActions has arn:aws:automate:us-east-1:ec2:stop, which nothing in the local cloud takes of an '
        "alarm. Taken are ARNs that begin with arn:aws:autoscaling:, arn:aws:sns:."
    )


def test_a_composite_alarm_has_no_actions_of_every_minute(actions: AlarmActions) -> None:
    with pytest.raises(UnknownAction, match=r"takes of a composite alarm\. Taken .* arn:aws:sns:\.$"):
        actions.check(change().alarm, composite=True)


def test_a_prefix_has_one_taker(actions: AlarmActions) -> None:
    with pytest.raises(ValueError, match=r"actions on arn:aws:sns: are taken already"):
        actions.register("arn:aws:sns:", lambda arn, change: None)
