"""AWS::CloudWatch::CompositeAlarm, which ministack's CloudFormation lacks."""

from __future__ import annotations

from dataclasses import dataclass

from ..environment import ACCOUNT, REGION
from .api_type import Clients, Created, Properties, call, retag, with_name


@dataclass(frozen=True)
class CompositeAlarmHandler:
    """Everything but the name changes in place.

    Tags are set apart: PutCompositeAlarm leaves those of an existing alarm, and refuses CloudFormation's own.
    """

    clients: Clients
    name = "AWS::CloudWatch::CompositeAlarm"
    create_only = ("AlarmName",)
    custom_name = "AlarmName"
    takes_stack_tags = True

    def create(self, logical_id: str, properties: Properties, stack_name: str) -> Created:
        named = with_name("AlarmName", logical_id, properties, stack_name)
        return self._put(str(named["AlarmName"]), {}, named)

    def update(
        self, physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None
    ) -> Created:
        return self._put(physical_id, old, new)

    def delete(self, physical_id: str, properties: Properties) -> None:
        call(self.clients, "cloudwatch", "DeleteAlarms", {"AlarmNames": [physical_id]}, self.name)

    def _put(self, name: str, old: Properties, new: Properties) -> Created:
        untagged = {key: value for key, value in new.items() if key != "Tags"}
        call(self.clients, "cloudwatch", "PutCompositeAlarm", {**untagged, "AlarmName": name}, self.name)
        retag(_retag, self.clients, _arn(name), old, new)
        return name, {"Arn": _arn(name)}


def _arn(name: str) -> str:
    return f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"


def _retag(clients: Clients, arn: str, set_now: dict[str, str], removed: list[str]) -> None:
    cloudwatch = clients.client("cloudwatch")
    if set_now:
        cloudwatch.tag_resource(ResourceARN=arn, Tags=[{"Key": key, "Value": value} for key, value in set_now.items()])
    if removed:
        cloudwatch.untag_resource(ResourceARN=arn, TagKeys=removed)
