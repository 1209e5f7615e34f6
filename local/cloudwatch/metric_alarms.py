"""The alarms of ministack's CloudWatch, judged by `local.alarms` and on the local cloud's clock."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .. import contract
from ..alarms.errors import AlarmError
from ..alarms.evaluation import evaluate
from ..alarms.metric_alarm import MetricAlarm
from ..alarms.state_reason_data import state_reason_data
from ..alarms.statistic import Datapoint
from ..alarms.terms import MINUTE
from ..clock import Clock
from ..events import EventBus
from .actions import AlarmActions, StateChange, UnknownAction

_SECONDS_BETWEEN_TURNS = 10.0  # simulated; CloudWatch's shortest evaluation interval
_log = logging.getLogger("local.cloudwatch")


class _CloudWatchTime:
    """Stands in for the module `time` in CloudWatch, which takes nothing else from it."""

    def __init__(self, clock: Clock) -> None:
        self.time = clock.now


class MetricAlarms:
    """Takes alarm evaluation over from ministack. Everything but the constructor runs on the event loop."""

    def __init__(self, clock: Clock, bus: EventBus, actions: AlarmActions) -> None:
        self._clock = clock
        self._bus = bus
        self._actions = actions
        self._judged: dict[str, MetricAlarm] = {}
        self._last_interval: dict[str, int] = {}
        self._set_by_hand: set[str] = set()
        self._latest: dict[str, dict[str, Any]] = {}
        self._last_action_minute: dict[str, int] = {}

    def take_over(self) -> None:
        """Replaces ministack's evaluation, and refuses an alarm that cannot be judged before it is stored."""
        put, record = contract.PUT_METRIC_ALARM.value(), contract.ALARM_RECORD.value()
        set_state, dispatch = contract.SET_ALARM_STATE.value(), contract.DISPATCH_ALARM_ACTIONS.value()

        def put_metric_alarm(params: Any, cbor_data: Any, is_cbor: bool, is_json: bool = False) -> Any:
            try:
                self._accept(_requested(params, cbor_data, structured=is_cbor or is_json))
            except (AlarmError, UnknownAction) as refusal:
                error = contract.CLOUDWATCH_ERROR.value()
                return error("ValidationError", str(refusal), 400, use_json=is_json, use_cbor=is_cbor)
            return put(params, cbor_data, is_cbor, is_json)

        def alarm_record(name: str, props: Mapping[str, Any]) -> Any:
            self._accept({**props, "AlarmName": name})
            return record(name, props)

        def set_alarm_state(params: Any, cbor_data: Any, is_cbor: bool, is_json: bool = False) -> Any:
            request = _requested(params, cbor_data, structured=is_cbor or is_json)
            self._set_by_hand.add(str(request.get("AlarmName")))
            return set_state(params, cbor_data, is_cbor, is_json)

        def notify(arn: str, change: StateChange) -> None:
            only = {"AlarmActions": [arn], "OKActions": [arn], "InsufficientDataActions": [arn]}
            dispatch({**change.alarm, **only}, change.old_state, change.state, change.reason)

        def dispatch_alarm_actions(alarm: Any, old_state: str, new_state: str, reason: str) -> None:
            self._changed(StateChange(alarm, old_state, new_state, reason, self._clock.now()))

        self._actions.register("arn:aws:sns:", notify)

        contract.PUT_METRIC_ALARM.replace(put_metric_alarm)
        contract.ALARM_RECORD.replace(alarm_record)
        contract.SET_ALARM_STATE.replace(set_alarm_state)
        contract.DISPATCH_ALARM_ACTIONS.replace(dispatch_alarm_actions)
        contract.EVALUATE_ALARM.replace(self._on_arrival)
        contract.CLOUDWATCH_TIME.replace(_CloudWatchTime(self._clock))

    async def keep_judging(self) -> None:
        """Judges every alarm once in each of its evaluation intervals, until cancelled."""
        while True:
            await asyncio.sleep(self._clock.real_seconds(_SECONDS_BETWEEN_TURNS))
            for alarm in list(contract.ALARMS.value().values()):
                name = alarm["AlarmName"]
                interval = int(self._clock.now() // self._judged[name].evaluation_interval)
                if self._last_interval.get(name) != interval:
                    self._last_interval[name] = interval
                    self._set_by_hand.discard(name)
                    self._judge(alarm)
                    self._repeat_actions(alarm)

    def _accept(self, properties: Mapping[str, Any]) -> None:
        alarm = MetricAlarm.parse(properties)
        self._actions.check(properties)
        self._judged[alarm.name] = alarm

    def _on_arrival(self, alarm: dict[str, Any]) -> None:
        """Called by ministack when metrics or an alarm arrive; a state set by hand stays until the clock's turn."""
        if alarm["AlarmName"] not in self._set_by_hand:
            self._judge(alarm)

    def _judge(self, record: dict[str, Any]) -> None:
        try:
            alarm, now, old = self._judged[record["AlarmName"]], self._clock.now(), record["StateValue"]
            start, end = alarm.evaluation_range(now)
            inside = (point for point in _published(alarm) if start <= point["Timestamp"] < end)
            verdict = evaluate(alarm, _datapoints(inside), now, old)
        except Exception:
            _log.exception("alarm %s could not be judged", record.get("AlarmName"))
            return
        self._latest[record["AlarmName"]] = data = state_reason_data(alarm, verdict, now)
        state = str(verdict.state)
        if state == old:
            return
        record.update(StateValue=state, StateReason=verdict.reason, StateUpdatedTimestamp=int(now))
        record["StateReasonData"] = json.dumps(data)
        contract.RECORD_ALARM_HISTORY.value()(record["AlarmName"], old, state, verdict.reason, reason_data=data)
        self._changed(StateChange(record, old, state, verdict.reason, now, data))
        contract.EVALUATE_PARENT_ALARMS.value()(record)

    def _changed(self, change: StateChange) -> None:
        self._last_action_minute[change.alarm["AlarmName"]] = int(change.at // MINUTE)
        self._actions.take(change)
        self._publish(change)

    def _repeat_actions(self, record: dict[str, Any]) -> None:
        """Once in each minute after the one in which the state changed."""
        name, state, now = record["AlarmName"], record["StateValue"], self._clock.now()
        minute = int(now // MINUTE)
        if self._last_action_minute.get(name, minute) < minute:
            self._last_action_minute[name] = minute
            reason, data = record["StateReason"], self._latest.get(name, {})
            self._actions.repeat(StateChange(record, state, state, reason, now, data))

    def _publish(self, change: StateChange) -> None:
        timestamp = contract.CLOUDWATCH_TIMESTAMP.value()(change.at)
        detail = {
            "alarmName": change.alarm["AlarmName"],
            "state": {"value": change.state, "reason": change.reason, "timestamp": timestamp},
            "previousState": {"value": change.old_state},
        }
        self._bus.publish("aws.cloudwatch", "CloudWatch Alarm State Change", detail, [change.alarm["AlarmArn"]])


def _published(alarm: MetricAlarm) -> list[dict[str, Any]]:
    """What ministack holds of the alarm's metric: exactly its dimensions, and its unit where it has one."""
    dimensions = contract.METRIC_DIMENSIONS_KEY.value()(dict(alarm.metric.dimensions))
    points = contract.METRICS.value().get((alarm.metric.namespace, alarm.metric.name, dimensions)) or []
    return [point for point in points if alarm.unit in (None, point["Unit"])]


def _datapoints(points: Iterable[Mapping[str, Any]]) -> Iterator[Datapoint]:
    for point in points:
        statistics = point.get("_stat")
        if statistics is None:
            yield Datapoint(point["Timestamp"], point["Value"], point.get("Count", 1.0))
        elif float(statistics["SampleCount"]) > 0:
            yield Datapoint(
                point["Timestamp"],
                point["Value"],
                float(statistics["SampleCount"]),
                float(statistics["Minimum"]),
                float(statistics["Maximum"]),
            )


def _requested(params: Mapping[str, Any], data: Mapping[str, Any], *, structured: bool) -> dict[str, Any]:
    """The parameters of a request; the query protocol spreads them over `Dimensions.member.1.Name` and the like."""
    if structured:
        return dict(data)
    flat = {key: value[0] if isinstance(value, list) else value for key, value in params.items()}
    request: dict[str, Any] = {key: value for key, value in flat.items() if "." not in key and key not in _PROTOCOL}
    names = sorted(key for key in flat if key.startswith("Dimensions.member.") and key.endswith(".Name"))
    request["Dimensions"] = [{"Name": flat[key], "Value": flat.get(key[: -len("Name")] + "Value")} for key in names]
    for kind in ("AlarmActions", "OKActions", "InsufficientDataActions"):
        request[kind] = [flat[key] for key in sorted(flat) if key.startswith(f"{kind}.member.")]
    expressions = [
        flat[key] for key in sorted(flat) if key.startswith("Metrics.member.") and key.endswith(".Expression")
    ]
    if any(key.startswith("Metrics.member.") for key in flat):
        request["Metrics"] = [{"Expression": expression} for expression in expressions]
    return request


_PROTOCOL = {"Action", "Version"}
