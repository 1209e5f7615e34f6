"""The tables of the CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data" (read 2026-11-23)."""

import pytest
from one_metric import evaluate

from local.alarms import AlarmState

OK, ALARM, UNKNOWN, KEPT = "OK", "ALARM", "INSUFFICIENT_DATA", None
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")

THREE_OF_THREE = "table 1: EvaluationPeriods 3, DatapointsToAlarm 3, period 5 minutes, evaluation range 5"
TWO_OF_THREE = "table 2: EvaluationPeriods 3, DatapointsToAlarm 2, period 5 minutes, evaluation range 5"
EDITION_2019 = "the edition of 2019 (awsdocs/amazon-cloudwatch-user-guide, doc_source/AlarmThatSendsEmail.md)"
PREMATURE = "section 'Avoiding premature transitions to alarm state'"

TABLE = [
    # source, M, data points, then the state under missing, ignore, breaching, notBreaching
    (THREE_OF_THREE, 3, "0 - X - X", (OK, OK, OK, OK)),
    (THREE_OF_THREE, 3, "0 - - - -", (OK, OK, OK, OK)),
    (THREE_OF_THREE, 3, "- - - - -", (UNKNOWN, KEPT, ALARM, OK)),
    (THREE_OF_THREE, 3, "0 X X - X", (ALARM, ALARM, ALARM, ALARM)),
    (THREE_OF_THREE, 3, "- - X - -", (ALARM, KEPT, ALARM, OK)),
    (TWO_OF_THREE, 2, "0 - X - X", (ALARM, ALARM, ALARM, ALARM)),
    (TWO_OF_THREE, 2, "0 0 X 0 X", (ALARM, ALARM, ALARM, ALARM)),
    (TWO_OF_THREE, 2, "0 - X - -", (OK, OK, ALARM, OK)),
    (TWO_OF_THREE, 2, "- - - - 0", (OK, OK, ALARM, OK)),
    (TWO_OF_THREE, 2, "- - - X -", (ALARM, KEPT, ALARM, OK)),
    (EDITION_2019, 3, "- - - - X", (UNKNOWN, KEPT, ALARM, OK)),
    (EDITION_2019, 3, "X - - - -", (ALARM, KEPT, ALARM, OK)),
    (EDITION_2019, 2, "- - - - X", (UNKNOWN, KEPT, ALARM, OK)),
    (PREMATURE, 3, "- - - X -", (UNKNOWN, KEPT, ALARM, OK)),
    (PREMATURE, 3, "- - - X 0", (OK, OK, OK, OK)),
    (PREMATURE, 3, "- - X - 0", (OK, OK, OK, OK)),
]
CASES = [
    pytest.param(m, pattern, treatment, state, id=f"{source.split(':')[0]}, {m} of 3, [{pattern}] {treatment}")
    for source, m, pattern, states in TABLE
    for treatment, state in zip(TREATMENTS, states, strict=True)
]


@pytest.mark.parametrize("previous", AlarmState)
@pytest.mark.parametrize(("m", "pattern", "treatment", "state"), CASES)
def test_the_state_is_the_one_in_aws_tables(make_alarm, drawn, start, m, pattern, treatment, state, previous):
    alarm = make_alarm(DatapointsToAlarm=m, TreatMissingData=treatment)
    verdict = evaluate(alarm, drawn(pattern, end=start), start, previous)
    assert verdict.state == (previous if state is KEPT else state)


def test_a_lone_good_datapoint_holds_off_the_alarm_until_it_leaves_the_evaluation_range(make_alarm, drawn, start):
    alarm = make_alarm(TreatMissingData="breaching")
    datapoints = drawn("0 - - - -", end=start)
    assert evaluate(alarm, datapoints, start, OK).state == OK
    assert evaluate(alarm, datapoints, start + 300, OK).state == ALARM


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_enough_breaching_datapoints_fire_under_every_treatment_of_the_missing_ones(
    make_alarm, drawn, start, treatment
):
    alarm = make_alarm(DatapointsToAlarm=2, TreatMissingData=treatment)
    assert evaluate(alarm, drawn("- - X X -", end=start), start, OK).state == ALARM


def test_missing_is_the_default(make_alarm, drawn, start):
    assert evaluate(make_alarm(), [], start, OK).state == UNKNOWN


@pytest.mark.parametrize(("given", "state"), [({}, ALARM), ({"TreatMissingData": "missing"}, UNKNOWN)])
def test_dynamodb_alarms_ignore_missing_data_unless_told_otherwise(make_alarm, start, given, state):
    alarm = make_alarm(Namespace="AWS/DynamoDB", **given)
    assert evaluate(alarm, [], start, ALARM).state == state


def test_a_datapoint_that_arrives_late_counts_from_the_next_evaluation_on(make_alarm, drawn, start):
    alarm = make_alarm(EvaluationPeriods=2, TreatMissingData="notBreaching")
    on_time = drawn("X -", end=start)
    late = drawn("- X", end=start)
    assert evaluate(alarm, on_time, start, OK).state == OK
    assert evaluate(alarm, [*on_time, *late], start + 60, OK).state == ALARM


def test_the_order_in_which_datapoints_are_given_does_not_matter(make_alarm, drawn, start):
    datapoints = drawn("0 X X X X", end=start)
    assert evaluate(make_alarm(), reversed(datapoints), start, OK) == evaluate(make_alarm(), datapoints, start, OK)


def test_the_reasons_have_the_form_of_cloudwatchs_own(make_alarm, drawn, start):
    def reason(pattern, **properties):
        return evaluate(make_alarm(**properties), drawn(pattern, end=start), start, OK).reason

    assert reason("0 X X X X") == (
        "Threshold Crossed: 3 out of the last 3 datapoints [2.0 (23/11/26 09:55:00), 2.0 (23/11/26 09:50:00), "
        "2.0 (23/11/26 09:45:00)] were greater than the threshold (1.0) "
        "(minimum 3 datapoints for OK -> ALARM transition)."
    )
    assert reason("0 X X 0 X") == (
        "Threshold Crossed: 1 out of the last 3 datapoints [0.0 (23/11/26 09:50:00)] was not greater than "
        "the threshold (1.0) (minimum 1 datapoint for ALARM -> OK transition)."
    )
    assert reason("- - - - -") == "Insufficient Data: 3 datapoints were unknown."
    assert reason("- - - - -", TreatMissingData="breaching") == (
        "Threshold Crossed: no datapoints were received for 3 periods "
        "and 3 missing datapoints were treated as [Breaching]."
    )
    assert reason("- - X - X", TreatMissingData="notBreaching") == (
        "Threshold Crossed: 2 datapoints [2.0 (23/11/26 09:55:00), 2.0 (23/11/26 09:45:00)] were received "
        "for 3 periods and 1 missing datapoint was treated as [NonBreaching]."
    )
    assert reason("- - X - -") == (
        "Threshold Crossed: 1 datapoint [2.0 (23/11/26 09:45:00)] was greater than the threshold (1.0); "
        "the oldest is 3 periods old (at least 3) and only breaching or missing ones followed."
    )
    assert reason("- - - - X", TreatMissingData="ignore") == "Unchanged: 2 missing datapoints were ignored."
