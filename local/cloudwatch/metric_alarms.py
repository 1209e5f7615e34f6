"""The metric alarms of ministack's CloudWatch, judged by `local.alarms` and on the local cloud's clock."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .. import contract
from ..alarms.evaluation import evaluate
from ..alarms.metric_alarm import MetricAlarm
from ..alarms.samples import Recording
from ..alarms.state_reason_data import state_reason_data
from ..alarms.statistic import Datapoint
from ..alarms.terms import MINUTE, MetricId
from ..clock import Clock
from .actions import AlarmActions
from .records import complete
from .state_changes import StateChanges

_log = logging.getLogger("local.cloudwatch")


class MetricAlarms:
    """Judges every metric alarm. Everything but the constructor runs on the event loop."""

    def __init__(self, clock: Clock, changes: StateChanges, actions: AlarmActions) -> None:
        self._clock = clock
        self._changes = changes
        self._actions = actions
        self._alarms: dict[str, MetricAlarm] = {}
        self._requests: dict[str, Mapping[str, Any]] = {}
        self._last_interval: dict[str, int] = {}
        self._last_minute: dict[str, int] = {}
        self._set_by_hand: set[str] = set()
        self._latest: dict[str, dict[str, Any]] = {}

    def accept(self, request: Mapping[str, Any]) -> None:
        """Takes an alarm before ministack stores it. Raises AlarmError or UnknownAction where it cannot be judged."""
        alarm = MetricAlarm.parse(request)
        self._actions.check(request)
        self._alarms[alarm.name], self._requests[alarm.name] = alarm, request

    def complete(self, record: dict[str, Any]) -> None:
        """Gives ministack's record of an accepted alarm what it lacks."""
        complete(record, self._requests[record["AlarmName"]])

    def set_by_hand(self, name: str) -> None:
        """Keeps a state that SetAlarmState gave until the clock's turn."""
        self._set_by_hand.add(name)

    def acted(self, name: str) -> None:
        """Its actions were taken now: those of every minute come again with the next one."""
        self._last_minute[name] = int(self._clock.now() // MINUTE)

    def on_arrival(self) -> set[str]:
        """Judges the alarms when data has come; gives the names of those that changed."""
        records = contract.ALARMS.value().values()
        waiting = [record for record in list(records) if record["AlarmName"] not in self._set_by_hand]
        return {record["AlarmName"] for record in waiting if self.judge(record)}

    def on_turn(self) -> set[str]:
        """Judges every alarm whose evaluation interval has begun anew; gives the names of those that changed."""
        changed = set()
        for record in list(contract.ALARMS.value().values()):
            name = record["AlarmName"]
            interval = int(self._clock.now() // self._alarms[name].evaluation_interval)
            if self._last_interval.get(name) != interval:
                self._last_interval[name] = interval
                self._set_by_hand.discard(name)
                if self.judge(record):
                    changed.add(name)
                else:
                    self._repeat_actions(record)
        return changed

    def judge(self, record: dict[str, Any]) -> bool:
        """Whether the alarm changed its state."""
        name, now, old = record["AlarmName"], self._clock.now(), record["StateValue"]
        try:
            alarm = self._alarms[name]
            verdict = evaluate(alarm, _published(alarm, now), now, old)
            self._latest[name] = data = state_reason_data(alarm, verdict, now)
        except Exception:
            _log.exception("alarm %s could not be judged", name)
            return False
        if str(verdict.state) == old:
            return False
        self._changes.enter(record, str(verdict.state), verdict.reason, data)
        self.acted(name)
        return True

    def _repeat_actions(self, record: Mapping[str, Any]) -> None:
        """Once in each minute after the one in which the state changed."""
        name, minute = record["AlarmName"], int(self._clock.now() // MINUTE)
        if self._last_minute.get(name, minute) < minute:
            self._last_minute[name] = minute
            self._changes.repeat(record, self._latest.get(name, {}))


def _published(alarm: MetricAlarm, now: float) -> Recording:
    """What ministack holds of the alarm's metrics, exactly their dimensions, in its evaluation range."""
    start, end = alarm.evaluation_range(now)
    metrics = {query.metric for query in alarm.queries.values()}
    return {metric: list(_datapoints(_stored(metric), start, end)) for metric in metrics}


def _stored(metric: MetricId) -> list[dict[str, Any]]:
    dimensions = contract.METRIC_DIMENSIONS_KEY.value()(dict(metric.dimensions))
    return contract.METRICS.value().get((metric.namespace, metric.name, dimensions)) or []


def _datapoints(points: Iterable[Mapping[str, Any]], start: float, end: float) -> Iterator[Datapoint]:
    for point in points:
        if not start <= point["Timestamp"] < end:
            continue
        statistics = point.get("_stat")
        if statistics is None:
            yield Datapoint(point["Timestamp"], point["Value"], point.get("Count", 1.0), unit=point["Unit"])
        elif float(statistics["SampleCount"]) > 0:
            yield Datapoint(
                point["Timestamp"],
                point["Value"],
                float(statistics["SampleCount"]),
                float(statistics["Minimum"]),
                float(statistics["Maximum"]),
                point["Unit"],
            )
