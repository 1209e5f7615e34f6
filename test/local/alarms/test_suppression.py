"""CloudWatch User Guide, "Suppressing composite alarm actions" (read 2026-11-25).

The page has a wait period from t2 to t8 and an extension period from t4 to t9; the cases are these two and what follows
when the alarm or its suppressor changes in them. Which actions are taken after a change meanwhile is assumed.
"""

import pytest

from local.alarms import CompositeAlarm, Suppression
from local.alarms.composite_replay import CompositeReplay
from local.alarms.replay import Transition

WAIT, EXTENSION = 6, 5
"""Wait periods end at t8 if they begin at t2, extension periods at t9 if they begin at t4."""
CASES = [
    # what happens, changes of the alarm, changes of its suppressor, and when actions of which state are taken
    ("no suppressor in sight: actions after the wait period", {2: "ALARM"}, {}, [(8, "ALARM")]),
    ("the suppressor follows within the wait period: no actions", {2: "ALARM"}, {4: "ALARM"}, []),
    ("back to OK within the wait period: actions of OK at its end", {2: "ALARM", 5: "OK"}, {}, [(8, "OK")]),
    ("the suppressor is in ALARM already: no actions", {2: "ALARM", 5: "OK"}, {1: "ALARM"}, []),
    (
        "the suppressor goes: an extension period, then actions of the state by then",
        {2: "ALARM"},
        {1: "ALARM", 4: "OK"},
        [(9, "ALARM")],
    ),
    (
        "back to OK within the extension period: actions of OK at its end",
        {2: "ALARM", 6: "OK"},
        {1: "ALARM", 4: "OK"},
        [(9, "OK")],
    ),
    (
        "the suppressor comes back within the extension period",
        {2: "ALARM"},
        {1: "ALARM", 4: "OK", 7: "ALARM", 9: "OK"},
        [(14, "ALARM")],
    ),
    ("back to OK when nothing suppresses: at once", {2: "ALARM", 10: "OK"}, {}, [(8, "ALARM"), (10, "OK")]),
    ("nothing changed while it was suppressed: no actions", {}, {4: "ALARM", 6: "OK"}, []),
    ("a suppressor that was in ALARM and went long ago", {20: "ALARM"}, {1: "ALARM", 4: "OK"}, [(26, "ALARM")]),
]


@pytest.mark.parametrize(("alarm", "suppressor", "taken"), [pytest.param(a, s, t, id=what) for what, a, s, t in CASES])
def test_actions_are_taken_when_nothing_holds_them_back(alarm, suppressor, taken):
    suppression = Suppression(WAIT, EXTENSION)
    state, found = "OK", []
    for now in range(40):
        if now in suppressor:
            suppression.suppressor_changes(suppressor[now] == "ALARM", now)
        if now in alarm:
            state = alarm[now]
            if suppression.alarm_changes(state == "ALARM", now) is None:
                found.append((now, state))
        elif suppression.ends(now):
            found.append((now, state))
    assert found == taken


def test_what_suppresses_is_named():
    suppression = Suppression(WAIT, EXTENSION)
    assert suppression.by(0) is None
    assert suppression.alarm_changes(True, 2).reason == "Actions suppressed by WaitPeriod"
    suppression.suppressor_changes(True, 4)
    assert suppression.by(4) == "Alarm"
    suppression.suppressor_changes(False, 9)
    assert (suppression.by(9), suppression.looks_again_at(9)) == ("ExtensionPeriod", 14)
    assert (suppression.by(14), suppression.looks_again_at(14)) == (None, None)


def test_periods_of_no_length_hold_nothing_back():
    suppression = Suppression(0, 0)
    assert suppression.alarm_changes(True, 1) is None
    suppression.suppressor_changes(True, 2)
    suppression.suppressor_changes(False, 3)
    assert suppression.by(3) is None


def test_a_replay_tells_what_was_held_back_and_when_it_was_taken():
    alarm = CompositeAlarm.parse(
        {
            "AlarmName": "c",
            "AlarmRule": "ALARM(a)",
            "ActionsSuppressor": "s",
            "ActionsSuppressorWaitPeriod": 90,
            "ActionsSuppressorExtensionPeriod": 30,
        }
    )
    below = {"a": [Transition(0, "INSUFFICIENT_DATA", "OK", ""), Transition(60, "OK", "ALARM", "")], "s": []}
    steps = CompositeReplay([alarm], below, 0, 600).run()["c"]
    assert [(step.at, step.old_state, step.state, step.reason) for step in steps] == [
        (0, "INSUFFICIENT_DATA", "OK", "a transitioned to OK at Thursday 01 January, 1970 00:00:00 UTC."),
        (
            60,
            "OK",
            "ALARM",
            "a transitioned to ALARM at Thursday 01 January, 1970 00:01:00 UTC. Actions suppressed by WaitPeriod.",
        ),
        (150, "ALARM", "ALARM", "Actions are no longer suppressed, and are taken."),
    ]
