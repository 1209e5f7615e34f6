"""When rules and schedules are due: once each, in order, none left out."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from local.clock.expression import ExpressionError
from local.clock.occurrences import Occurrences, Timing, check_rule

DAY = 86400.0
NOON = 43200.0  # of the first day of 1970


@dataclass(frozen=True)
class Named:
    key: str
    timing: Timing


def moments(found: list[tuple[float, Named]]) -> list[float]:
    return [moment for moment, _ in found]


def test_a_daily_schedule_is_due_once_a_day_however_often_one_looks() -> None:
    daily, occurrences = Named("a", Timing("cron(0 12 * * ? *)")), Occurrences[Named]()
    found = [moment for look in range(0, 3 * 24 * 60) for moment in moments(occurrences.due([daily], look * 60.0))]
    assert found == [NOON, NOON + DAY, NOON + 2 * DAY]


def test_what_became_due_between_two_looks_is_given_once_each_in_order() -> None:
    occurrences = Occurrences[Named]()
    both = [Named("a", Timing("rate(6 hours)")), Named("b", Timing("cron(0 8 * * ? *)"))]
    assert occurrences.due(both, 0) == []
    assert moments(occurrences.due(both, DAY)) == [21600, 28800, 43200, 64800, 86400]
    assert occurrences.due(both, DAY) == []
    assert occurrences.next() == DAY + 21600


def test_what_is_due_before_a_new_schedule_is_noticed_is_not_missed() -> None:
    timing = Timing("rate(1 minute)", start=1000)
    assert moments(Occurrences[Named]().due([Named("a", timing)], 1150)) == [1060, 1120]


def test_a_schedules_rate_is_due_at_its_start_and_a_rules_is_not() -> None:
    schedule = Timing("rate(1 hour)", start=5000, due_at_start=True)
    assert moments(Occurrences[Named]().due([Named("a", schedule)], 9000)) == [5000, 8600]
    assert moments(Occurrences[Named]().due([Named("a", Timing("rate(1 hour)", start=5000))], 9000)) == [8600]


def test_nothing_is_due_after_the_end_nor_while_disabled() -> None:
    ending = Timing("rate(1 hour)", end=7200)
    assert moments(Occurrences[Named]().due([Named("a", ending)], DAY)) == [3600, 7200]
    occurrences, disabled = Occurrences[Named](), Named("a", Timing("rate(1 hour)", enabled=False))
    assert occurrences.due([disabled], DAY) == []
    enabled = Named("a", Timing("rate(1 hour)"))
    assert occurrences.due([enabled], DAY + 10) == [], "what was due while it was disabled is not caught up on"
    assert moments(occurrences.due([enabled], DAY + 3600)) == [DAY + 3600]


def test_a_change_counts_from_when_it_is_noticed() -> None:
    occurrences = Occurrences[Named]()
    occurrences.due([Named("a", Timing("cron(0 12 * * ? *)"))], 0)
    assert occurrences.due([Named("a", Timing("cron(0 8 * * ? *)"))], NOON) == []
    assert occurrences.next() == DAY + 28800


def test_a_schedule_that_is_gone_is_forgotten() -> None:
    occurrences, hourly = Occurrences[Named](), Named("a", Timing("rate(1 hour)"))
    occurrences.due([hourly], 0)
    assert occurrences.due([], DAY) == []
    assert occurrences.next() is None


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("at(2026-11-25T08:30:00)", "a rule takes rate(value unit) and cron(six fields) only."),
        ("rate(1 minutes)", "a value of 1 needs the unit without s in a rule."),
        ("rate(2 minute)", "a value above 1 needs the unit minutes."),
        ("cron(0 0 * * * *)", "exactly one of them"),
    ],
)
def test_rules_take_less_than_schedules(expression: str, why: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        check_rule(expression)
    assert why in str(refusal.value)
    check_rule("rate(1 minute)")
    check_rule("rate(10 minutes)")
