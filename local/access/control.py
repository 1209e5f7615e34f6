"""The local cloud's own request for least privilege, beside those of AWS.

`GET /_local/access` answers with the report as JSON, `GET /_local/access?text` as text. `DELETE /_local/access` starts
the recording anew. Anything else is refused with 400 and a sentence.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from local.access.construct_paths import construct_paths
from local.access.journal import Journal
from local.access.report import report
from local.access.text import text
from local.clients import LocalClients

PATH = "/_local/access"


class AccessControl:
    """An ASGI application for requests to `PATH`."""

    def __init__(self, journal: Journal, clients: LocalClients, folder: Path) -> None:
        self._journal = journal
        self._clients = clients
        self._folder = folder
        self._paths: dict[str, str] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        status, content_type, answer = await asyncio.to_thread(
            self._answer, scope["method"], scope.get("query_string", b"").decode()
        )
        headers = [(b"content-type", content_type.encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.encode()})

    def _answer(self, method: str, query: str) -> tuple[int, str, str]:
        if method == "GET" and query in ("", "text"):
            made = self.report()
            return (200, "text/plain; charset=utf-8", text(made)) if query else (200, _JSON, json.dumps(made))
        if method == "DELETE" and not query:
            self._journal.start_anew()
            return 200, _JSON, "{}"
        refusal = f"{PATH} takes GET, GET with ?text, and DELETE; {method} ?{query} was sent."
        return 400, _JSON, json.dumps({"message": refusal})

    def report(self) -> dict[str, Any]:
        """The report of now, also kept as files."""
        self._paths |= construct_paths(self._clients)
        return self.keep()

    def keep(self) -> dict[str, Any]:
        """Writes `report.json` and `report.txt` beside the journal; asks no emulator, so it may be called at stop."""
        made = report(self._journal, self._paths)
        (self._folder / "report.json").write_text(json.dumps(made, indent=1))
        (self._folder / "report.txt").write_text(text(made))
        return made


_JSON = "application/json"
