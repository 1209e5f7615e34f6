"""Which schedules are due, and when: the arithmetic of rules and schedules, without their deliveries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from .expression import ExpressionError, next_time


@dataclass(frozen=True)
class Timing:
    """All that decides when a rule or a schedule is due. Moments are seconds since 1970."""

    expression: str
    timezone: str = "UTC"
    start: float = 0.0
    """From which a rate counts, and before which nothing is due."""
    end: float | None = None
    """After which nothing is due."""
    enabled: bool = True
    due_at_start: bool = False
    """Whether a rate is due at its start as well, as with EventBridge Scheduler; with rules it is not."""

    def check(self) -> None:
        """Raises ExpressionError for what AWS would refuse."""
        next_time(self.expression, 0.0, self.timezone)

    def next(self, after: float) -> float | None:
        due = next_time(self.expression, after, self.timezone, self.start) if self.enabled else None
        return None if due is None or (self.end is not None and due > self.end) else due

    def first(self) -> float | None:
        """The first occurrence since the schedule was made."""
        return self.next(self.start - 1e-6 if self.due_at_start else self.start)


class Schedule(Protocol):
    """What an occurrence belongs to; `key` is its own, and stays the same when it is changed."""

    @property
    def key(self) -> str: ...
    @property
    def timing(self) -> Timing: ...


@dataclass
class _Plan:
    timing: Timing
    due: float | None


S = TypeVar("S", bound=Schedule)


class Occurrences(Generic[S]):
    """Remembers what is due next. Each occurrence is given out once, in order of time, and none is left out."""

    def __init__(self) -> None:
        self._plans: dict[str, _Plan] = {}

    def due(self, schedules: Iterable[S], now: float) -> list[tuple[float, S]]:
        """What has become due since the last call, with the moment at which it was; `schedules` are all there are."""
        present = {schedule.key: schedule for schedule in schedules}
        self._plans = {key: plan for key, plan in self._plans.items() if key in present}
        found = [(moment, schedule) for schedule in present.values() for moment in self._of(schedule, now)]
        return sorted(found, key=lambda occurrence: occurrence[0])

    def next(self) -> float | None:
        """The earliest moment at which something that is known will be due."""
        return min((plan.due for plan in self._plans.values() if plan.due is not None), default=None)

    def _of(self, schedule: S, now: float) -> Iterator[float]:
        plan = self._plans.get(schedule.key)
        if plan is None:
            plan = self._plans[schedule.key] = _Plan(schedule.timing, schedule.timing.first())
        elif plan.timing != schedule.timing:
            # A change counts from now on: what would have been due before it was made is not caught up on.
            plan.timing, plan.due = schedule.timing, schedule.timing.next(now)
        while plan.due is not None and plan.due <= now:
            yield plan.due
            plan.due = plan.timing.next(plan.due)


def check_rule(expression: str) -> None:
    """Raises ExpressionError for what EventBridge refuses in a rule, which takes less than a schedule."""
    timing = Timing(expression)
    timing.check()
    if expression.strip().startswith("at("):
        raise ExpressionError(f'"{expression}": a rule takes rate(value unit) and cron(six fields) only.')
    if re.search(r"\(\s*0*1\s+\w+s\s*\)", expression):
        raise ExpressionError(f'"{expression}": a value of 1 needs the unit without s in a rule.')
