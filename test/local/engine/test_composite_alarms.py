"""Composite alarms of the local CloudWatch, by its API and in stacks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from local_cloud import LocalCloud
from resources import alarm, eventually
from stacks import Resources, Stack


@pytest.fixture
def cloudwatch(cloud: LocalCloud) -> Any:
    return cloud.client("cloudwatch")


@pytest.fixture
def below(cloud: LocalCloud) -> Callable[[], str]:
    """Puts an alarm that stands below a composite one."""
    return lambda: alarm(cloud)


def set_state(cloudwatch: Any, name: str, state: str) -> None:
    cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="by hand")


def described(cloudwatch: Any, name: str) -> Any:
    return cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"][0]


def state(cloudwatch: Any, name: str) -> str:
    return str(described(cloudwatch, name)["StateValue"])


def test_it_follows_the_alarms_of_its_rule(cloudwatch: Any, below: Callable[[], str]) -> None:
    one, other, name = below(), below(), f"above-{uuid4().hex[:6]}"
    cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule=f'ALARM("{one}") AND NOT OK({other})')
    found = described(cloudwatch, name)
    assert (found["StateValue"], found["StateReason"]) == (
        "OK",
        f"{found['AlarmArn']} was created and its alarm rule evaluates to OK",
    )
    set_state(cloudwatch, one, "ALARM")
    found = described(cloudwatch, name)
    assert found["StateValue"] == "ALARM"
    assert f":alarm:{one} transitioned to ALARM at " in found["StateReason"]
    assert json.loads(found["StateReasonData"])["triggeringAlarms"][0]["state"]["value"] == "ALARM"
    set_state(cloudwatch, other, "OK")
    assert state(cloudwatch, name) == "OK"


def test_one_above_another_follows_too(cloudwatch: Any, below: Callable[[], str]) -> None:
    one, name = below(), f"above-{uuid4().hex[:6]}"
    cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule=f"ALARM({one})")
    cloudwatch.put_composite_alarm(AlarmName=f"{name}-2", AlarmRule=f"ALARM({name})")
    set_state(cloudwatch, one, "ALARM")
    assert state(cloudwatch, f"{name}-2") == "ALARM"


def test_an_update_is_judged_at_once(cloudwatch: Any, below: Callable[[], str]) -> None:
    one, name = below(), f"above-{uuid4().hex[:6]}"
    cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule=f"ALARM({one})")
    cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule=f"NOT ALARM({one})")
    found = described(cloudwatch, name)
    assert found["StateReason"] == f"{found['AlarmArn']} was updated and its new alarm rule evaluates to ALARM"


def test_a_state_set_by_hand_stays_until_a_child_changes(cloudwatch: Any, below: Callable[[], str]) -> None:
    one, name = below(), f"above-{uuid4().hex[:6]}"
    cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule=f"ALARM({one})")
    set_state(cloudwatch, name, "ALARM")
    assert state(cloudwatch, name) == "ALARM"
    set_state(cloudwatch, one, "OK")
    assert state(cloudwatch, name) == "OK"


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("ALARM(nobody)", r'Alarm "refused" depends on nobody; there is no such alarm'),
        ("ALARM(refused)", r"its rule leads back to itself \(refused -> refused\)"),
        ("alarm(x)", r"it cannot be read at character 1, 'alarm\(x\)'"),
    ],
)
def test_a_wrong_rule_is_refused(cloudwatch: Any, rule: str, message: str) -> None:
    with pytest.raises(ClientError, match=message):
        cloudwatch.put_composite_alarm(AlarmName="refused", AlarmRule=rule)
    answer = cloudwatch.describe_alarms(AlarmNames=["refused"], AlarmTypes=["CompositeAlarm"])
    assert answer["CompositeAlarms"] == []


def test_a_circle_over_two_alarms_is_refused(cloudwatch: Any, below: Callable[[], str]) -> None:
    one, name = below(), f"above-{uuid4().hex[:6]}"
    cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule=f"ALARM({one})")
    cloudwatch.put_composite_alarm(AlarmName=f"{name}-2", AlarmRule=f"ALARM({name})")
    with pytest.raises(ClientError, match="its rule leads back to itself"):
        cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule=f"ALARM({name}-2)")


def test_its_suppressor_holds_actions_back(cloud: LocalCloud, cloudwatch: Any, below: Callable[[], str]) -> None:
    one, suppressor, name = below(), below(), f"above-{uuid4().hex[:6]}"
    topic = cloud.client("sns").create_topic(Name=name)["TopicArn"]
    cloudwatch.put_composite_alarm(
        AlarmName=name,
        AlarmRule=f"ALARM({one})",
        AlarmActions=[topic],
        ActionsSuppressor=suppressor,
        ActionsSuppressorWaitPeriod=86400,
        ActionsSuppressorExtensionPeriod=0,
    )

    def actions() -> list[str]:
        answer = cloudwatch.describe_alarm_history(
            AlarmName=name, AlarmTypes=["CompositeAlarm"], HistoryItemType="Action"
        )
        return [item["HistorySummary"] for item in answer["AlarmHistoryItems"]]

    set_state(cloudwatch, one, "ALARM")
    found = described(cloudwatch, name)
    assert (found["StateValue"], found["ActionsSuppressedBy"], found["ActionsSuppressedReason"]) == (
        "ALARM",
        "WaitPeriod",
        "Actions suppressed by WaitPeriod",
    )
    assert (found["ActionsSuppressor"], found["ActionsSuppressorWaitPeriod"]) == (suppressor, 86400)
    set_state(cloudwatch, suppressor, "ALARM")
    assert described(cloudwatch, name)["ActionsSuppressedBy"] == "Alarm"
    assert actions() == []
    cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule="FALSE", AlarmActions=[topic])
    cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule="TRUE", AlarmActions=[topic])
    assert "ActionsSuppressedBy" not in described(cloudwatch, name)
    assert actions() == [f"Successfully executed action {topic}"]


def test_an_alarm_of_a_stack_is_created_changed_and_deleted(cloud: LocalCloud, cloudwatch: Any) -> None:
    stack = Stack.of(cloud)

    def resources(rule: str, **properties: Any) -> Resources:
        metric = {
            "Namespace": f"Test/{stack.name}",
            "MetricName": "M",
            "Statistic": "Sum",
            "Period": 86400,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanThreshold",
        }
        joined = {"Fn::Join": ["", [f'{rule}("', {"Fn::GetAtt": ["Below", "Arn"]}, '")']]}
        return {
            "Below": {"Type": "AWS::CloudWatch::Alarm", "Properties": metric},
            "Above": {
                "Type": "AWS::CloudWatch::CompositeAlarm",
                "Properties": {"AlarmRule": joined, "ActionsEnabled": "true", **properties},
            },
        }

    tags = [{"Key": "team", "Value": "ml"}]
    suppressor = {
        "ActionsSuppressor": {"Ref": "Below"},
        "ActionsSuppressorWaitPeriod": "60",
        "ActionsSuppressorExtensionPeriod": 120,
    }
    assert stack.deploy(resources("ALARM", Tags=tags, **suppressor)) == "CREATE_COMPLETE", stack.reasons(
        "CREATE_FAILED"
    )
    name = stack.physical_ids()["Above"]
    found = described(cloudwatch, name)
    assert (found["StateValue"], found["ActionsSuppressorExtensionPeriod"]) == ("OK", 120)
    assert tags[0] in cloudwatch.list_tags_for_resource(ResourceARN=found["AlarmArn"])["Tags"]

    assert stack.deploy(resources("OK", Tags=[{"Key": "team", "Value": "web"}])) == "UPDATE_COMPLETE"
    assert stack.physical_ids()["Above"] == name
    found = described(cloudwatch, name)
    assert found["AlarmRule"].startswith('OK("arn:aws:cloudwatch:')
    assert "ActionsSuppressor" not in found
    kept = cloudwatch.list_tags_for_resource(ResourceARN=found["AlarmArn"])["Tags"]
    assert {"Key": "team", "Value": "web"} in kept

    assert stack.deploy(resources("OK", AlarmName=f"{stack.name}-named")) == "UPDATE_COMPLETE"
    assert stack.physical_ids()["Above"] == f"{stack.name}-named"
    assert stack.delete() == "DELETE_COMPLETE"
    left = cloudwatch.describe_alarms(AlarmNamePrefix=stack.name, AlarmTypes=["CompositeAlarm", "MetricAlarm"])
    assert (left["CompositeAlarms"], left["MetricAlarms"]) == ([], [])


def test_a_stack_with_a_wrong_rule_is_rolled_back(cloud: LocalCloud) -> None:
    stack = Stack.of(cloud)
    alarm = {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {"AlarmRule": "ALARM(nobody)"}}
    assert stack.deploy({"Above": alarm}) == "ROLLBACK_COMPLETE"
    assert "depends on nobody; there is no such alarm" in stack.reasons("CREATE_FAILED")["Above"]


def test_the_clock_resumes_actions_at_the_end_of_a_period(
    cloud: LocalCloud, cloudwatch: Any, below: Callable[[], str]
) -> None:
    one, suppressor, name = below(), below(), f"above-{uuid4().hex[:6]}"
    cloudwatch.put_composite_alarm(
        AlarmName=name,
        AlarmRule=f"ALARM({one})",
        ActionsSuppressor=suppressor,
        ActionsSuppressorWaitPeriod=1,
        ActionsSuppressorExtensionPeriod=0,
    )
    set_state(cloudwatch, one, "ALARM")
    assert described(cloudwatch, name)["ActionsSuppressedBy"] == "WaitPeriod"
    # The clock's turn comes every ten seconds.
    eventually(lambda: "ActionsSuppressedBy" not in described(cloudwatch, name))
