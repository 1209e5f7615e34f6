"""Prints what a replay found, for people or as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from local.alarms.metric_alarm import MetricAlarm
from local.alarms.replay import Transition
from local.alarms.rules import RULES
from local.behaviour import Basis


@dataclass(frozen=True)
class Result:
    """What one alarm of a template did over a recording, and how many datapoints of its metric the recording has."""

    logical_id: str
    alarm: MetricAlarm
    datapoints: int
    transitions: Sequence[Transition]


def as_json(results: Sequence[Result], left_out: Mapping[str, str]) -> str:
    return json.dumps(
        {
            "alarms": [
                {
                    "alarm": result.logical_id,
                    "metric": str(result.alarm.metric),
                    "datapoints": result.datapoints,
                    "transitions": [
                        {"at": _moment(step.at), "state": step.state, "reason": step.reason}
                        for step in result.transitions
                    ],
                }
                for result in results
            ],
            "leftOut": [{"alarm": logical_id, "why": why} for logical_id, why in left_out.items()],
        },
        indent=2,
    )


def as_table(results: Sequence[Result], left_out: Mapping[str, str]) -> str:
    lines: list[str] = []
    for result in results:
        lines.append(f"{result.logical_id}: {result.alarm.metric}, datapoints recorded: {result.datapoints or 'NONE'}")
        for step in result.transitions:
            lines.append(f"  {_moment(step.at)}  {step.state:<17}  {step.reason}")
        if not result.transitions:
            lines.append("  INSUFFICIENT_DATA throughout")
    for logical_id, why in left_out.items():
        lines.append(f"{logical_id}: left out. {why}")
    assumed = "; ".join(rule.topic for rule in RULES if rule.basis is Basis.ASSUMED)
    lines.append(f"Assumed, not documented by AWS: {assumed} (python -m local.alarms rules).")
    return "\n".join(lines)


def rules() -> str:
    return "\n".join(f"{rule.topic} ({rule.basis})\n  {rule.what}\n  Source: {rule.source}" for rule in RULES)


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
