"""The local cloud's own requests, beside those of AWS: a body as JSON, an answer as JSON."""

from __future__ import annotations

import json
from typing import Any

_LONGEST_BODY = 1024 * 1024


async def body_of(receive: Any) -> bytes:
    """The body of an ASGI request, its first MiB at most."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")[: _LONGEST_BODY - len(body)]
        more = message.get("more_body", False)
    return body


async def answer(send: Any, status: int, content: Any) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(content).encode()})
