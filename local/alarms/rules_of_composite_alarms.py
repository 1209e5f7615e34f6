"""The rules of composite alarms, and when alarms take actions. A source is a page title of the CloudWatch User Guide
unless it says otherwise, read on 25 November 2026.
"""

from local.behaviour import assumed, documented, observed

_PUT = "CloudWatch API Reference, PutCompositeAlarm"
_SUPPRESSION = "Suppressing composite alarm actions"
_ACTIONS = "Alarm actions"

RULES_OF_COMPOSITE_ALARMS = (
    documented(
        "rule",
        "ALARM, OK, INSUFFICIENT_DATA of a name or an ARN, in quotes or not, TRUE, FALSE, AND, OR, NOT and "
        "parentheses; up to 100 alarms and 500 elements.",
        _PUT,
    ),
    assumed(
        "precedence of rules",
        "NOT before AND before OR.",
        "AWS does not say; its examples use parentheses",
    ),
    observed(
        "AT_LEAST",
        "AT_LEAST(M, [NOT] state, (alarms)), M a number or a percentage of the alarms, rounded up.",
        "what aws-cdk-lib 2.276 writes for AlarmRule.atLeast",
    ),
    documented(
        "state",
        "ALARM if the rule holds, else OK; INSUFFICIENT_DATA only until it is judged first, as soon as it is put.",
        _PUT,
    ),
    documented("when", "Judged when an alarm of its rule changes its state.", "SetAlarmState"),
    assumed(
        "at the same time",
        "Changes of one evaluation are seen together, so that a rule over two alarms does not see one of them only.",
        "on AWS each alarm has a moment of its own",
    ),
    assumed(
        "circles",
        "A rule that leads back to its own alarm is refused.",
        f"{_PUT}: AWS takes it, and stops judging the alarms of the circle",
    ),
    documented(
        "suppressor",
        "No action is taken while the suppressor is in ALARM, in the wait period that begins when the alarm goes into "
        "ALARM, and in the extension period that begins when the suppressor leaves ALARM; then actions are taken.",
        f"{_SUPPRESSION}; {_PUT}",
    ),
    assumed(
        "after a suppression",
        "The actions of the state that the alarm is in by then are taken, once.",
        f"{_PUT} says that the alarm performs its actions, not of which state if it changed meanwhile",
    ),
    assumed(
        "nothing held back",
        "At the end of a suppression no action is taken if the alarm did not change its state in it.",
        f"{_SUPPRESSION} tells of alarms that did",
    ),
    assumed(
        "wait period",
        "Begins with a change into ALARM only, not into OK.",
        f"{_SUPPRESSION} tells of changes into ALARM",
    ),
    documented(
        "actions",
        "Taken when the state changes, of the new state, unless ActionsEnabled is false.",
        _ACTIONS,
    ),
    documented(
        "Auto Scaling actions",
        "Taken again once a minute for as long as the alarm stays in the state. A composite alarm cannot have them.",
        f"Using Amazon CloudWatch alarms; {_ACTIONS}",
    ),
)
