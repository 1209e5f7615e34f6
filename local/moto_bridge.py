"""moto in the same process: it answers the operations of SageMaker that nothing else here has."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping

from werkzeug.test import Client

from . import contract
from .aws_json import Answer

_NOT_FORWARDED = {"host", "content-length", "transfer-encoding", "connection", "content-encoding"}


class MotoBridge:
    """A service handler of ministack that hands the request to moto, one at a time: moto's stores have no locks."""

    def __init__(self) -> None:
        self._client: Client | None = None
        self._lock = threading.Lock()

    async def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, list[str]]
    ) -> Answer:
        return await asyncio.to_thread(self.answer, method, path, headers, body, query)

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, list[str]]
    ) -> Answer:
        with self._lock:
            response = self._moto().open(
                path=path,
                method=method,
                headers={name: value for name, value in headers.items() if name.lower() not in _NOT_FORWARDED},
                data=body,
                query_string=[(name, value) for name, values in query.items() for value in values],
            )
            return response.status_code, {"Content-Type": response.content_type}, response.get_data()

    def _moto(self) -> Client:
        if self._client is None:  # on first use: importing moto takes half a second
            self._client = Client(contract.MOTO_APPLICATION.value()(contract.MOTO_BACKEND.value()))
        return self._client
