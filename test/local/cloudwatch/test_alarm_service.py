"""The alarms in process, on a clock that stands until a test moves it."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from local import contract
from local.cloudwatch import AlarmActions, AlarmService, StateChange

START = 1_795_428_000
POLICY = "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:1:resource/sagemaker/e:policyName/p"
PAGER = "arn:aws:pager:us-east-1:123456789012:p"


class HandClock:
    def __init__(self) -> None:
        self.at = float(START)

    def now(self) -> float:
        return self.at

    def real_seconds(self, seconds: float) -> float:
        return seconds


class Cloud:
    """The service with everything that a test looks at."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.events: list[dict[str, Any]] = []
        self.taken: list[tuple[int, str, StateChange]] = []
        actions = AlarmActions()
        actions.register("arn:aws:pager:", self._take)
        actions.register("arn:aws:autoscaling:", self._take, every_minute=True)
        self.service = AlarmService(self.clock, self, actions)  # type: ignore[arg-type]
        self.service.take_over()

    def publish(self, source: str, detail_type: str, detail: dict[str, Any], resources: list[str]) -> None:
        self.events.append(detail)

    def _take(self, arn: str, change: StateChange) -> None:
        self.taken.append((int(self.clock.at) - START, arn, change))

    def put(self, name: str, **changes: Any) -> None:
        alarm = {
            "AlarmName": name,
            "Namespace": "N",
            "MetricName": name,
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 1.0,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            **changes,
        }
        assert contract.PUT_METRIC_ALARM.value()({}, alarm, True)[0] == 200

    def put_composite(self, name: str, rule: str, **changes: Any) -> None:
        request = {"AlarmName": name, "AlarmRule": rule, **changes}
        assert contract.PUT_COMPOSITE_ALARM.value()({}, request, True)[0] == 200

    def measure(self, value: float, *names: str) -> None:
        """A value in the minute that has just ended, as if published while nobody looked."""
        for name in names:
            point = {"Timestamp": self.clock.at - 30, "Value": value, "Unit": "None", "Dimensions": {}}
            contract.METRICS.value().setdefault(("N", name, ""), []).append(point)

    def turn(self, seconds: int = 60) -> None:
        self.clock.at += seconds
        self.service.turn()


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    for name in contract.TABLE:  # so that the emulator is itself again afterwards
        if name.module == "ministack.services.cloudwatch":
            monkeypatch.setattr(importlib.import_module(name.module), name.attribute, name.value())
    reset = importlib.import_module("ministack.services.cloudwatch").reset
    reset()
    yield Cloud()
    reset()


def arns(cloud: Cloud) -> list[tuple[int, str, str]]:
    return [(at, arn.split(":")[2], change.state) for at, arn, change in cloud.taken]


def test_actions_are_taken_once_and_those_of_auto_scaling_every_minute(cloud: Cloud) -> None:
    cloud.put("a", AlarmActions=[PAGER, POLICY], OKActions=[PAGER])
    assert arns(cloud) == [(0, "pager", "OK")]
    cloud.turn()
    cloud.measure(5, "a")
    for _ in range(6):
        cloud.turn(30)
    cloud.measure(0, "a")
    cloud.turn()
    cloud.turn()
    assert arns(cloud)[1:] == [
        (120, "pager", "ALARM"),
        (120, "autoscaling", "ALARM"),
        (180, "autoscaling", "ALARM"),
        (240, "autoscaling", "ALARM"),
        (300, "pager", "OK"),
    ]


def test_an_alarm_that_is_judged_every_ten_seconds_repeats_actions_every_minute_too(cloud: Cloud) -> None:
    cloud.put("a", Period=10, AlarmActions=[POLICY], TreatMissingData="breaching")
    for _ in range(12):
        cloud.turn(10)
    assert [at for at, _, _ in cloud.taken] == [0, 60, 120]


def test_a_repeated_action_is_told_the_latest_values(cloud: Cloud) -> None:
    cloud.put("a", AlarmActions=[POLICY])
    for value in (5, 7):
        cloud.turn()
        cloud.measure(value, "a")
        cloud.service.turn()
    cloud.turn()
    data = [change.reason_data["recentDatapoints"] for _, _, change in cloud.taken]
    assert data[-1] == [7.0]
    assert [(change.old_state, change.state) for _, _, change in cloud.taken][-1] == ("ALARM", "ALARM")


