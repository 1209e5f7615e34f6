"""Who takes the actions of alarms. An action is an ARN; each kind of ARN has one taker, found by its prefix."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import history

_ACTIONS_OF = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}
_log = logging.getLogger("local.cloudwatch.actions")


@dataclass(frozen=True)
class StateChange:
    """An alarm that went from one state into another, or that still is in a state whose actions are taken again."""

    alarm: Mapping[str, Any]
    """As DescribeAlarms returns it, with the new state. Of a composite alarm it has AlarmRule."""
    old_state: str
    state: str
    reason: str
    at: float
    """When the state changed, in simulated seconds since 1970."""
    reason_data: Mapping[str, Any] = field(default_factory=dict)
    """What CloudWatch writes in StateReasonData. `recentDatapoints` are the values judged, newest last."""
    previous: Mapping[str, Any] = field(default_factory=dict)
    """The state before, as events describe it."""


Act = Callable[[str, StateChange], None]
"""(action ARN, what happened). Called on the event loop: whatever takes time goes to a thread or a task.

An exception means that the action failed; it is logged, and stands in the alarm's history.
"""


@dataclass(frozen=True)
class _Taker:
    act: Act
    every_minute: bool


class UnknownAction(ValueError):
    """An alarm has an action that nobody in the local cloud takes."""


class AlarmActions:
    """The takers of actions. Everything but the constructor and `register` runs on the event loop."""

    def __init__(self) -> None:
        self._takers: dict[str, _Taker] = {}

    def register(self, prefix: str, act: Act, *, every_minute: bool = False) -> None:
        """Lets `act` take every action whose ARN begins with `prefix`, such as `arn:aws:autoscaling:`.

        It is taken when the alarm goes into the action's state, if the alarm's ActionsEnabled is not false. With
        `every_minute` it is taken again once a minute for as long as the alarm stays in that state: CloudWatch does so
        for Auto Scaling ("Using Amazon CloudWatch alarms", read on 25 November 2026) and for nothing else.
        """
        if prefix in self._takers:
            raise ValueError(f"AlarmActions: actions on {prefix} are taken already; each prefix has one taker.")
        self._takers[prefix] = _Taker(act, every_minute)

    def check(self, alarm: Mapping[str, Any], *, composite: bool = False) -> None:
        """Raises UnknownAction where `alarm`, a request, has an action that nobody takes.

        A composite alarm cannot have those that are taken every minute ("Alarm actions").
        """
        allowed = [prefix for prefix, taker in self._takers.items() if not (composite and taker.every_minute)]
        kind = "a composite alarm" if composite else "an alarm"
        for key in _ACTIONS_OF.values():
            for arn in alarm.get(key) or []:
                if not str(arn).startswith(tuple(allowed)):
                    raise UnknownAction(
                        f'Alarm "{alarm.get("AlarmName", "unnamed")}": {key} has {arn}, which nothing in the local '
                        f"cloud takes of {kind}. Taken are ARNs that begin with {', '.join(sorted(allowed))}."
                    )

    def take(self, change: StateChange) -> None:
        """Takes the actions of the state that the alarm has gone into."""
        for arn in self._of(change):
            self._take(arn, change, self._taker(arn))

    def repeat(self, change: StateChange) -> None:
        """Takes those actions again that are taken every minute. The caller counts the minutes."""
        for arn in self._of(change):
            taker = self._taker(arn)
            if taker and taker.every_minute:
                self._take(arn, change, taker)

    def _of(self, change: StateChange) -> list[str]:
        enabled = change.alarm.get("ActionsEnabled", True)
        return list(change.alarm.get(_ACTIONS_OF[change.state]) or []) if enabled else []

    def _taker(self, arn: str) -> _Taker | None:
        return next((taker for prefix, taker in self._takers.items() if arn.startswith(prefix)), None)

    def _take(self, arn: str, change: StateChange, taker: _Taker | None) -> None:
        failure = None
        try:
            if taker is None:
                raise UnknownAction(f"nothing in the local cloud takes {arn}")
            taker.act(arn, change)
        except Exception as error:
            failure = str(error) or type(error).__name__
            _log.exception("alarm %s: the action %s failed", change.alarm.get("AlarmName"), arn)
        history.record_action(change.alarm, change.at, arn, failure)
