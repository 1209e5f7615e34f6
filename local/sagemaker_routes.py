"""HTTP side of the SageMaker hosting: its operations, the runtime's InvokeEndpoint, and moto for the rest."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import unquote

from .moto_bridge import Answer, MotoBridge
from .sagemaker.errors import AwsError

SCOPE = "sagemaker"
TARGET_PREFIX = "SageMaker."
_RUNTIME = re.compile(r"/endpoints/(?P<endpoint>[^/]+)/(?P<kind>[^/]+)")


class RuntimeResponse(Protocol):
    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...


class HostingLike(Protocol):
    """What the routes need of `local.sagemaker.Hosting`."""

    def operations(self) -> frozenset[str]: ...
    def owns_arn(self, arn: str) -> bool: ...
    def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]: ...
    def invoke(self, endpoint: str, headers: Mapping[str, str], body: bytes) -> RuntimeResponse: ...


class SageMakerRoutes:
    """A service handler of ministack. The hosting may block, so it runs on threads that nothing else waits for."""

    def __init__(self, hosting: HostingLike, moto: MotoBridge) -> None:
        self._hosting = hosting
        self._moto = moto
        self._threads = ThreadPoolExecutor(max_workers=128, thread_name_prefix="sagemaker")

    async def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, list[str]]
    ) -> Answer:
        if runtime := _RUNTIME.fullmatch(path):
            return await self._on_thread(self._runtime, runtime["endpoint"], runtime["kind"], headers, body)
        operation = headers.get("x-amz-target", "").removeprefix(TARGET_PREFIX)
        params = _params(body)
        if operation in self._hosting.operations() and self._is_hosted(params):
            return await self._on_thread(self._control, operation, params)
        return await self._moto(method, path, headers, body, query)

    def _is_hosted(self, params: Mapping[str, Any]) -> bool:
        """The tag operations serve every kind of resource; the others are the hosting's alone."""
        return "ResourceArn" not in params or self._hosting.owns_arn(str(params["ResourceArn"]))

    async def _on_thread(self, work: Any, *arguments: Any) -> Answer:
        answer: Answer = await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
        return answer

    def _control(self, operation: str, params: dict[str, Any]) -> Answer:
        try:
            return _json(200, self._hosting.call(operation, params))
        except AwsError as error:
            return _json(error.status, {"__type": error.code, "message": error.message})

    def _runtime(self, endpoint: str, kind: str, headers: Mapping[str, str], body: bytes) -> Answer:
        try:
            if kind != "invocations":
                raise AwsError(
                    "ValidationError",
                    f"The local cloud answers /endpoints/{endpoint}/invocations; it has no /{kind} "
                    "(asynchronous and streamed invocations are not emulated).",
                )
            response = self._hosting.invoke(unquote(endpoint), headers, body)
        except AwsError as error:
            status, answer_headers, answer = _json(error.status, {"message": error.message, "Message": error.message})
            return status, {**answer_headers, "x-amzn-errortype": error.code}, answer
        # ministack rewrites JSON types by service, but only a header that is spelt Content-Type.
        return response.status, {name.lower(): value for name, value in response.headers.items()}, response.body


def _params(body: bytes) -> dict[str, Any]:
    try:
        params = json.loads(body or b"{}")
    except ValueError:
        return {}
    return params if isinstance(params, dict) else {}


def _json(status: int, content: Mapping[str, Any]) -> Answer:
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(content, default=_in_json).encode()


def _in_json(value: object) -> float:
    if isinstance(value, datetime):  # the protocol's timestamps are seconds since 1970
        return value.timestamp()
    raise TypeError(f"SageMaker answered with a {type(value).__name__}, which its JSON protocol cannot carry.")
