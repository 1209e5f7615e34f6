"""Prints what a replay found, for people or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from local.alarms.rules import RULES
from local.alarms.template_replay import Result
from local.alarms.terms import AlarmState
from local.behaviour import Basis


@dataclass(frozen=True)
class Row:
    """What one alarm of one stack did."""

    stack: str
    result: Result

    @property
    def name(self) -> str:
        return f"{self.stack} {self.result.logical_id}"

    @property
    def is_shown(self) -> bool:
        """Whether its changes go into the table: it saw data, or it went off without any."""
        went_off = any(step.state is AlarmState.ALARM for step in self.result.transitions)
        return self.result.datapoints != 0 or went_off


@dataclass(frozen=True)
class LeftOut:
    """An alarm that is not judged."""

    stack: str
    logical_id: str
    why: str


def as_json(rows: Sequence[Row], left_out: Sequence[LeftOut]) -> str:
    return json.dumps(
        {
            "alarms": [
                {
                    "stack": row.stack,
                    "alarm": row.result.logical_id,
                    "watches": row.result.watches,
                    "datapoints": row.result.datapoints,
                    "transitions": [
                        {"at": _moment(step.at), "from": step.old_state, "state": step.state, "reason": step.reason}
                        for step in row.result.transitions
                    ],
                }
                for row in rows
            ],
            "leftOut": [{"stack": one.stack, "alarm": one.logical_id, "why": one.why} for one in left_out],
        },
        indent=2,
    )


def as_table(rows: Sequence[Row], left_out: Sequence[LeftOut]) -> str:
    """Changes in the order of time; then alarms without a change, without data, and not judged."""
    shown = [row for row in rows if row.is_shown]
    steps = sorted(((step, row.name) for row in shown for step in row.result.transitions), key=lambda one: one[0].at)
    table = [("WHEN", "ALARM", "FROM", "TO", "REASON")]
    table += [(_moment(step.at), name, step.old_state, step.state, step.reason) for step, name in steps]
    quiet = [row.name for row in shown if not row.result.transitions]
    unfed = [f"{row.name}: {row.result.watches}" for row in rows if not row.is_shown]
    assumed = sum(rule.basis is Basis.ASSUMED for rule in RULES)
    lines = [
        *(_aligned(table) if steps else ["No alarm changed its state."]),
        *_listed("Never changed", quiet),
        *_listed("Without datapoints in the recording", unfed),
        *_listed("Not judged", [f"{one.stack} {one.logical_id}: {one.why}" for one in left_out]),
        *("", f"{assumed} of the {len(RULES)} rules are assumed, not documented by AWS: npm run alarms -- --rules"),
    ]
    return "\n".join(lines)


def rules() -> str:
    return "\n".join(f"{rule.topic} ({rule.basis})\n  {rule.what}\n  Source: {rule.source}" for rule in RULES)


def _aligned(table: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]) - 1)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]) for row in table
    ]


def _listed(title: str, lines: Sequence[str]) -> list[str]:
    return ["", f"{title}: {len(lines)}", *(f"  {line}" for line in lines)] if lines else []


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
