"""Cron expressions as EventBridge, EventBridge Scheduler and Application Auto Scaling read them.

Fields, wildcards and limits: Amazon EventBridge User Guide, "Setting a schedule pattern for scheduled rules", and
EventBridge Scheduler User Guide, "Schedule types in EventBridge Scheduler", both read in November 2026.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), start=1)}
_SATURDAY = 7


class ExpressionError(ValueError):
    """A schedule expression that AWS would refuse. The message says what was given and what is allowed."""


@dataclass(frozen=True)
class _Field:
    name: str
    first: int
    last: int
    names: dict[str, int]
    steps: bool = True
    """Whether a slash may give increments."""

    def values(self, text: str) -> frozenset[int]:
        """The values that a field of lists, ranges and steps stands for; ranges may run over the field's end."""
        return frozenset(value for part in text.split(",") for value in self._part(part))

    def _part(self, part: str) -> list[int]:
        span, slash, step = part.partition("/")
        if slash and not (self.steps and step.isdecimal() and int(step) > 0):
            raise self.error(part)
        if span == "*":
            first, last = self.first, self.last
        elif "-" in span:
            first, last = (self.number(end) for end in span.split("-", 1))
        else:
            first = self.number(span)
            last = self.last if slash else first
        if last < first:
            last += self.last - self.first + 1
        within = range(first, last + 1, int(step) if slash else 1)
        return [(value - self.first) % (self.last - self.first + 1) + self.first for value in within]

    def number(self, text: str) -> int:
        value = self.names.get(text.upper(), int(text) if text.isdecimal() else -1)
        if not self.first <= value <= self.last:
            raise self.error(text)
        return value

    def error(self, part: str) -> ExpressionError:
        names = f" or {next(iter(self.names))} to {list(self.names)[-1]}" if self.names else ""
        steps = ", steps (a/n)" if self.steps else ""
        return ExpressionError(
            f'{self.name}: "{part}" is not allowed, allowed are {self.first} to {self.last}{names}, '
            f"*, lists (a,b), ranges (a-b){steps}{_EXTRA.get(self.name, '')}"
        )


_EXTRA = {"day-of-month": ", ?, L, LW and nW", "day-of-week": ", ?, L, nL and n#k"}
_MINUTES = _Field("minutes", 0, 59, {})
_HOURS = _Field("hours", 0, 23, {})
_DAY_OF_MONTH = _Field("day-of-month", 1, 31, {})
_MONTH = _Field("month", 1, 12, _MONTHS)
_DAY_OF_WEEK = _Field("day-of-week", 1, 7, _DAYS, steps=False)
_YEAR = _Field("year", 1970, 2199, {})

_Days = Callable[[date], bool]


@dataclass(frozen=True)
class Cron:
    """One parsed cron expression; days are judged by `on`."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: frozenset[int]
    years: frozenset[int]
    on: _Days

    @classmethod
    def parse(cls, text: str) -> Cron:
        """`text` is what stands between the brackets of `cron(...)`. Raises ExpressionError."""
        fields = text.split()
        if len(fields) != 6:
            raise ExpressionError(
                f"{len(fields)} fields, 6 are needed: minutes, hours, day-of-month, month, day-of-week, year"
            )
        minutes, hours, day_of_month, month, day_of_week, year = fields
        if (day_of_month == "?") == (day_of_week == "?"):
            raise ExpressionError(
                f'day-of-month is "{day_of_month}" and day-of-week is "{day_of_week}", exactly one of them must be "?"'
            )
        return cls(
            tuple(sorted(_MINUTES.values(minutes))),
            tuple(sorted(_HOURS.values(hours))),
            _MONTH.values(month),
            _YEAR.values(year),
            _by_weekday(day_of_week) if day_of_month == "?" else _by_day(day_of_month),
        )

    def after(self, moment: datetime) -> Iterator[datetime]:
        """Every matching minute after `moment`, in order. Neither has a time zone."""
        today = moment.date()
        for day in self._days(today):
            for hour in self.hours:
                for minute in self.minutes:
                    occurrence = datetime(day.year, day.month, day.day, hour, minute)
                    if occurrence > moment:
                        yield occurrence

    def _days(self, first: date) -> Iterator[date]:
        for year in sorted(year for year in self.years if year >= first.year):
            for month in sorted(self.months):
                for number in range(1, calendar.monthrange(year, month)[1] + 1):
                    day = date(year, month, number)
                    if day >= first and self.on(day):
                        yield day


def _by_day(text: str) -> _Days:
    upper = text.upper()
    if upper == "L":
        return lambda day: day.day == _last(day)
    if upper == "LW":
        return lambda day: day.day == _nearest_weekday(day, _last(day))
    if weekday := re.fullmatch(r"(\d+)W", upper):
        wanted = _DAY_OF_MONTH.number(weekday[1])
        return lambda day: wanted <= _last(day) and day.day == _nearest_weekday(day, wanted)
    numbers = _DAY_OF_MONTH.values(text)
    return lambda day: day.day in numbers


def _by_weekday(text: str) -> _Days:
    upper = text.upper()
    if upper == "L":
        return lambda day: _weekday(day) == _SATURDAY
    if upper.endswith("L"):
        last = _DAY_OF_WEEK.number(upper[:-1])
        return lambda day: _weekday(day) == last and day.day + 7 > _last(day)
    if "#" in upper:
        name, _, count = upper.partition("#")
        number = _DAY_OF_WEEK.number(name)
        if count not in {"1", "2", "3", "4", "5"}:
            raise _DAY_OF_WEEK.error(text)
        return lambda day: _weekday(day) == number and (day.day - 1) // 7 + 1 == int(count)
    numbers = _DAY_OF_WEEK.values(text)
    return lambda day: _weekday(day) in numbers


def _weekday(day: date) -> int:
    """1 is Sunday."""
    return day.isoweekday() % 7 + 1


def _last(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest_weekday(month: date, wanted: int) -> int:
    """The day from Monday to Friday that is nearest to day `wanted`, within the same month."""
    day = month.replace(day=wanted)
    if day.isoweekday() == 6:
        return wanted - 1 if wanted > 1 else wanted + 2
    if day.isoweekday() == 7:
        return wanted + 1 if wanted < _last(month) else wanted - 2
    return wanted
