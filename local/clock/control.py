"""The local cloud's own request, beside those of AWS: `GET /_local/clock`, and `POST` with `{"factor": 1}`.

The answer is `{"factor": 60.0, "now": <simulated seconds since 1970>}`. POST ends a fast clock: from then on simulated
time runs at the pace of real time, ahead by what it has gained. Anything else is refused with 400 and a sentence.
"""

from __future__ import annotations

import json
from typing import Any

from ..own_request import answer, body_of
from .clock import Clock

PATH = "/_local/clock"


class ClockControl:
    """An ASGI application for requests to `PATH`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        refusal = _refusal(scope["method"], await body_of(receive))
        if refusal is not None:
            await answer(send, 400, {"message": refusal})
            return
        if scope["method"] == "POST":
            self._clock.run_in_real_time()
        await answer(send, 200, {"factor": self._clock.factor, "now": self._clock.now()})


def _refusal(method: str, body: bytes) -> str | None:
    """Why the request is refused, in one sentence; None when it is not."""
    if method == "GET":
        return None
    if method != "POST":
        return f"{PATH} takes GET and POST, {method} was sent."
    try:
        given = json.loads(body)
    except ValueError:
        given = None
    if not isinstance(given, dict) or given.keys() != {"factor"}:
        return f'{PATH} takes {{"factor": 1}} as JSON, and nothing else.'
    if isinstance(given["factor"], bool) or given["factor"] != 1:
        return (
            f"{PATH}: factor is {json.dumps(given['factor'])}, only 1 (real time) can be set while the local cloud "
            "runs; start it with --clock-factor for a fast clock."
        )
    return None
