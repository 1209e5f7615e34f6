"""Scheduled actions: the operations that put, describe and delete them, and which of them are due."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from local.autoscaling.errors import invalid, limit_exceeded, no_scheduled_action
from local.autoscaling.paging import page, selected
from local.autoscaling.ports import Clock, Params
from local.autoscaling.scheduled_action import NextTime, ScheduledAction, limits_of
from local.autoscaling.target import ScalableTarget
from local.autoscaling.target_key import NAMESPACE, TargetKey
from local.autoscaling.targets import Targets
from local.sagemaker.names import Arns

_MAX_ACTIONS = 200


class ScheduledActions:
    def __init__(self, arns: Arns, clock: Clock, targets: Targets, next_time: NextTime) -> None:
        self._arns = arns
        self._clock = clock
        self._targets = targets
        self._next_time = next_time

    def put(self, params: Params) -> dict[str, Any]:
        """PutScheduledAction: of an action that exists, a schedule, zone or limits left out stay as they are."""
        target = self._targets.get(params)
        name = params["ScheduledActionName"]
        old = target.actions.get(name)
        if old is None and len(target.actions) >= _MAX_ACTIONS:
            raise limit_exceeded("scheduled actions", _MAX_ACTIONS)
        action = self._action(target, name, params, old)
        action.plan(self._clock.now(), self._next_time)
        target.actions[name] = action
        return {}

    def _action(
        self, target: ScalableTarget, name: str, params: Params, old: ScheduledAction | None
    ) -> ScheduledAction:
        schedule = params.get("Schedule") or (old.schedule if old else None)
        if schedule is None:
            raise invalid("Schedule is required to create a scheduled action.")
        start, end = _seconds(params.get("StartTime")), _seconds(params.get("EndTime"))
        if start is not None and end is not None and end <= start:
            raise invalid(f"Scheduled action {name}: EndTime must be after StartTime.")
        if "ScalableTargetAction" in params or old is None:
            minimum, maximum = limits_of(params.get("ScalableTargetAction", {}))
        else:
            minimum, maximum = old.minimum, old.maximum
        where = f"arn:{self._arns.partition}:autoscaling:{self._arns.region}:{self._arns.account}:scheduledAction"
        arn = f"{where}:{target.uid}:resource/{NAMESPACE}/{target.key.resource_id}:scheduledActionName/{name}"
        created = old.created if old else self._clock.now()
        timezone = params.get("Timezone") or (old.timezone if old else None)
        return ScheduledAction(target.key, name, arn, created, schedule, timezone, start, end, minimum, maximum)

    def describe(self, params: Params) -> dict[str, Any]:
        rows = [action.described() for target in self._targets.all() for action in target.actions.values()]
        names = ("ScheduledActionName", "ScheduledActionNames")
        return page(params, "ScheduledActions", selected(params, rows, names))

    def delete(self, params: Params) -> dict[str, Any]:
        key, name = TargetKey.of(params), params["ScheduledActionName"]
        target = next((target for target in self._targets.all() if target.key == key), None)
        if target is None or name not in target.actions:
            raise no_scheduled_action(key, name)
        del target.actions[name]
        return {}

    def due(self) -> list[tuple[ScalableTarget, ScheduledAction]]:
        """Those whose time has come, in its order; each is planned anew. Of a suspended target they pass unused."""
        now = self._clock.now()
        found = [
            (target, action, action.due)
            for target in self._targets.all()
            for action in target.actions.values()
            if action.due is not None and action.due <= now
        ]
        for _, action, _ in found:
            action.plan(now, self._next_time)
        found.sort(key=lambda row: row[2])
        return [(target, action) for target, action, _ in found if not target.suspended["ScheduledScalingSuspended"]]


def _seconds(given: Any) -> float | None:
    if given is None:
        return None
    if isinstance(given, str):
        given = datetime.fromisoformat(given)
    return given.timestamp() if isinstance(given, datetime) else float(given)
