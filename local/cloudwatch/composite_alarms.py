"""The composite alarms of ministack's CloudWatch, judged by `local.alarms`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .. import contract
from ..alarms import composite_reason
from ..alarms.composite_alarm import CompositeAlarm, children_first
from ..alarms.errors import InvalidAlarm
from ..alarms.moments import moment
from ..alarms.suppression import SuppressedBy, Suppression
from ..alarms.terms import AlarmState
from ..clock import Clock
from .actions import AlarmActions
from .messages import state_of
from .state_changes import StateChanges, names_and_states, suppress

_SUPPRESSOR = ("ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")


class CompositeAlarms:
    """Judges every composite alarm. Everything but the constructor runs on the event loop."""

    def __init__(self, clock: Clock, changes: StateChanges, actions: AlarmActions) -> None:
        self._clock = clock
        self._changes = changes
        self._actions = actions
        self._alarms: dict[str, CompositeAlarm] = {}
        self._suppressions: dict[str, Suppression] = {}

    def check(self, request: Mapping[str, Any]) -> CompositeAlarm:
        """Raises AlarmError or UnknownAction where the alarm cannot be judged."""
        alarm = CompositeAlarm.parse(request)
        self._actions.check(request, composite=True)
        missing = [need for need in alarm.needs if need not in names_and_states() and need != alarm.name]
        if missing:
            raise InvalidAlarm(f'Alarm "{alarm.name}" depends on {", ".join(missing)}; there is no such alarm.')
        children_first([*(other for other in self._present() if other.name != alarm.name), alarm])
        return alarm

    def put(self, alarm: CompositeAlarm, request: Mapping[str, Any], *, updated: bool) -> None:
        """Judges an alarm that ministack has stored."""
        self._alarms[alarm.name] = alarm
        record = contract.COMPOSITE_ALARMS.value()[alarm.name]
        for key in _SUPPRESSOR:
            if request.get(key) not in (None, ""):
                record[key] = request[key] if key == "ActionsSuppressor" else int(request[key])
        self._suppressions.pop(alarm.name, None)
        if (suppression := alarm.suppression()) is not None:
            self._suppressions[alarm.name] = suppression
            self._watch_suppressor(alarm, names_and_states())
        state = alarm.judge(names_and_states())
        if state != record["StateValue"]:
            reason = composite_reason.put(record["AlarmArn"], state, updated=updated)
            self._enter(alarm, record, state, reason, alarm.children)
            self.children_changed({alarm.name})

    def children_changed(self, changed: Iterable[str]) -> None:
        """Judges the alarms above those that changed, children first, and whatever a period's end has made due."""
        names = set(changed)
        for alarm in children_first(self._present()):
            self._watch_suppressor(alarm, names_and_states())
            record = contract.COMPOSITE_ALARMS.value()[alarm.name]
            touched = [child for child in alarm.children if child in names]
            if touched and (state := alarm.judge(names_and_states())) != record["StateValue"]:
                child = _record(touched[0])
                reason = composite_reason.child_changed(
                    child["AlarmArn"], child["StateValue"], child["StateUpdatedTimestamp"]
                )
                self._enter(alarm, record, state, reason, touched)
                names.add(alarm.name)
            else:
                self._resume(alarm, record)

    def held_back(self, name: str, state: str) -> SuppressedBy | None:
        """What holds back the actions of an alarm that goes into `state` now."""
        suppression = self._suppressions.get(name)
        return suppression.alarm_changes(state == AlarmState.ALARM, self._clock.now()) if suppression else None

    def _enter(
        self, alarm: CompositeAlarm, record: dict[str, Any], state: str, reason: str, triggering: Iterable[str]
    ) -> None:
        self._changes.enter(record, str(state), reason, _reason_data(triggering), self.held_back(alarm.name, state))

    def _watch_suppressor(self, alarm: CompositeAlarm, states: Mapping[str, str]) -> None:
        if alarm.suppressor and (suppression := self._suppressions.get(alarm.name)):
            suppression.suppressor_changes(states.get(alarm.suppressor) == AlarmState.ALARM, self._clock.now())

    def _resume(self, alarm: CompositeAlarm, record: dict[str, Any]) -> None:
        """Takes the actions that were held back, once nothing holds them any more."""
        suppression = self._suppressions.get(alarm.name)
        if suppression is None:
            return
        if suppression.ends(self._clock.now()):
            self._changes.announce(record, state_of(record), _reason_data(alarm.children))
        else:
            suppress(record, suppression.by(self._clock.now()))

    def _present(self) -> list[CompositeAlarm]:
        return [self._alarms[name] for name in contract.COMPOSITE_ALARMS.value() if name in self._alarms]


def _record(name: str) -> dict[str, Any]:
    found: dict[str, Any] = contract.ALARMS.value().get(name) or contract.COMPOSITE_ALARMS.value()[name]
    return found


def _reason_data(triggering: Iterable[str]) -> dict[str, Any]:
    """StateReasonData of a composite alarm: the alarms it follows, with their states."""
    records = [_record(name) for name in triggering]
    return {
        "triggeringAlarms": [
            {
                "arn": record["AlarmArn"],
                "state": {"value": record["StateValue"], "timestamp": moment(record["StateUpdatedTimestamp"])},
            }
            for record in records
        ]
    }
