"""EventBridge's scheduled rules and EventBridge Scheduler's schedules of ministack, fired by the clock."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from .. import contract
from .clock import Clock
from .expression import ExpressionError
from .occurrences import Occurrences, Timing, check_rule

_REAL_SECONDS_BETWEEN_LOOKS = 0.1  # within which a new schedule is noticed; what it missed meanwhile is made up for
_log = logging.getLogger("local.clock.schedules")


class Schedules:
    """Takes over the firing of schedules from ministack. Occurrences are delivered one after another, in one thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._occurrences: Occurrences[_Scheduled] = Occurrences()

    def take_over(self) -> None:
        """Dates events by the clock, refuses what AWS refuses, and fires once ministack would begin to."""
        contract.EVENTS_NOW.replace(self._clock.now)
        contract.SCHEDULER_NOW.replace(self._clock.now)
        contract.RULE_EXPRESSION_IS_VALID.replace(_is_valid_in_a_rule)
        for operation in (contract.CREATE_SCHEDULE, contract.UPDATE_SCHEDULE):
            operation.replace(_checked(operation.value()))
        contract.START_RULES.replace(self._start)
        contract.START_SCHEDULES.replace(lambda: None)

    def _start(self) -> None:
        threading.Thread(target=self._keep_firing, daemon=True, name="schedules").start()

    def _keep_firing(self) -> None:
        while True:
            try:
                self._fire()
            except Exception:
                _log.exception("schedules could not be looked at")
            soon = self._clock.now() + _REAL_SECONDS_BETWEEN_LOOKS * self._clock.factor
            self._clock.sleep_until(min(soon, self._occurrences.next() or soon))

    def _fire(self) -> None:
        for due, schedule in self._occurrences.due(_all(), self._clock.now()):
            try:
                schedule.fire(due)
            except Exception:
                _log.exception("%s of %s was not delivered", schedule.arn, _iso(due))


@dataclass(frozen=True)
class _Scheduled(ABC):
    account: str
    region: str
    name: str
    """Key of the record in its table."""
    record: dict[str, Any]

    @property
    def key(self) -> str:
        return f"{type(self).__name__} {self.account} {self.region} {self.name}"

    @property
    def arn(self) -> str:
        return str(self.record["Arn"])

    @property
    @abstractmethod
    def timing(self) -> Timing: ...

    @abstractmethod
    def deliver(self, due: float) -> None: ...

    def fire(self, due: float) -> None:
        contract.SET_ACCOUNT.value()(self.account)
        contract.SET_REGION.value()(self.region)
        self.deliver(due)

    def event(self, source: str, due: float) -> dict[str, Any]:
        return {
            "EventId": str(uuid4()),
            "Source": source,
            "DetailType": "Scheduled Event",
            "Detail": "{}",
            "Time": int(due),
            "Resources": [self.arn],
            "Account": self.account,
            "Region": self.region,
        }


class _Rule(_Scheduled):
    @property
    def timing(self) -> Timing:
        return Timing(
            self.record["ScheduleExpression"],
            start=self.record["CreationTime"],
            enabled=self.record["State"].startswith("ENABLED"),
        )

    def deliver(self, due: float) -> None:
        event = {**self.event("aws.events", due), "EventBusName": self.record["EventBusName"]}
        for target in contract.RULE_TARGETS.value().get(self.name, []):
            contract.INVOKE_TARGET.value()(target, event, self.record)


class _Schedule(_Scheduled):
    @property
    def timing(self) -> Timing:
        start, created = _seconds(self.record["StartDate"]), self.record["CreationDate"]
        return Timing(
            self.record["ScheduleExpression"],
            self.record["ScheduleExpressionTimezone"],
            created if start is None else max(start, created),
            _seconds(self.record["EndDate"]),
            self.record["State"] == "ENABLED",
            due_at_start=True,
        )

    def deliver(self, due: float) -> None:
        event = self.event("aws.scheduler", due)
        target = dict(self.record["Target"])
        if "Input" in target:
            target["Input"] = self._with_context(target["Input"], event, due)
        contract.INVOKE_TARGET.value()(target, event, self.record)
        if self.record["ActionAfterCompletion"] == "DELETE" and self.timing.next(due) is None:
            del contract.SCHEDULES.value()[self.name]

    def _with_context(self, text: str, event: Mapping[str, Any], due: float) -> str:
        context = {
            "scheduled-time": _iso(due),
            "schedule-arn": self.arn,
            "execution-id": event["EventId"],
            "attempt-number": "1",
        }
        for name, value in context.items():
            text = text.replace(f"<aws.scheduler.{name}>", value)
        return text


def _all() -> Iterator[_Scheduled]:
    for kind, table in ((_Rule, contract.RULES), (_Schedule, contract.SCHEDULES)):
        for (account, region, name), record in list(table.value()._data.items()):
            # A rule of a template has its date a moment after its record.
            if record.get("ScheduleExpression") and (kind is _Schedule or "CreationTime" in record):
                yield kind(account, region, name, record)


def _seconds(date: Any) -> float | None:
    """Seconds since 1970 of a date in a request (a number) or in a template (ISO 8601)."""
    if date is None or isinstance(date, int | float):
        return date
    moment = datetime.fromisoformat(date)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _is_valid_in_a_rule(expression: str) -> bool:
    try:
        if expression:
            check_rule(expression)
    except ExpressionError:
        return False
    return True


def _checked(operation: Any) -> Any:
    def checked(name: str, body: Mapping[str, Any]) -> Any:
        try:
            if body.get("ScheduleExpression"):
                Timing(body["ScheduleExpression"], body.get("ScheduleExpressionTimezone") or "UTC").check()
        except ExpressionError as refusal:
            return contract.SCHEDULER_ERROR.value()(400, "ValidationException", str(refusal))
        return operation(name, body)

    return checked


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
