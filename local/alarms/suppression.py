"""When a composite alarm holds its actions back because of its suppressor alarm.

"Suppressing composite alarm actions" in the CloudWatch User Guide (read on 25 November 2026): a wait period begins when
the alarm goes into ALARM, so that its suppressor has time to follow; an extension period begins when the suppressor
leaves ALARM, so that the alarm has time to follow. No action is taken meanwhile, nor while the suppressor is in ALARM;
then actions are taken. That they are those of the state the alarm is in by then is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class SuppressedBy(StrEnum):
    """Values of ActionsSuppressedBy."""

    ALARM = "Alarm"
    WAIT_PERIOD = "WaitPeriod"
    EXTENSION_PERIOD = "ExtensionPeriod"

    @property
    def reason(self) -> str:
        """ActionsSuppressedReason."""
        return f"Actions suppressed by {self}"


@dataclass
class Suppression:
    """The suppression of one composite alarm. All times are in seconds and may only grow from call to call."""

    wait: float
    """ActionsSuppressorWaitPeriod, in seconds."""
    extension: float
    """ActionsSuppressorExtensionPeriod, in seconds."""
    suppressor_in_alarm: bool = False
    _wait_until: float = field(default=0.0, init=False)
    _extended_until: float = field(default=0.0, init=False)
    _owes_actions: bool = field(default=False, init=False)

    def by(self, now: float) -> SuppressedBy | None:
        """What holds actions back at `now`."""
        if self.suppressor_in_alarm:
            return SuppressedBy.ALARM
        if now < self._extended_until:
            return SuppressedBy.EXTENSION_PERIOD
        return SuppressedBy.WAIT_PERIOD if now < self._wait_until else None

    def suppressor_changes(self, in_alarm: bool, now: float) -> None:
        """The suppressor went into ALARM, or out of it."""
        if self.suppressor_in_alarm and not in_alarm:
            self._extended_until = now + self.extension
        self.suppressor_in_alarm = in_alarm

    def alarm_changes(self, into_alarm: bool, now: float) -> SuppressedBy | None:
        """The composite alarm changed its state. Gives what holds its actions back; None: they are taken now."""
        if into_alarm and self.by(now) is None:
            self._wait_until = now + self.wait
        suppressed = self.by(now)
        self._owes_actions = suppressed is not None
        return suppressed

    def ends(self, now: float) -> bool:
        """Whether actions were held back and are to be taken now; says so once."""
        due = self._owes_actions and self.by(now) is None
        if due:
            self._owes_actions = False
        return due

    def looks_again_at(self, now: float) -> float | None:
        """The next moment after `now` at which a period of its own ends."""
        return min((until for until in (self._wait_until, self._extended_until) if until > now), default=None)
