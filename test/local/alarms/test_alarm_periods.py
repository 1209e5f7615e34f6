"""When an alarm is evaluated, and what it reads: CloudWatch User Guide, "Alarm evaluation" (read 2026-11-23).

Cases marked "observed" are public records of real alarms.
"""

from datetime import UTC, datetime

import pytest
from one_metric import evaluate, replay

from local.alarms import Datapoint

OK, ALARM = "OK", "ALARM"


def at(clock: str) -> int:
    return int(datetime.fromisoformat(f"2026-11-23T{clock}+00:00").astimezone(UTC).timestamp())


@pytest.mark.parametrize(
    ("period", "evaluation_periods", "seconds"),
    [
        (10, 1, 10),
        (20, 6, 10),
        (30, 3, 10),
        (60, 5, 60),
        (300, 3, 60),
        (86400, 1, 60),
        (86400, 2, 3600),
        (7200, 13, 3600),
    ],
)
def test_the_evaluation_interval_follows_period_and_window(make_alarm, period, evaluation_periods, seconds):
    assert make_alarm(Period=period, EvaluationPeriods=evaluation_periods).evaluation_interval == seconds


def test_five_minute_periods_slide_by_the_minute(make_alarm, start):
    alarm = make_alarm(EvaluationPeriods=1, Statistic="SampleCount")
    one_each_minute = [Datapoint(start + minute * 60, 1, count=10**minute) for minute in range(7)]

    def read(now):
        return evaluate(alarm, one_each_minute, now, OK).reason.split("[")[1].split(" ")[0]

    assert read(start + 5 * 60) == "11111.0"
    assert read(start + 6 * 60) == "111110.0"
    assert read(start + 6 * 60 + 59.9) == "111110.0"


@pytest.mark.parametrize(
    ("period", "seconds", "inside"),
    [(60, -0.001, True), (60, 0, False), (60, -60, True), (60, -60.001, False), (10, -10, True), (10, -10.001, False)],
)
def test_a_period_holds_its_start_and_not_its_end(make_alarm, start, period, seconds, inside):
    alarm = make_alarm(Period=period, EvaluationPeriods=1, Statistic="Sum", Threshold=10)
    known_good = [Datapoint(start - period, 1)]
    verdict = evaluate(alarm, [*known_good, Datapoint(start + seconds, 100)], start, OK)
    assert verdict.state == (ALARM if inside else OK)


def test_a_high_resolution_alarm_sees_a_breach_at_the_end_of_its_ten_seconds(make_alarm, start):
    alarm = make_alarm(Period=10, EvaluationPeriods=1)
    steps = replay(alarm, [Datapoint(start, 0), Datapoint(start + 10, 2)], start, start + 30)
    assert [(step.at - start, step.state) for step in steps] == [(10, OK), (20, ALARM)]


def test_a_multi_day_alarm_counts_only_data_up_to_the_full_hour(make_alarm):
    """The job of the documentation: it fails at 10:02, is seen at 11:03, succeeds at 11:43, is seen at 12:03."""
    alarm = make_alarm(
        Period=86400,
        EvaluationPeriods=3,
        DatapointsToAlarm=1,
        Statistic="Minimum",
        ComparisonOperator="LessThanThreshold",
    )
    failed = Datapoint(at("10:02:00"), 0)
    before = [Datapoint(at("10:00:00") - day * 86400 - 1, 1) for day in range(3)]
    assert evaluate(alarm, [*before, failed], at("10:03:00"), OK).state == OK
    assert evaluate(alarm, [*before, failed], at("11:03:00"), OK).state == ALARM


@pytest.mark.parametrize(
    ("period", "evaluation_periods", "periods_read"),
    [(300, 3, 5), (60, 1, 8), (60, 5, 12), (120, 1, 5), (900, 1, 3), (1800, 3, 5), (10, 3, 5)],
)
def test_the_evaluation_range_is_longer_than_the_evaluation_periods(
    make_alarm, start, period, evaluation_periods, periods_read
):
    alarm = make_alarm(Period=period, EvaluationPeriods=evaluation_periods)
    assert alarm.evaluation_range(start) == (start - periods_read * period, start)


def recovery(alarm, last_breach, until):
    breach = Datapoint(last_breach, 2)
    steps = [step for step in replay(alarm, [breach], last_breach, until) if step.state == OK]
    return steps[-1].at if steps else None


def test_observed_one_breach_of_a_15_minute_alarm_recovers_after_46_minutes(make_alarm):
    """A breach at 19:50:31, back to OK in the evaluation of 20:36."""
    alarm = make_alarm(Period=900, EvaluationPeriods=1, TreatMissingData="notBreaching")
    assert recovery(alarm, at("19:50:00"), at("21:00:00")) == at("20:36:00")


def test_observed_one_breach_of_a_one_minute_alarm_recovers_after_nine_minutes(make_alarm):
    """The last breach in the minute of 20:48, back to OK in the evaluation of 20:57."""
    alarm = make_alarm(Period=60, EvaluationPeriods=1, TreatMissingData="notBreaching")
    assert recovery(alarm, at("20:48:00"), at("21:30:00")) == at("20:57:00")


def test_observed_three_breaches_with_gaps_between_them_fire_a_three_of_three_alarm(make_alarm):
    """Half-hour periods: evaluated at 04:53 by the data points of 04:23, 02:53 and 02:23."""
    alarm = make_alarm(Period=1800, ComparisonOperator="GreaterThanOrEqualToThreshold")
    breaches = [Datapoint(at(clock), 1) for clock in ("02:30:00", "03:00:00", "04:30:00")]
    verdict = evaluate(alarm, breaches, at("04:53:30"), OK)
    assert verdict.state == ALARM
    assert "(23/11/26 04:23:00), 1.0 (23/11/26 02:53:00), 1.0 (23/11/26 02:23:00)" in verdict.reason


def test_observed_two_bad_minutes_are_one_or_two_datapoints_as_the_window_slides(make_alarm):
    """Twelve periods of five minutes; bad are 10:07 and 10:08. Seen at 11:02 as one data point, at 11:03 as two."""
    alarm = make_alarm(EvaluationPeriods=12, DatapointsToAlarm=2, ComparisonOperator="GreaterThanOrEqualToThreshold")
    bad = {at("10:07:00"), at("10:08:00")}
    datapoints = [Datapoint(minute, minute in bad) for minute in range(at("09:00:00"), at("11:10:00"), 60)]
    assert evaluate(alarm, datapoints, at("11:02:00"), OK).state == OK
    assert evaluate(alarm, datapoints, at("11:03:00"), OK).state == ALARM
