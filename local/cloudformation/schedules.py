"""AWS::Events::Rule and AWS::Scheduler::Schedule as ministack has them, with what it drops of a template's timing."""

from __future__ import annotations

import json
from typing import Any

from .. import contract
from ..clock.occurrences import check_rule
from .api_type import Created, Properties


def correct_schedules() -> None:
    """Dates rules, gives schedules their time zone, start and end, and fails expressions that AWS refuses."""
    handlers = contract.RESOURCE_HANDLERS.value()
    rules, schedules = handlers["AWS::Events::Rule"], handlers["AWS::Scheduler::Schedule"]
    create, update = rules["create"], rules["update"]

    def create_rule(logical_id: str, properties: Properties, stack_name: str) -> Created:
        _check(properties)
        created: Created = create(logical_id, properties, stack_name)
        for rule in contract.RULES.value().values():
            if rule["Arn"] == created[1]["Arn"]:
                rule["CreationTime"] = contract.EVENTS_NOW.value()()
        return created

    def update_rule(physical_id: str, old: Properties, new: Properties, *more: Any, **named: Any) -> Created:
        _check(new)
        updated: Created = update(physical_id, old, new, *more, **named)
        return updated

    rules.update(create=create_rule, update=update_rule)
    schedules.update(create=_create_schedule, update=_update_schedule)


def _check(rule: Properties) -> None:
    if rule.get("ScheduleExpression"):
        check_rule(rule["ScheduleExpression"])


def _create_schedule(logical_id: str, properties: Properties, stack_name: str) -> Created:
    name = properties.get("Name") or contract.PHYSICAL_NAME.value()(stack_name, logical_id, max_len=64)
    return name, _arn(contract.CREATE_SCHEDULE.value()(name, properties))


def _update_schedule(physical_id: str, old: Properties, new: Properties, stack_name: str) -> Created:
    if new.get("Name", physical_id) != physical_id or new.get("GroupName") != old.get("GroupName"):
        return _create_schedule(physical_id, new, stack_name)
    return physical_id, _arn(contract.UPDATE_SCHEDULE.value()(physical_id, new))


def _arn(answer: tuple[int, Any, bytes]) -> dict[str, str]:
    status, _, body = answer
    told = json.loads(body)
    if status >= 400:
        raise ValueError(told["Message"])
    return {"Arn": told["ScheduleArn"]}
