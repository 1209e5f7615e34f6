"""Schedule expressions, mostly the examples of AWS's pages (read in November 2026).

RULES is "Setting a schedule pattern for scheduled rules", Amazon EventBridge User Guide; SCHEDULER is "Schedule types
in EventBridge Scheduler", EventBridge Scheduler User Guide; QUARTZ is Quartz Scheduler's "Cron Trigger Tutorial",
whose dialect AWS's is.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from local.clock.expression import ExpressionError, next_time

WEDNESDAY = "2026-11-25T10:00"
"""The default moment after which occurrences are asked for."""


def epoch(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def occurrences(expression: str, count: int, after: str = WEDNESDAY, timezone: str = "UTC") -> list[str]:
    """In local time."""
    found, moment = [], epoch(after)
    for _ in range(count):
        due = next_time(expression, moment, timezone)
        if due is None:
            return [*found, "never"]
        found.append(datetime.fromtimestamp(due, ZoneInfo(timezone)).strftime("%Y-%m-%dT%H:%M"))
        moment = due
    return found


# fmt: off
CRON = [
    # RULES, the table of examples
    ("cron(0 10 * * ? *)", ["2026-11-26T10:00", "2026-11-27T10:00"]),
    ("cron(15 12 * * ? *)", ["2026-11-25T12:15", "2026-11-26T12:15"]),
    ("cron(0 18 ? * MON-FRI *)", ["2026-11-25T18:00", "2026-11-26T18:00", "2026-11-27T18:00", "2026-11-30T18:00"]),
    ("cron(0 8 1 * ? *)", ["2026-12-01T08:00", "2027-01-01T08:00"]),
    ("cron(0/15 * * * ? *)", ["2026-11-25T10:15", "2026-11-25T10:30", "2026-11-25T10:45", "2026-11-25T11:00"]),
    ("cron(0/10 * ? * MON-FRI *)", ["2026-11-25T10:10", "2026-11-25T10:20"]),
    ("cron(0/5 8-17 ? * MON-FRI *)", ["2026-11-25T10:05", "2026-11-25T10:10"]),
    ("cron(0/30 20-2 ? * MON-FRI *)", ["2026-11-25T20:00", "2026-11-25T20:30", "2026-11-25T21:00"]),
    # RULES, the examples below it and those of the wildcards
    ("cron(0 12 * * ? *)", ["2026-11-25T12:00", "2026-11-26T12:00"]),
    ("cron(5,35 14 * * ? *)", ["2026-11-25T14:05", "2026-11-25T14:35", "2026-11-26T14:05"]),
    ("cron(15 10 ? * 6L 2019-2027)", ["2026-11-27T10:15", "2026-12-25T10:15", "2027-01-29T10:15"]),
    ("cron(15 10 ? * 6L 2019-2022)", ["never"]),
    ("cron(1/10 0 * * ? *)", ["2026-11-26T00:01", "2026-11-26T00:11", "2026-11-26T00:21"]),
    ("cron(0 0 1 JAN,FEB,MAR ? *)", ["2027-01-01T00:00", "2027-02-01T00:00", "2027-03-01T00:00", "2028-01-01T00:00"]),
    ("cron(0 0 3W * ? *)", ["2026-12-03T00:00", "2027-01-04T00:00", "2027-02-03T00:00"]),
    ("cron(0 0 ? * 3#2 *)", ["2026-12-08T00:00", "2027-01-12T00:00"]),
    ("cron(0 0 L * ? *)", ["2026-11-30T00:00", "2026-12-31T00:00", "2027-01-31T00:00", "2027-02-28T00:00"]),
    ("cron(0 0 ? * L *)", ["2026-11-28T00:00", "2026-12-05T00:00"]),
    # QUARTZ: W stays within the month, LW is its last weekday, a day that a month lacks is left out
    ("cron(0 0 1W * ? *)", ["2026-12-01T00:00", "2027-01-01T00:00", "2027-02-01T00:00", "2027-03-01T00:00",
                            "2027-04-01T00:00", "2027-05-03T00:00"]),
    ("cron(0 0 31W * ? *)", ["2026-12-31T00:00", "2027-01-29T00:00", "2027-03-31T00:00"]),
    ("cron(0 0 LW * ? *)", ["2026-11-30T00:00", "2026-12-31T00:00", "2027-01-29T00:00"]),
    ("cron(0 0 ? * FRI#5 *)", ["2027-01-29T00:00", "2027-04-30T00:00"]),
    ("cron(0 0 ? * fril *)", ["2026-11-27T00:00"]),
    ("cron(0 0 ? * FRI-MON *)", ["2026-11-27T00:00", "2026-11-28T00:00", "2026-11-29T00:00", "2026-11-30T00:00",
                                 "2026-12-04T00:00"]),
    ("cron(0 0 29 2 ? *)", ["2028-02-29T00:00", "2032-02-29T00:00"]),
    ("cron(0 0 30 FEB ? *)", ["never"]),
    ("cron(0 0 1 1 ? 2027/2)", ["2027-01-01T00:00", "2029-01-01T00:00"]),
    ("cron(0 0 1-5/2 1 ? *)", ["2027-01-01T00:00", "2027-01-03T00:00", "2027-01-05T00:00"]),
    ("cron(*/20 10 25 NOV ? 2026)", ["2026-11-25T10:20", "2026-11-25T10:40", "never"]),
]
# fmt: on


@pytest.mark.parametrize(("expression", "expected"), CRON)
def test_cron(expression: str, expected: list[str]) -> None:
    assert occurrences(expression, len(expected)) == expected


RATE = [  # how far from the start
    ("rate(1 minute)", 0, 60),
    ("rate(5 minutes)", 0, 300),
    ("rate(1 hour)", 3599, 3600),
    ("rate(5 hours)", 18000, 36000),
    ("rate(1 day)", 200000, 259200),
    ("rate(1 hours)", 0, 3600),
    ("rate(1 hour)", -1, 0),
    ("rate(1 hour)", -9000, 0),
]


@pytest.mark.parametrize(("expression", "after", "due"), RATE)
def test_a_rate_is_due_at_its_start_and_every_so_often(expression: str, after: float, due: float) -> None:
    start = epoch(WEDNESDAY) + 17.25
    assert next_time(expression, start + after, start=start) == start + due


def test_a_rate_without_a_start_counts_from_now() -> None:
    assert next_time("rate(2 days)", 1000.5) == 1000.5 + 172800


def test_at_is_due_once() -> None:
    assert next_time("at(2026-11-25T10:00:01)", epoch(WEDNESDAY)) == epoch(WEDNESDAY) + 1
    assert next_time("at(2026-11-25T10:00:00)", epoch(WEDNESDAY)) is None


def test_nothing_is_due_before_its_start() -> None:
    now = epoch(WEDNESDAY)
    assert next_time("cron(0 * * * ? *)", now, start=now + 3600) == now + 3600
    assert next_time("cron(0 * * * ? *)", now, start=now + 3600.5) == now + 7200
    assert next_time("at(2026-11-25T11:00:00)", now, start=now + 3601) is None


def test_moments_within_a_minute() -> None:
    assert next_time("cron(* * * * ? *)", 59.9) == 60
    assert next_time("cron(* * * * ? *)", 60) == 120


# SCHEDULER: a time that does not exist is skipped, one that exists twice runs once; a rate in days is 24 hours.
# New York: 2026-03-08 has no 02:00 to 02:59, 2026-11-01 has 01:00 to 01:59 twice.
def test_a_time_that_daylight_saving_skips_is_left_out() -> None:
    assert occurrences("cron(30 2 * * ? *)", 2, "2026-03-07T00:00", "America/New_York") == [
        "2026-03-07T02:30",
        "2026-03-09T02:30",
    ]
    assert next_time("at(2026-03-08T02:30:00)", 0, "America/New_York") is None


def test_a_time_that_daylight_saving_repeats_is_due_once() -> None:
    new_york, before = "America/New_York", epoch("2026-11-01T05:00")
    first = next_time("cron(30 1 * * ? *)", before, new_york)
    assert first == epoch("2026-11-01T05:30")
    assert next_time("cron(30 1 * * ? *)", first, new_york) == epoch("2026-11-02T06:30")
    assert next_time("cron(0/30 * * * ? *)", first, new_york) == epoch("2026-11-01T07:00")
    assert next_time("at(2026-11-01T01:30:00)", before, new_york) == epoch("2026-11-01T05:30")


def test_local_time_keeps_its_hour_all_year() -> None:
    assert next_time("cron(0 8 * * ? *)", epoch("2026-07-01T00:00"), "Europe/Berlin") == epoch("2026-07-01T06:00")
    assert next_time("cron(0 8 * * ? *)", epoch("2026-12-01T00:00"), "Europe/Berlin") == epoch("2026-12-01T07:00")


def test_a_rate_in_days_is_24_hours_whatever_the_zone() -> None:
    start = epoch("2026-03-07T17:00")
    assert next_time("rate(1 day)", start, "America/New_York", start) == epoch("2026-03-08T17:00")


REFUSED = [
    ("every day", '"every day" is no schedule expression: allowed are at(yyyy-mm-ddThh:mm:ss), rate(value unit) and '),
    ("cron(0 10 * * ?)", '"cron(0 10 * * ?)": 5 fields, 6 are needed: minutes, hours, day-of-month, month, '),
    ("cron(0 10 * * * *)", 'day-of-month is "*" and day-of-week is "*", exactly one of them must be "?".'),
    ("cron(0 10 ? * ? *)", 'day-of-month is "?" and day-of-week is "?", exactly one of them must be "?".'),
    (
        "cron(60 * * * ? *)",
        'minutes: "60" is not allowed, allowed are 0 to 59, *, lists (a,b), ranges (a-b), steps (a/n).',
    ),
    ("cron(0 24 * * ? *)", 'hours: "24" is not allowed, allowed are 0 to 23'),
    (
        "cron(0 0 0 * ? *)",
        'day-of-month: "0" is not allowed, allowed are 1 to 31, *, lists (a,b), ranges (a-b), steps (a/n), ?, L',
    ),
    ("cron(0 0 32W * ? *)", 'day-of-month: "32" is not allowed'),
    ("cron(0 0 1,15W * ? *)", 'day-of-month: "15W" is not allowed'),
    ("cron(0 0 1 SEPT ? *)", 'month: "SEPT" is not allowed, allowed are 1 to 12 or JAN to DEC, *'),
    ("cron(0 0 ? * 8 *)", 'day-of-week: "8" is not allowed, allowed are 1 to 7 or SUN to SAT, *'),
    ("cron(0 0 ? * 2/2 *)", 'day-of-week: "2/2" is not allowed'),
    ("cron(0 0 ? * 3#6 *)", 'day-of-week: "3#6" is not allowed'),
    ("cron(0 0 ? * 3#1,6#3 *)", 'day-of-week: "3#1,6#3" is not allowed'),  # RULES, its note
    ("cron(0 0 1 * ? 2200)", 'year: "2200" is not allowed, allowed are 1970 to 2199'),
    ("cron(*/0 * * * ? *)", 'minutes: "*/0" is not allowed'),
    ("cron(5- * * * ? *)", 'minutes: "" is not allowed'),
    ("cron(1,,2 * * * ? *)", 'minutes: "" is not allowed'),
    ("rate(5 minute)", '"rate(5 minute)": a value above 1 needs the unit minutes.'),  # RULES, its limitations
    ("rate(0 minutes)", '"rate(0 minutes)": a positive whole number and minutes, hours or days are needed.'),
    ("rate(1.5 hours)", "a positive whole number"),
    ("rate(1 week)", "minutes, hours or days are needed"),
    ("at(2026-11-25)", '"at(2026-11-25)": a time such as at(2026-11-25T08:30:00) is needed.'),
    ("at(2026-11-25T08:30:00Z)", "a time such as"),
    ("at(2026-02-30T08:30:00)", "a time such as"),
]


@pytest.mark.parametrize(("expression", "why"), REFUSED)
def test_a_bad_expression_is_refused(expression: str, why: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        next_time(expression, 0)
    assert why in str(refusal.value)
    assert expression in str(refusal.value)


@pytest.mark.parametrize("timezone", ["Mars/Olympus", "Europe", "", "../UTC"])
def test_an_unknown_zone_is_refused(timezone: str) -> None:
    for expression in ("cron(0 0 * * ? *)", "rate(1 day)", "at(2026-11-25T08:30:00)"):
        with pytest.raises(ExpressionError, match="is no time zone of the IANA database"):
            next_time(expression, 0, timezone)
