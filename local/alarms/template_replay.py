"""Runs all alarms of a template over a recording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from local.alarms import alarm_rule
from local.alarms.composite_replay import CompositeReplay
from local.alarms.replay import Transition, replay
from local.alarms.statistic import Datapoint
from local.alarms.template import TemplateAlarms
from local.alarms.terms import MetricId

Recorded = Mapping[MetricId, Sequence[Datapoint]]


@dataclass(frozen=True)
class Result:
    """What one alarm did over a recording."""

    logical_id: str
    watches: str
    """The metric, the expression, or the alarms below."""
    datapoints: int | None
    """How many datapoints of its metrics the recording has; None for a composite alarm."""
    transitions: Sequence[Transition]


def replay_template(alarms: TemplateAlarms, recording: Recorded) -> list[Result]:
    """Each alarm is judged from the first recorded value on, until the first evaluation that sees the last one."""
    times = [point.timestamp for points in recording.values() for point in points]
    start, last = min(times), max(times)
    results: list[Result] = []
    below: dict[str, Sequence[Transition]] = {}
    for logical_id, alarm in alarms.metric.items():
        interval = alarm.evaluation_interval
        transitions = replay(alarm, recording, start, (last // interval + 1) * interval)
        datapoints = sum(len(recording.get(metric, ())) for metric in {q.metric for q in alarm.queries.values()})
        results.append(Result(logical_id, alarm.watched, datapoints, transitions))
        below[alarm.name] = transitions
    end = max([last, *(step.at for steps in below.values() for step in steps)])
    above = CompositeReplay(list(alarms.composite.values()), below, start, end).run()
    for logical_id, composite in alarms.composite.items():
        watches = ", ".join(alarm_rule.alarms(composite.rule)) or "no alarm"
        results.append(Result(logical_id, watches, None, above[composite.name]))
    return results
