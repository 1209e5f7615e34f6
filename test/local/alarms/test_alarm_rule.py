"""Rules of composite alarms: CloudWatch API Reference, PutCompositeAlarm (read 2026-11-25)."""

import pytest

from local.alarms import CompositeAlarm, InvalidAlarm
from local.alarms.composite_alarm import children_first

STATES = {
    "CPUUtilizationTooHigh": "ALARM",
    "DiskReadOpsTooHigh": "OK",
    "DeploymentInProgress": "OK",
    "NetworkOutTooHigh": "INSUFFICIENT_DATA",
}
EXAMPLES = "PutCompositeAlarm, AlarmRule, examples"
FUNCTIONS = "PutCompositeAlarm, AlarmRule, functions"
CDK = "what aws-cdk-lib 2.276 writes for AlarmRule.atLeast"
ARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm"
CASES = [
    (EXAMPLES, "ALARM(CPUUtilizationTooHigh) AND ALARM(DiskReadOpsTooHigh)", "OK"),
    (EXAMPLES, "ALARM(CPUUtilizationTooHigh) AND NOT ALARM(DeploymentInProgress)", "ALARM"),
    (EXAMPLES, "(ALARM(CPUUtilizationTooHigh) OR ALARM(DiskReadOpsTooHigh)) AND OK(NetworkOutTooHigh)", "OK"),
    (FUNCTIONS, 'ALARM("CPUUtilizationTooHigh")', "ALARM"),
    (FUNCTIONS, f"ALARM({ARN}:CPUUtilizationTooHigh)", "ALARM"),
    (FUNCTIONS, f'ALARM("{ARN}:CPUUtilizationTooHigh")', "ALARM"),
    (FUNCTIONS, "OK(DiskReadOpsTooHigh)", "ALARM"),
    (FUNCTIONS, "INSUFFICIENT_DATA(NetworkOutTooHigh)", "ALARM"),
    (FUNCTIONS, "TRUE", "ALARM"),
    (FUNCTIONS, "FALSE", "OK"),
    (FUNCTIONS, "NOT TRUE OR TRUE", "ALARM"),
    (FUNCTIONS, "TRUE OR TRUE AND FALSE", "ALARM"),
    (FUNCTIONS, "(TRUE OR TRUE) AND FALSE", "OK"),
    (CDK, f'AT_LEAST(1, ALARM, ("{ARN}:CPUUtilizationTooHigh", "{ARN}:DiskReadOpsTooHigh"))', "ALARM"),
    (CDK, "AT_LEAST(2, ALARM, (CPUUtilizationTooHigh, DiskReadOpsTooHigh))", "OK"),
    (CDK, "AT_LEAST(2, OK, (CPUUtilizationTooHigh, DiskReadOpsTooHigh, DeploymentInProgress))", "ALARM"),
    (CDK, "AT_LEAST(2, NOT OK, (CPUUtilizationTooHigh, DiskReadOpsTooHigh, NetworkOutTooHigh))", "ALARM"),
    (CDK, "AT_LEAST(60%, OK, (CPUUtilizationTooHigh, DiskReadOpsTooHigh, DeploymentInProgress))", "ALARM"),
    (CDK, "AT_LEAST(70%, OK, (CPUUtilizationTooHigh, DiskReadOpsTooHigh, DeploymentInProgress))", "OK"),
]


def composite(rule, name="c", **changes):
    return CompositeAlarm.parse({"AlarmName": name, "AlarmRule": rule, **changes})


@pytest.mark.parametrize(("rule", "state"), [pytest.param(r, s, id=f"{source}: {r}") for source, r, s in CASES])
def test_the_state_follows_the_rule(rule, state):
    assert composite(rule).judge(STATES) == state


def test_names_with_anything_in_them_stand_in_quotes():
    alarm = composite(r'ALARM("a (b), AND \"c\"") OR OK(OK) OR ALARM(5) OR ALARM(TRUE)')
    assert alarm.children == ['a (b), AND "c"', "OK", "5", "TRUE"]


def test_children_and_suppressor_are_known_by_name():
    alarm = composite(
        f"ALARM({ARN}:a) OR AT_LEAST(1, OK, (b, a))",
        ActionsSuppressor=f"{ARN}:s",
        ActionsSuppressorWaitPeriod="60",
        ActionsSuppressorExtensionPeriod=0,
    )
    assert (alarm.children, alarm.needs) == (["a", "b"], ["a", "b", "s"])
    assert (alarm.wait_period, alarm.extension_period) == (60, 0)


