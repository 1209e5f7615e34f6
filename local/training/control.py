"""The local cloud's own request for training: which capacity there is, and the fault of cut uploads.

`GET /_local/training` tells; `POST` changes what its JSON names, and answers as GET does:

    {"spot": {"steps": [[0, 1], [600, 0], [900, 1]]}, "onDemand": "always",
     "noticeSeconds": 120, "spotPriceRatio": 0.3,
     "cutUploads": {"key": "*slot-1*", "bytes": 100, "uploads": 1}}

`spot` and `onDemand` are "always", "never", `{"trace": "/path/of/file"}` or `{"steps": [[second, instances], ...]}`;
seconds count on the clock, from the request on. Anything else is refused with 400 and a sentence, and changes nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from local.own_request import answer, body_of
from local.training.capacity import ALWAYS, Capacity, Supply
from local.training.spot_trace import Step, TraceProblem, read_trace
from local.training.upload_fault import CutUploads, UploadFault

PATH = "/_local/training"
NEVER = "never"
_FORMS = f'"{ALWAYS}", "{NEVER}", {{"trace": FILE}} or {{"steps": [[SECOND, INSTANCES], ...]}}'


class TrainingLike(Protocol):
    """What the control needs of `local.training.Training`."""

    @property
    def capacity(self) -> Capacity: ...
    @property
    def fault(self) -> UploadFault: ...


class _Refusal(Exception):
    """The request is refused; the message is a sentence."""


class TrainingControl:
    """An ASGI application for requests to `PATH`."""

    def __init__(self, training: TrainingLike) -> None:
        self._training = training

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = await body_of(receive)
        try:
            if scope["method"] == "POST":
                await asyncio.to_thread(self.change, body)
            elif scope["method"] != "GET":
                raise _Refusal(f"{PATH} takes GET and POST, {scope['method']} was sent.")
        except (_Refusal, TraceProblem) as refusal:
            await answer(send, 400, {"message": str(refusal)})
            return
        await answer(send, 200, self.describe())

    def describe(self) -> dict[str, Any]:
        capacity, fault = self._training.capacity, self._training.fault
        return {
            "spot": _shown(capacity.spot),
            "onDemand": _shown(capacity.on_demand),
            "noticeSeconds": capacity.notice,
            "spotPriceRatio": capacity.spot_price_ratio,
            "cutUploads": None if fault.wanted is None else vars(fault.wanted),
            "uploadsCut": list(fault.keys),
        }

    def change(self, body: bytes) -> None:
        """All of it, or nothing where a part is refused."""
        try:
            given = json.loads(body)
        except ValueError:
            given = None
        if not isinstance(given, dict) or not given:
            raise _Refusal(f"{PATH} takes a JSON object with one or more of {', '.join(_MEMBERS)}.")
        changes = []
        for name, value in given.items():
            if name not in _MEMBERS:
                raise _Refusal(f"{PATH} has no {name}; allowed are {', '.join(_MEMBERS)}.")
            changes.append(_MEMBERS[name](name, value))
        for change in changes:
            change(self._training)


_Change = Callable[[TrainingLike], None]


def _spot(name: str, value: Any) -> _Change:
    steps = _steps(name, value)
    return lambda training: training.capacity.spot.follow(steps)


def _on_demand(name: str, value: Any) -> _Change:
    steps = _steps(name, value)
    return lambda training: training.capacity.on_demand.follow(steps)


def _notice(name: str, value: Any) -> _Change:
    seconds = _number(name, value, 0, 86_400)
    return lambda training: setattr(training.capacity, "notice", seconds)


def _price_ratio(name: str, value: Any) -> _Change:
    ratio = _number(name, value, 0, 1)
    return lambda training: setattr(training.capacity, "spot_price_ratio", ratio)


def _cut_uploads(name: str, value: Any) -> _Change:
    if value is None:
        return lambda training: training.fault.switch(None)
    if not isinstance(value, dict) or value.keys() != {"key", "bytes", "uploads"} or not isinstance(value["key"], str):
        raise _Refusal(f'{name} is {json.dumps(value)}; allowed are null and {{"key": P, "bytes": N, "uploads": N}}.')
    size = int(_number(f"{name}.bytes", value["bytes"], 0, 2**40))
    wanted = CutUploads(value["key"], size, int(_number(f"{name}.uploads", value["uploads"], 1, 10**6)))
    return lambda training: training.fault.switch(wanted)


_MEMBERS: Mapping[str, Callable[[str, Any], _Change]] = {
    "spot": _spot,
    "onDemand": _on_demand,
    "noticeSeconds": _notice,
    "spotPriceRatio": _price_ratio,
    "cutUploads": _cut_uploads,
}


def _steps(name: str, value: Any) -> tuple[Step, ...] | None:
    match value:
        case "always":
            return None
        case "never":
            return (Step(0, 0),)
        case {"trace": str(file), **rest} if not rest:
            return read_trace(Path(file))
        case {"steps": [_, *_] as rows, **rest} if not rest:
            steps = tuple(_step(name, row) for row in rows)
            if list(steps) != sorted(steps, key=lambda step: step.second):
                raise _Refusal(f"{name}: the seconds of steps go back.")
            return steps
    raise _Refusal(f"{name} is {json.dumps(value)}; allowed are {_FORMS}.")


def _step(name: str, row: Any) -> Step:
    if not isinstance(row, list) or len(row) != 2:
        raise _Refusal(f"{name}: a step is {json.dumps(row)}; allowed is [SECOND, INSTANCES].")
    instances = _number(f"{name}: instances", row[1], 0, 10**6)
    if instances != int(instances):
        raise _Refusal(f"{name}: instances is {instances:g}, it must be a whole number.")
    return Step(_number(f"{name}: second", row[0], 0, 10**9), int(instances))


def _number(name: str, value: Any, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise _Refusal(f"{name} is {json.dumps(value)}; allowed are {least:g} to {most:g}.")
    return value


def _shown(supply: Supply) -> Any:
    schedule = supply.schedule
    if schedule is None:
        return ALWAYS
    return {"start": schedule.start, "steps": [[step.second, step.instances] for step in schedule.steps]}
