"""Reads availability traces of Spot capacity: how many instances could be had, from when on.

Forms, told apart by their content:
- JSON, `{"metadata": {"gap_seconds": 600}, "data": [1, 0, ...]}`: one count for each gap.
- CSV of events, `milliseconds,add,node` and `milliseconds,remove,node`: the count is how many nodes are there.
- CSV of counts, `milliseconds,count`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class TraceProblem(Exception):
    """The trace cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Step:
    """From `second` on, counted from the trace's beginning, `instances` can be had."""

    second: float
    instances: int


def read_trace(file: Path) -> tuple[Step, ...]:
    """The trace's steps in the order of time; before the first one nothing can be had, the last one lasts.

    :raises TraceProblem: no such file, another form, or times that go back.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TraceProblem(f"The trace {file} cannot be read: {error}.") from error
    steps = list(_of_json(file, text) if text.lstrip().startswith("{") else _of_csv(file, text))
    if not steps:
        raise TraceProblem(f"The trace {file} is empty.")
    return tuple(_without_repeats(steps))


def _of_json(file: Path, text: str) -> Iterator[Step]:
    try:
        given: Any = json.loads(text)
        gap, data = given["metadata"]["gap_seconds"], given["data"]
    except (ValueError, KeyError, TypeError) as error:
        raise TraceProblem(
            f'The trace {file} is no JSON of the form {{"metadata": {{"gap_seconds": 600}}, "data": [1, 0]}}.'
        ) from error
    if not _is_number(gap) or gap <= 0:
        raise TraceProblem(f"The trace {file}: gap_seconds is {gap!r}, it must be a number greater than 0.")
    if not isinstance(data, list):
        raise TraceProblem(f"The trace {file}: data is no list.")
    for index, count in enumerate(data):
        if not _is_number(count) or count < 0 or count != int(count):
            raise TraceProblem(f"The trace {file}: data[{index}] is {count!r}, it must be a whole number from 0.")
        yield Step(index * gap, int(count))


def _of_csv(file: Path, text: str) -> Iterator[Step]:
    nodes: set[str] = set()
    latest = 0.0
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        second, instances = _row(file, number, line.split(","), nodes)
        if second < latest:
            raise TraceProblem(
                f"The trace {file}, line {number}: the time goes back, from {latest:g} s to {second:g} s."
            )
        latest = second
        yield Step(second, instances)


def _row(file: Path, number: int, row: Sequence[str], nodes: set[str]) -> tuple[float, int]:
    match [part.strip() for part in row]:
        case [moment, "add", node] if moment.isdigit():
            nodes.add(node)
            return int(moment) / 1000, len(nodes)
        case [moment, "remove", node] if moment.isdigit():
            if node not in nodes:
                raise TraceProblem(f"The trace {file}, line {number}: {node} is removed, but was not there.")
            nodes.remove(node)
            return int(moment) / 1000, len(nodes)
        case [moment, count] if moment.isdigit() and count.isdigit():
            return int(moment) / 1000, int(count)
    raise TraceProblem(
        f'The trace {file}, line {number} is "{",".join(row)}"; allowed are "milliseconds,add,node", '
        '"milliseconds,remove,node" and "milliseconds,count".'
    )


def _without_repeats(steps: Iterable[Step]) -> Iterator[Step]:
    """One step for each change; of several at one moment the last."""
    last: dict[float, int] = {step.second: step.instances for step in steps}
    before: int | None = None
    for second, instances in last.items():
        if instances != before:
            yield Step(second, instances)
        before = instances


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
