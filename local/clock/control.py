"""The local cloud's own request, beside those of AWS: `GET /_local/clock`, and `POST` with `{"factor": 1}`.

The answer is `{"factor": 60.0, "now": <simulated seconds since 1970>}`. POST changes the pace: from then on simulated
time runs so many times as fast as real time, ahead by what it has gained. Anything else is refused with 400 and a
sentence.
"""

from __future__ import annotations

import json
from typing import Any

from ..own_request import answer, body_of
from .clock import Clock

PATH = "/_local/clock"
MOST = 86_400
"""A day in a second: nothing can keep up with more."""


class _Refusal(Exception):
    """The request is refused; the message is a sentence."""


class ClockControl:
    """An ASGI application for requests to `PATH`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = await body_of(receive)
        try:
            if scope["method"] == "POST":
                self._clock.run_at(_factor_in(body))
            elif scope["method"] != "GET":
                raise _Refusal(f"{PATH} takes GET and POST, {scope['method']} was sent.")
        except _Refusal as refusal:
            await answer(send, 400, {"message": str(refusal)})
            return
        await answer(send, 200, {"factor": self._clock.factor, "now": self._clock.now()})


def _factor_in(body: bytes) -> float:
    try:
        given = json.loads(body)
    except ValueError:
        given = None
    if not isinstance(given, dict) or given.keys() != {"factor"}:
        raise _Refusal(f'{PATH} takes {{"factor": NUMBER}} as JSON, and nothing else.')
    factor = given["factor"]
    if isinstance(factor, bool) or not isinstance(factor, int | float) or not 0 < factor <= MOST:
        raise _Refusal(f"{PATH}: factor is {json.dumps(factor)}; allowed are numbers above 0, up to {MOST:,}.")
    return float(factor)