def test_nothing_is_done_without_a_change(cloud: Cloud) -> None:
    cloud.put("a", OKActions=[PAGER])
    cloud.taken.clear()
    cloud.events.clear()
    for _ in range(5):
        cloud.turn()
    assert (cloud.taken, cloud.events) == ([], [])


def test_no_action_while_they_are_disabled_but_an_event(cloud: Cloud) -> None:
    cloud.put("a", AlarmActions=[PAGER, POLICY], ActionsEnabled=False)
    cloud.turn()
    cloud.measure(5, "a")
    contract.EVALUATE_ALL_ALARMS.value()()
    cloud.turn()
    assert cloud.taken == []
    assert [event["state"]["value"] for event in cloud.events][:2] == ["OK", "ALARM"]


def test_changes_of_one_turn_are_seen_together(cloud: Cloud) -> None:
    cloud.put("a")
    cloud.put("b")
    cloud.put_composite("only a", 'ALARM("a") AND NOT ALARM("b")', AlarmActions=[PAGER])
    cloud.turn()
    cloud.measure(5, "a", "b")
    cloud.turn()
    cloud.turn()
    assert [event["alarmName"] for event in cloud.events].count("only a") == 1
    assert cloud.taken == []


def test_a_suppressed_alarm_tells_so_and_acts_at_the_end_of_the_wait_period(cloud: Cloud) -> None:
    cloud.put("a", TreatMissingData="ignore")
    cloud.put("s")
    cloud.put_composite(
        "c",
        "ALARM(a)",
        AlarmActions=[PAGER],
        ActionsSuppressor="s",
        ActionsSuppressorWaitPeriod=120,
        ActionsSuppressorExtensionPeriod=60,
    )
    cloud.turn()
    cloud.measure(5, "a")
    cloud.turn()
    for _ in range(4):
        cloud.turn()
    of_c = [event for event in cloud.events if event["alarmName"] == "c"]
    assert [
        (e["previousState"]["value"], e["state"]["value"], e["state"].get("actionsSuppressedBy")) for e in of_c
    ] == [
        ("INSUFFICIENT_DATA", "OK", None),
        ("OK", "ALARM", "WaitPeriod"),
        ("ALARM", "ALARM", None),
    ]
    assert of_c[-1]["previousState"]["actionsSuppressedReason"] == "Actions suppressed by WaitPeriod"
    assert [(at, change.state) for at, _, change in cloud.taken] == [(240, "ALARM")]


def test_a_state_set_by_hand_is_acted_on_and_lasts_until_the_next_turn(cloud: Cloud) -> None:
    cloud.put("a", AlarmActions=[PAGER])
    request = {"AlarmName": "a", "StateValue": "ALARM", "StateReason": "test", "StateReasonData": '{"n": 1}'}
    assert contract.SET_ALARM_STATE.value()({}, request, True)[0] == 200
    assert [(change.old_state, change.state, change.reason) for _, _, change in cloud.taken] == [
        ("OK", "ALARM", "test")
    ]
    assert (cloud.taken[0][2].reason_data, cloud.events[-1]["state"]["reasonData"]) == ({"n": 1}, '{"n": 1}')
    assert cloud.events[-1]["previousState"]["value"] == "OK"
    contract.EVALUATE_ALL_ALARMS.value()()
    assert contract.ALARMS.value()["a"]["StateValue"] == "ALARM"
    cloud.turn()
    assert contract.ALARMS.value()["a"]["StateValue"] == "OK"


def test_an_event_has_the_data_that_was_judged(cloud: Cloud) -> None:
    cloud.put("a")
    cloud.turn()
    cloud.measure(5, "a")
    cloud.turn()
    data = json.loads(cloud.events[-1]["state"]["reasonData"])
    assert (data["statistic"], data["period"], data["recentDatapoints"]) == ("Sum", 60, [5.0])
    assert data["evaluatedDatapoints"] == [
        {"timestamp": "2026-11-23T10:00:00.000+0000", "sampleCount": 1, "value": 5.0}
    ]


def test_an_action_that_fails_stands_in_the_history(cloud: Cloud) -> None:
    gone = ["arn:aws:sns:us-east-1:123456789012:gone", "arn:aws:lambda:us-east-1:123456789012:function:gone"]
    cloud.put("a", OKActions=gone)
    summaries = [entry["HistorySummary"] for entry in contract.ALARM_HISTORY.value()()]
    assert summaries[-2:] == [f"Failed to execute action {arn}" for arn in gone]
