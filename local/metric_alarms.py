"""The alarms of ministack's CloudWatch, judged by `local.alarms` and on the local cloud's clock."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from . import contract
from .alarms.errors import AlarmError
from .alarms.evaluation import evaluate
from .alarms.metric_alarm import MetricAlarm
from .alarms.statistic import Datapoint
from .clock import Clock
from .events import EventBus

_SECONDS_BETWEEN_TURNS = 10.0  # simulated; CloudWatch's shortest evaluation interval
_log = logging.getLogger("local.metric_alarms")


class _CloudWatchTime:
    """Stands in for the module `time` in CloudWatch, which takes nothing else from it."""

    def __init__(self, clock: Clock) -> None:
        self.time = clock.now


class MetricAlarms:
    """Takes alarm evaluation over from ministack. Everything but the constructor runs on the event loop."""

    def __init__(self, clock: Clock, bus: EventBus) -> None:
        self._clock = clock
        self._bus = bus
        self._judged: dict[str, MetricAlarm] = {}
        self._last_interval: dict[str, int] = {}
        self._set_by_hand: set[str] = set()

    def take_over(self) -> None:
        """Replaces ministack's evaluation, and refuses an alarm that cannot be judged before it is stored."""
        put, record = contract.PUT_METRIC_ALARM.value(), contract.ALARM_RECORD.value()
        set_state, dispatch = contract.SET_ALARM_STATE.value(), contract.DISPATCH_ALARM_ACTIONS.value()

        def put_metric_alarm(params: Any, cbor_data: Any, is_cbor: bool, is_json: bool = False) -> Any:
            try:
                self._accept(_requested(params, cbor_data, structured=is_cbor or is_json))
            except AlarmError as refusal:
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

        def dispatch_alarm_actions(alarm: Any, old_state: str, new_state: str, reason: str) -> None:
            dispatch(alarm, old_state, new_state, reason)
            self._publish(alarm, old_state, new_state, reason)

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

    def _accept(self, properties: Mapping[str, Any]) -> None:
        alarm = MetricAlarm.parse(properties)
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
        state = str(verdict.state)
        if state == old:
            return
        record.update(StateValue=state, StateReason=verdict.reason, StateUpdatedTimestamp=int(now))
        contract.RECORD_ALARM_HISTORY.value()(record["AlarmName"], old, state, verdict.reason)
        contract.DISPATCH_ALARM_ACTIONS.value()(record, old, state, verdict.reason)
        contract.EVALUATE_PARENT_ALARMS.value()(record)

    def _publish(self, alarm: Mapping[str, Any], old_state: str, new_state: str, reason: str) -> None:
        timestamp = contract.CLOUDWATCH_TIMESTAMP.value()(self._clock.now())
        detail = {
            "alarmName": alarm["AlarmName"],
            "state": {"value": new_state, "reason": reason, "timestamp": timestamp},
            "previousState": {"value": old_state},
        }
        self._bus.publish("aws.cloudwatch", "CloudWatch Alarm State Change", detail, [alarm["AlarmArn"]])


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
    expressions = [
        flat[key] for key in sorted(flat) if key.startswith("Metrics.member.") and key.endswith(".Expression")
    ]
    if any(key.startswith("Metrics.member.") for key in flat):
        request["Metrics"] = [{"Expression": expression} for expression in expressions]
    return request


_PROTOCOL = {"Action", "Version"}
