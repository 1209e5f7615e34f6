"""Takes the judging of alarms over from ministack, and keeps it going."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

from .. import contract
from ..alarms.errors import AlarmError, InvalidAlarm
from ..alarms.terms import AlarmState
from ..clock import Clock
from ..events import EventBus
from .actions import AlarmActions, UnknownAction
from .composite_alarms import CompositeAlarms
from .messages import state_of
from .metric_alarms import MetricAlarms
from .records import PLACEHOLDER
from .requests import requested
from .state_changes import StateChanges
from .takers import register_takers

_log = logging.getLogger("local.cloudwatch")
_SECONDS_BETWEEN_TURNS = 10.0  # simulated; CloudWatch's shortest evaluation interval


class _CloudWatchTime:
    """Stands in for the module `time` in CloudWatch, which takes nothing else from it."""

    def __init__(self, clock: Clock) -> None:
        self.time = clock.now


class AlarmService:
    """All alarms of the local cloud. Everything but the constructor runs on the event loop."""

    def __init__(self, clock: Clock, bus: EventBus, actions: AlarmActions) -> None:
        self._clock = clock
        self._changes = StateChanges(clock, bus, actions)
        self._metric = MetricAlarms(clock, self._changes, actions)
        self._composite = CompositeAlarms(clock, self._changes, actions)
        self._before_by_hand: dict[str, Any] = {}
        register_takers(actions)

    def take_over(self) -> None:
        """Replaces what ministack does with alarms, and refuses one that cannot be judged before it is stored."""
        contract.CLOUDWATCH_TIME.replace(_CloudWatchTime(self._clock))
        contract.PUT_METRIC_ALARM.replace(self._put_metric_alarm(contract.PUT_METRIC_ALARM.value()))
        contract.ALARM_RECORD.replace(self._alarm_record(contract.ALARM_RECORD.value()))
        contract.PUT_COMPOSITE_ALARM.replace(self._put_composite_alarm(contract.PUT_COMPOSITE_ALARM.value()))
        contract.SET_ALARM_STATE.replace(self._set_alarm_state(contract.SET_ALARM_STATE.value()))
        contract.DISPATCH_ALARM_ACTIONS.replace(self._on_state_set_by_hand)
        contract.EVALUATE_PARENT_ALARMS.replace(lambda child, seen=(): self._above({child["AlarmName"]}))
        contract.TRANSITION_COMPOSITE.replace(lambda alarm, new_state, reason, triggers, seen=(): None)
        contract.EVALUATE_ALARM.replace(self._on_put)
        contract.EVALUATE_ALL_ALARMS.replace(lambda: self._above(self._metric.on_arrival()))

    async def keep_judging(self) -> None:
        """Judges every alarm once in each of its evaluation intervals, until cancelled."""
        while True:
            await asyncio.sleep(self._clock.real_seconds(_SECONDS_BETWEEN_TURNS))
            try:
                self.turn()
            except Exception:  # the next turn may do; without it no alarm would ever be judged again
                _log.exception("the alarms could not be judged")

    def turn(self) -> None:
        """Judges the alarms whose evaluation interval has begun anew, then those above them."""
        self._above(self._metric.on_turn())

    def _above(self, changed: set[str]) -> None:
        self._composite.children_changed(changed)

    def _put_metric_alarm(self, native: Any) -> Any:
        def put_metric_alarm(params: Any, cbor_data: Any, is_cbor: bool, is_json: bool = False) -> Any:
            try:
                self._metric.accept(requested(params, cbor_data, structured=is_cbor or is_json))
            except (AlarmError, UnknownAction) as refusal:
                return _refusal(refusal, is_cbor, is_json)
            return native(params, cbor_data, is_cbor, is_json)

        return put_metric_alarm

    def _alarm_record(self, native: Any) -> Any:
        def alarm_record(name: str, props: Mapping[str, Any]) -> Any:
            self._metric.accept({**props, "AlarmName": name})
            one_metric = {key: value for key, value in props.items() if key != "Metrics"}
            return native(name, {**PLACEHOLDER, **one_metric} if props.get("Metrics") else props)

        return alarm_record

    def _on_put(self, record: dict[str, Any]) -> None:
        self._metric.complete(record)
        if self._metric.judge(record):
            self._above({record["AlarmName"]})

    def _put_composite_alarm(self, native: Any) -> Any:
        def put_composite_alarm(params: Any, cbor_data: Any, is_cbor: bool, is_json: bool = False) -> Any:
            request = requested(params, cbor_data, structured=is_cbor or is_json)
            try:
                alarm = self._composite.check(request)
            except (AlarmError, UnknownAction) as refusal:
                return _refusal(refusal, is_cbor, is_json)
            updated = alarm.name in contract.COMPOSITE_ALARMS.value()
            answer = native(params, cbor_data, is_cbor, is_json)
            if answer[0] == 200:
                self._composite.put(alarm, request, updated=updated)
            return answer

        return put_composite_alarm

    def _set_alarm_state(self, native: Any) -> Any:
        def set_alarm_state(params: Any, cbor_data: Any, is_cbor: bool, is_json: bool = False) -> Any:
            request = requested(params, cbor_data, structured=is_cbor or is_json)
            if (refusal := _cannot_be_set(request)) is not None:
                return _refusal(refusal, is_cbor, is_json)
            name = str(request.get("AlarmName"))
            if name in contract.ALARMS.value():
                self._metric.set_by_hand(name)
            record = contract.ALARMS.value().get(name) or contract.COMPOSITE_ALARMS.value().get(name) or {}
            self._before_by_hand = state_of(record) if record else {}
            record.pop("StateReasonData", None)
            return native(params, cbor_data, is_cbor, is_json)

        return set_alarm_state

    def _on_state_set_by_hand(self, alarm: Any, old_state: str, new_state: str, reason: str) -> None:
        data = json.loads(alarm.get("StateReasonData") or "{}")
        if "AlarmRule" in alarm:
            held_back = self._composite.held_back(alarm["AlarmName"], new_state)
            self._changes.announce(alarm, self._before_by_hand, data, held_back)
        else:
            self._changes.announce(alarm, self._before_by_hand, data)
            self._metric.acted(alarm["AlarmName"])


def _cannot_be_set(request: Mapping[str, Any]) -> InvalidAlarm | None:
    """What is wrong with a request of SetAlarmState."""
    if request.get("StateValue") not in tuple(AlarmState):
        return InvalidAlarm(f"StateValue is {request.get('StateValue')!r}; allowed is one of {', '.join(AlarmState)}.")
    try:
        data = json.loads(request.get("StateReasonData") or "{}")
    except ValueError:
        data = None
    if not isinstance(data, dict):
        return InvalidAlarm(f"StateReasonData is {request['StateReasonData']!r}; allowed is a JSON object.")
    return None


def _refusal(refusal: Exception, is_cbor: bool, is_json: bool) -> Any:
    error = contract.CLOUDWATCH_ERROR.value()
    return error("ValidationError", str(refusal), 400, use_json=is_json, use_cbor=is_cbor)
