"""Watches the requests to the local cloud, and writes down those that come as a role."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from local.access.journal import Journal
from local.access.needs import Unmapped, needs_of
from local.access.request import BODY_KEPT, Request, decoded
from local.access.sessions import role_of_key
from local.clients import LocalClients

_log = logging.getLogger(__name__)


class Recorder:
    """:param clients: the account's own, which are not recorded."""

    def __init__(self, journal: Journal, clients: LocalClients) -> None:
        self._journal = journal
        self._clients = clients
        # Of its own: functions that wait for a call's answer may hold all threads of the event loop.
        self._threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="access")

    async def __call__(self, app: Any, scope: Any, receive: Any, send: Any) -> None:
        """Lets `app`, an ASGI application, answer. A role's call is in the journal before its answer has ended."""
        request = Request.of_scope(scope) if scope["type"] == "http" else None
        role = role_of_key(request.access_key_id) if request else None
        if request is None or role is None:
            await app(scope, receive, send)
            return

        async def receive_and_keep() -> Any:
            message = await receive()
            request.body += message.get("body", b"")[: BODY_KEPT - len(request.body)]
            return message

        async def record_and_send(message: Any) -> None:
            if message["type"] == "http.response.start":
                request.status, request.answer_headers = message["status"], decoded(message.get("headers", []))
            elif message["type"] == "http.response.body" and not message.get("more_body", False):
                account = contextvars.copy_context()  # ministack keeps the request's account in it
                await asyncio.get_running_loop().run_in_executor(
                    self._threads, account.run, self._record, role, request
                )
            await send(message)

        await app(scope, receive_and_keep, record_and_send)

    def _record(self, role: str, request: Request) -> None:
        try:
            request.inflate()
            self._journal.add(role, str(request), needs_of(request, self._key_of))
        except Unmapped as unmapped:
            self._journal.add_unknown(role, str(request), str(unmapped))
        except Exception as error:
            _log.exception("%s as %s cannot be judged", request, role)
            self._journal.add_unknown(role, str(request), f"The local cloud failed: {type(error).__name__}: {error}")

    def _key_of(self, object_arn: str) -> str | None:
        bucket, _, key = object_arn.removeprefix("arn:aws:s3:::").partition("/")
        try:
            head = self._clients.s3.head_object(Bucket=bucket, Key=key)
        except ClientError:
            return None  # nothing is read of an object that is not there
        found: str | None = head.get("SSEKMSKeyId")
        return found
