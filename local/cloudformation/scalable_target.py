"""AWS::ApplicationAutoScaling::ScalableTarget: a registration together with its scheduled actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from .api_type import Clients, Created, Properties, call, retag

_SERVICE = "application-autoscaling"
_IDENTITY = ("ResourceId", "ScalableDimension", "ServiceNamespace")
_NOT_SUSPENDED = dict.fromkeys(
    ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended"), False
)


def target_of(target_id: str) -> dict[str, str]:
    """The three parameters that every operation takes, from what `Ref` gives."""
    return dict(zip(_IDENTITY, target_id.split("|"), strict=True))


@dataclass(frozen=True)
class ScalableTargetHandler:
    """Handlers of the type. `Ref` gives `<resource>|<dimension>|<namespace>`."""

    clients: Clients
    name = "AWS::ApplicationAutoScaling::ScalableTarget"
    create_only = _IDENTITY
    custom_name = None
    takes_stack_tags = True

    def create(self, logical_id: str, properties: Properties, stack_name: str) -> Created:
        tags = {"Tags": {tag["Key"]: tag["Value"] for tag in properties.get("Tags") or []}}
        self._register({**properties, **(tags if tags["Tags"] else {})})
        target_id = "|".join(str(properties[key]) for key in _IDENTITY)
        try:
            self._schedule(target_id, {}, _actions(properties))
        except Exception:
            self.delete(target_id, properties)  # a create that fails is not in the stack, so no rollback would
            raise
        return target_id, {"Id": target_id}

    def update(
        self, physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None
    ) -> Created:
        suspended = {**_NOT_SUSPENDED, **(new.get("SuspendedState") or {})}
        rest = {key: value for key, value in new.items() if key != "Tags"}
        arn = self._register({**rest, "SuspendedState": suspended})
        self._schedule(physical_id, _actions(old), _actions(new))
        retag(_retag, self.clients, arn, old, new)
        return physical_id, {"Id": physical_id}

    def delete(self, physical_id: str, properties: Properties) -> None:
        try:
            self._call("DeregisterScalableTarget", target_of(physical_id))
        except ClientError as error:
            if "ObjectNotFoundException" not in str(error):
                raise

    def _register(self, properties: Properties) -> str:
        parameters = {key: value for key, value in properties.items() if key != "ScheduledActions"}
        return str(self._call("RegisterScalableTarget", parameters)["ScalableTargetARN"])

    def _schedule(self, target_id: str, old: Mapping[str, Properties], new: Mapping[str, Properties]) -> None:
        target = target_of(target_id)
        for name in old.keys() - new.keys():
            self._call("DeleteScheduledAction", {**target, "ScheduledActionName": name})
        for name, action in new.items():
            if action != old.get(name):
                self._call("PutScheduledAction", {**target, **action})

    def _call(self, operation: str, parameters: Properties) -> dict[str, Any]:
        return call(self.clients, _SERVICE, operation, parameters, self.name)


def _actions(properties: Properties) -> dict[str, Properties]:
    """The scheduled actions of the properties, by name."""
    return {action["ScheduledActionName"]: action for action in properties.get("ScheduledActions") or []}


def _retag(clients: Clients, arn: str, set_now: dict[str, str], removed: list[str]) -> None:
    scaling = clients.client(_SERVICE)
    if set_now:
        scaling.tag_resource(ResourceARN=arn, Tags=set_now)
    if removed:
        scaling.untag_resource(ResourceARN=arn, TagKeys=removed)
