"""Gives a process of the local cloud the simulated time of day: `time.time()`, `datetime.now()` and the like.

Imported in the process before anything else, from its folder: it can import nothing of this package.
`time.sleep`, `time.monotonic` and time-outs stay real, since work takes real time.
"""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable
from datetime import date as _RealDate
from datetime import datetime as _RealDatetime
from typing import Any

_real_time, _localtime = time.time, time.localtime


def follow(file: str) -> None:
    """`file` has the pace as JSON: at `real` (seconds since 1970) it is `simulated`, `factor` times as fast since."""
    _Now.file = file
    time.time = _now
    time.time_ns = lambda: int(_now() * 1e9)
    time.localtime, time.gmtime, time.ctime = _of(time.localtime), _of(time.gmtime), _of(time.ctime)
    strftime = time.strftime
    time.strftime = lambda form, moment=None: strftime(form, _localtime(_now()) if moment is None else moment)
    for name, replacement in (("date", _Date), ("datetime", _Datetime)):
        replacement.__name__ = replacement.__qualname__ = name
        setattr(datetime, name, replacement)


def follow_with_durations(file: str) -> None:
    """Only `time.time` and `time.perf_counter`: for a process that measures its work by the simulated time."""
    _Now.file = file
    time.time = time.perf_counter = _now
    time.time_ns = time.perf_counter_ns = lambda: int(_now() * 1e9)


class _Now:
    file: str
    latest = 0.0


def _now() -> float:
    with open(_Now.file) as file:
        pace: dict[str, float] = json.load(file)
    _Now.latest = max(_Now.latest, pace["simulated"] + (_real_time() - pace["real"]) * pace["factor"])
    return _Now.latest


def _of(function: Callable[[float], Any]) -> Callable[..., Any]:
    """`function`, for the present where no moment is given."""
    return lambda moment=None: function(_now() if moment is None else moment)


class _Like(type):
    """What the replaced classes make, and what they take for theirs, are objects of the real ones."""

    def __call__(cls, *given: Any, **named: Any) -> Any:
        return cls.__mro__[1](*given, **named)

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, cls.__mro__[1])

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, cls.__mro__[1])


class _Date(_RealDate, metaclass=_Like):
    @classmethod
    def today(cls) -> Any:
        return _RealDate.fromtimestamp(_now())


class _Datetime(_RealDatetime, metaclass=_Like):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        return _RealDatetime.fromtimestamp(_now(), tz)

    @classmethod
    def utcnow(cls) -> Any:
        return _RealDatetime.fromtimestamp(_now(), datetime.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Any:
        return cls.now()
