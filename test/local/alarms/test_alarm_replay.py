"""Replay of one alarm over a recorded series."""

from one_metric import evaluate, replay

from local.alarms import AlarmState


def test_a_new_alarm_starts_without_a_state_of_its_own(make_alarm, start):
    assert replay(make_alarm(), [], start, start + 3600) == []


def test_evaluations_are_at_whole_minutes_from_start_to_end_included(make_alarm, every, start):
    alarm = make_alarm(Period=60, EvaluationPeriods=1)
    values = every(60, [0, 2, 0])
    assert [step.at - start for step in replay(alarm, values, start + 59, start + 180)] == [60, 120, 180]
    assert [step.at - start for step in replay(alarm, values, start + 61, start + 179)] == [120]


def test_replay_sees_at_each_instant_what_an_evaluation_of_all_datapoints_would(make_alarm, every, start):
    values = [0, 2, None, 2, 2, None, None, 0, 2, 2, 2, None, 2, 0, None, None, None, None, None, None, None, 2]
    for treatment in ("missing", "ignore", "breaching", "notBreaching"):
        alarm = make_alarm(Period=60, EvaluationPeriods=3, DatapointsToAlarm=2, TreatMissingData=treatment)
        points = every(60, values)
        states = {step.at: step.state for step in replay(alarm, reversed(points), start, start + 3600)}
        state = AlarmState.INSUFFICIENT_DATA
        for now in range(start, start + 3601, 60):
            expected = evaluate(alarm, points, now, state).state
            assert states.get(now, state) == expected
            state = expected


def test_a_gap_in_a_one_minute_alarm_is_bridged_by_older_data(make_alarm, every, start):
    alarm = make_alarm(Period=60, EvaluationPeriods=2)
    steps = replay(alarm, every(60, [0, 0, 2, None, 2, 0]), start, start + 360)
    assert [(step.at - start, step.state) for step in steps] == [(60, "OK"), (300, "ALARM"), (360, "OK")]
