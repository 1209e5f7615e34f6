"""The rules of composite alarms, and when alarms take actions. A source is a page title of the CloudWatch User Guide
unless it says otherwise, read on 25 November 2026.
"""

from local.behaviour import Basis, Behaviour

_PUT = "CloudWatch API Reference, PutCompositeAlarm"
_SUPPRESSION = "Suppressing composite alarm actions"
_ACTIONS = "Alarm actions"

RULES_OF_COMPOSITE_ALARMS = (
    Behaviour(
        "rule",
        "ALARM, OK, INSUFFICIENT_DATA of a name or an ARN, in quotes or not, TRUE, FALSE, AND, OR, NOT and "
        "parentheses; up to 100 alarms and 500 elements.",
        Basis.DOCUMENTED,
        _PUT,
    ),
    Behaviour(
        "precedence of rules",
        "NOT before AND before OR.",
        Basis.ASSUMED,
        "AWS does not say; its examples use parentheses",
    ),
    Behaviour(
        "AT_LEAST",
        "AT_LEAST(M, [NOT] state, (alarms)), M a number or a percentage of the alarms, rounded up.",
        Basis.OBSERVED,
        "what aws-cdk-lib 2.276 writes for AlarmRule.atLeast",
    ),
    Behaviour(
        "state",
        "ALARM if the rule holds, else OK; INSUFFICIENT_DATA only until it is judged first, as soon as it is put.",
        Basis.DOCUMENTED,
        _PUT,
    ),
    Behaviour("when", "Judged when an alarm of its rule changes its state.", Basis.DOCUMENTED, "SetAlarmState"),
    Behaviour(
        "at the same time",
        "Changes of one evaluation are seen together, so that a rule over two alarms does not see one of them only.",
        Basis.ASSUMED,
        "on AWS each alarm has a moment of its own",
    ),
    Behaviour(
        "circles",
        "A rule that leads back to its own alarm is refused.",
        Basis.ASSUMED,
        f"{_PUT}: AWS takes it, and stops judging the alarms of the circle",
    ),
    Behaviour(
        "suppressor",
        "No action is taken while the suppressor is in ALARM, in the wait period that begins when the alarm goes into "
        "ALARM, and in the extension period that begins when the suppressor leaves ALARM; then actions are taken.",
        Basis.DOCUMENTED,
        f"{_SUPPRESSION}; {_PUT}",
    ),
    Behaviour(
        "after a suppression",
        "The actions of the state that the alarm is in by then are taken, once.",
        Basis.ASSUMED,
        f"{_PUT} says that the alarm performs its actions, not of which state if it changed meanwhile",
    ),
    Behaviour(
        "nothing held back",
        "At the end of a suppression no action is taken if the alarm did not change its state in it.",
        Basis.ASSUMED,
        f"{_SUPPRESSION} tells of alarms that did",
    ),
    Behaviour(
        "wait period",
        "Begins with a change into ALARM only, not into OK.",
        Basis.ASSUMED,
        f"{_SUPPRESSION} tells of changes into ALARM",
    ),
    Behaviour(
        "actions",
        "Taken when the state changes, of the new state, unless ActionsEnabled is false.",
        Basis.DOCUMENTED,
        _ACTIONS,
    ),
    Behaviour(
        "Auto Scaling actions",
        "Taken again once a minute for as long as the alarm stays in the state. A composite alarm cannot have them.",
        Basis.DOCUMENTED,
        f"Using Amazon CloudWatch alarms; {_ACTIONS}",
    ),
)
