"""Schedule expressions of AWS: `at(yyyy-mm-ddThh:mm:ss)`, `rate(value unit)`, `cron(fields)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .cron import Cron, ExpressionError

__all__ = ["ExpressionError", "next_time"]

_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_FORMS = "allowed are at(yyyy-mm-ddThh:mm:ss), rate(value unit) and cron(six fields)"


def next_time(expression: str, after: float, timezone: str = "UTC", start: float | None = None) -> float | None:
    """The first moment after `after` at which the schedule is due, or None when it never is again.

    Moments are seconds since 1970 (UTC). `timezone` is the IANA name in which `at` and `cron` are read: a time that
    daylight saving skips is left out, one that it repeats is due once, at its first pass. `start` is when a rate
    begins to count: it is due at `start` and every so often from then on, whatever the zone; without it a rate counts
    from `after`. An `at` or `cron` is not due before `start`. Raises ExpressionError for an expression or a zone that
    AWS does not know.
    """
    (form, text), zone = _split(expression), _zone(expression, timezone)
    if form == "rate":
        return _rate(expression, text, after, after if start is None else start)
    moments = _moments(expression, form, text, after if start is None else max(after, start - 60), zone)
    return next((due for due in moments if due > after and (start is None or due >= start)), None)


def _split(expression: str) -> tuple[str, str]:
    match = re.fullmatch(r"\s*(at|rate|cron)\((.*)\)\s*", expression, re.DOTALL)
    if match is None:
        raise ExpressionError(f'"{expression}" is no schedule expression: {_FORMS}.')
    return match[1], match[2].strip()


def _rate(expression: str, text: str, after: float, start: float) -> float:
    match = re.fullmatch(r"(\d+)\s+(minute|hour|day)(s?)", text)
    if match is None or int(match[1]) < 1:
        raise ExpressionError(f'"{expression}": a positive whole number and minutes, hours or days are needed.')
    # EventBridge Scheduler takes `rate(1 hours)`; rules do not, which is checked where rules are.
    if int(match[1]) > 1 and not match[3]:
        raise ExpressionError(f'"{expression}": a value above 1 needs the unit {match[2]}s.')
    interval = int(match[1]) * _SECONDS[match[2]]
    return start + max(0, (after - start) // interval + 1) * interval


def _moments(expression: str, form: str, text: str, earliest: float, zone: tzinfo) -> Iterator[float]:
    """Moments of an `at` or a `cron`, in order; those before `earliest` may be among them."""
    if form == "cron":
        local = datetime.fromtimestamp(earliest, zone).replace(tzinfo=None)
        occurrences = _cron(expression, text).after(local)
    else:
        occurrences = iter([_at(expression, text)])
    for occurrence in occurrences:
        moment = occurrence.replace(tzinfo=zone).timestamp()
        if datetime.fromtimestamp(moment, zone).replace(tzinfo=None) == occurrence:
            yield moment


def _at(expression: str, text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        raise ExpressionError(f'"{expression}": a time such as at(2026-11-25T08:30:00) is needed.') from None


@lru_cache(maxsize=1024)
def _cron(expression: str, text: str) -> Cron:
    try:
        return Cron.parse(text)
    except ExpressionError as error:
        raise ExpressionError(f'"{expression}": {error}.') from None


def _zone(expression: str, timezone: str) -> tzinfo:
    if timezone == "UTC":
        return UTC
    try:
        return ZoneInfo(timezone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ExpressionError(f'"{expression}": "{timezone}" is no time zone of the IANA database.') from None
