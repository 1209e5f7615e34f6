"""Events that AWS services put on the default EventBridge bus."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from . import contract

_log = logging.getLogger("local.events")


class EventBus:
    """The default bus. `publish` may be called from any thread; delivery happens on the event loop."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def publish(self, source: str, detail_type: str, detail: Mapping[str, Any], resources: Sequence[str] = ()) -> None:
        entry = {
            "Source": source,
            "DetailType": detail_type,
            "Detail": json.dumps(detail),
            "Resources": list(resources),
        }
        if self._loop is None:
            raise RuntimeError("EventBus.publish: the bus is not attached to the server's event loop yet.")
        self._loop.call_soon_threadsafe(self._put, entry)

    def _put(self, entry: dict[str, Any]) -> None:
        try:
            contract.PUT_EVENTS.value()({"Entries": [entry]}, allow_aws_source=True)
        except Exception:
            _log.exception("%s event of %s was not delivered", entry["DetailType"], entry["Source"])
