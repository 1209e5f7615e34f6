"""The container contract over ASGI: GET /ping, POST /invocations, and a JSON error for everything else.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from scorer.errors import RequestError
from scorer.media import JSON, content_type, preferred
from scorer.model import Model
from scorer.payload import read_rows, write_predictions

MAX_BODY_BYTES = 25 * 1024 * 1024
"""Largest request body. AWS: "The payload limits are 25 MB for real-time endpoints" (SageMaker Model Hosting FAQs,
docs.aws.amazon.com/sagemaker/latest/dg/hosting-faqs.html, as of mid 2026; older pages still say 6 MB). MB is read as
2**20 bytes, so that nothing is refused here that SageMaker lets pass."""

ROUTES = {"/ping": "GET", "/invocations": "POST"}

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

log = logging.getLogger(__name__)


class ClientDisconnected(Exception):
    """The client left before its request was complete; there is nobody to answer."""


@dataclass
class Response:
    """A whole answer; this service streams nothing."""

    status: int
    body: bytes = b""
    media_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


class App:
    """ASGI application around one model, which may arrive after the first requests do.

    Reading, scoring and writing run in a pool of threads, so /ping is answered on the event loop however many
    requests wait (SageMaker allows it two seconds).
    """

    def __init__(self, concurrency: int) -> None:
        self.model: Model | None = None
        self._pool = ThreadPoolExecutor(max_workers=concurrency, thread_name_prefix="scorer")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        try:
            body = await _read_body(receive)
            response = await self._respond(scope, body)
        except ClientDisconnected:
            return
        except RequestError as error:
            response = _error(error)
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            response = _error(RequestError(500, "internal", "The model server failed; its log says why."))
        await _write(response, send)

    async def _respond(self, scope: Message, body: bytes | None) -> Response:
        method, path = scope["method"], scope["path"]
        if path not in ROUTES:
            allowed = ", ".join(f"{verb} {route}" for route, verb in ROUTES.items())
            raise RequestError(404, "not_found", f"There is no path {path!r}; this server answers {allowed}.")
        if method != ROUTES[path]:
            message = f"{path} does not take {method}; send {ROUTES[path]}."
            raise RequestError(405, "method_not_allowed", message, {"allow": ROUTES[path]})
        if self.model is None:
            raise RequestError(503, "not_ready", "The model is still loading; try again when GET /ping answers 200.")
        if path == "/ping":
            return Response(200)
        if body is None:
            message = f"The body is over {MAX_BODY_BYTES} bytes, the most this server takes; send fewer rows at once."
            raise RequestError(413, "too_large", message)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, _score, self.model, _headers(scope), body)


def _score(model: Model, headers: dict[str, str], body: bytes) -> Response:
    body_type = content_type(headers.get("content-type"))
    answer_type = preferred(headers.get("accept"))
    rows = read_rows(body, body_type, model.card.features)
    return Response(200, write_predictions(model.probabilities(rows), model.card.classes, answer_type), answer_type)


async def _read_body(receive: Receive) -> bytes | None:
    """The whole body, None if it is over the limit. Even then it is read to its end (and dropped): a client that is
    still sending would otherwise lose its connection before it could read the answer."""
    body = bytearray()
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= MAX_BODY_BYTES:
            body += chunk
        if not message.get("more_body", False):
            return bytes(body) if size <= MAX_BODY_BYTES else None


def _headers(scope: Message) -> dict[str, str]:
    """Headers by lower-case name; a repeated one is joined by commas, as HTTP defines it."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _error(error: RequestError) -> Response:
    body = json.dumps({"error": {"code": error.code, "message": error.message}}).encode()
    return Response(error.status, body, headers=error.headers)


async def _write(response: Response, send: Send) -> None:
    headers = {"content-length": str(len(response.body)), **response.headers}
    if response.body:
        headers["content-type"] = response.media_type
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": encoded})
    await send({"type": "http.response.body", "body": response.body})