UNREADABLE = (
    "; allowed are ALARM, OK and INSUFFICIENT_DATA of an alarm, AT_LEAST, TRUE, FALSE, AND, OR, NOT, in capitals, and "
    "parentheses."
)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("ALARM(a", f"AlarmRule is 'ALARM(a': it cannot be read at its end{UNREADABLE}"),
        ("alarm(a)", f"AlarmRule is 'alarm(a)': it cannot be read at character 1, 'alarm(a)'{UNREADABLE}"),
        (
            "ALARM(a) ALARM(b)",
            f"AlarmRule is 'ALARM(a) ALARM(b)': it cannot be read at character 10, 'ALARM(b)'{UNREADABLE}",
        ),
        ("", "AlarmRule is missing; it is required."),
        ("AT_LEAST(3, OK, (a, b))", "AlarmRule is 'AT_LEAST(3, OK, (a, b))': AT_LEAST asks for 3; allowed are 1 to 2."),
        (
            "AT_LEAST(0%, OK, (a))",
            "AlarmRule is 'AT_LEAST(0%, OK, (a))': AT_LEAST asks for 0 %; allowed are 1 to 100 %.",
        ),
        ("x" * 10241, "AlarmRule has 10241 characters; allowed are up to 10240."),
    ],
)
def test_a_wrong_rule_is_refused(rule, message):
    with pytest.raises(InvalidAlarm) as refused:
        composite(rule)
    assert str(refused.value) == f'Alarm "c": {message}'


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        (" OR ".join(f"OK(a{i})" for i in range(101)), "101 alarms and 101 elements"),
        (" OR ".join(["OK(a)"] * 501), "1 alarms and 501 elements"),
        (f"{'(OK(a) OR ' * 167}({'OK(a) OR ' * 166}OK(a)){')' * 167}", "1 alarms and 502 elements"),
    ],
)
def test_a_rule_that_is_too_long_is_refused(rule, found):
    with pytest.raises(InvalidAlarm, match=rf"it has {found}; allowed are up to 100 and 500"):
        composite(rule)


@pytest.mark.parametrize("rule", [" OR ".join(["OK(a)"] * 500), f"{'(OK(a) AND ' * 200}TRUE{')' * 200}"])
def test_a_rule_of_the_greatest_length_is_judged(rule):
    assert composite(rule).judge({"a": "OK"}) == "ALARM"


def test_a_rule_that_is_nested_too_deeply_is_refused():
    with pytest.raises(InvalidAlarm, match="it is nested too deeply"):
        composite("NOT " * 2000 + "TRUE")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"ActionsSuppressorWaitPeriod": 60},
            "ActionsSuppressorWaitPeriod is given without ActionsSuppressor; it says how long that is waited for.",
        ),
        ({"ActionsSuppressor": "s"}, "ActionsSuppressorWaitPeriod is missing; it is required."),
        (
            {"ActionsSuppressor": "s", "ActionsSuppressorWaitPeriod": 0, "ActionsSuppressorExtensionPeriod": -1},
            "ActionsSuppressorExtensionPeriod is -1; allowed is a whole number of at least 0.",
        ),
    ],
)
def test_a_suppressor_needs_both_periods(changes, message):
    with pytest.raises(InvalidAlarm) as refused:
        composite("TRUE", **changes)
    assert str(refused.value) == f'Alarm "c": {message}'


def test_children_come_first():
    top, middle, bottom = composite("ALARM(m)", "t"), composite("ALARM(b)", "m"), composite("ALARM(x)", "b")
    assert [alarm.name for alarm in children_first([top, middle, bottom])] == ["b", "m", "t"]


def test_a_circle_is_refused():
    with pytest.raises(InvalidAlarm, match=r"its rule leads back to itself \((a -> b -> a|b -> a -> b)\)"):
        children_first([composite("ALARM(b)", "a"), composite("NOT OK(a)", "b")])
    with pytest.raises(InvalidAlarm, match=r"leads back to itself \(a -> a\)"):
        children_first([composite("ALARM(a)", "a")])
