"""HTTP side of SageMaker: endpoints with the runtime's InvokeEndpoint, training, and moto for the rest."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol
from urllib.parse import unquote

from .aws_json import Answer, answer_of, in_json, parameters
from .moto_bridge import MotoBridge
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


class PartLike(Protocol):
    """What the routes need of a part of SageMaker, such as `local.training.Training`."""

    def operations(self) -> frozenset[str]: ...
    def owns_arn(self, arn: str) -> bool: ...
    def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]: ...


class HostingLike(PartLike, Protocol):
    """What the routes need of `local.sagemaker.Hosting`."""

    def invoke(self, endpoint: str, headers: Mapping[str, str], body: bytes) -> RuntimeResponse: ...


class SageMakerRoutes:
    """A service handler of ministack. Operations may block, so they run on threads that nothing else waits for."""

    def __init__(self, hosting: HostingLike, training: PartLike, moto: MotoBridge) -> None:
        self._hosting = hosting
        self._parts: tuple[PartLike, ...] = (hosting, training)
        self._moto = moto
        self._threads = ThreadPoolExecutor(max_workers=128, thread_name_prefix="sagemaker")

    async def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, list[str]]
    ) -> Answer:
        if runtime := _RUNTIME.fullmatch(path):
            return await self._on_thread(self._runtime, runtime["endpoint"], runtime["kind"], headers, body)
        operation = headers.get("x-amz-target", "").removeprefix(TARGET_PREFIX)
        params = parameters(body)
        for part in self._parts:
            if operation in part.operations() and _is_its_own(part, params):
                return await self._on_thread(answer_of, part.call, operation, params)
        return await self._moto(method, path, headers, body, query)

    async def _on_thread(self, work: Any, *arguments: Any) -> Answer:
        answer: Answer = await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
        return answer

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
            status, answer_headers, answer = in_json(error.status, {"message": error.message, "Message": error.message})
            return status, {**answer_headers, "x-amzn-errortype": error.code}, answer
        # ministack rewrites JSON types by service, but only a header that is spelt Content-Type.
        return response.status, {name.lower(): value for name, value in response.headers.items()}, response.body


def _is_its_own(part: PartLike, params: Mapping[str, Any]) -> bool:
    """The tag operations serve every kind of resource; the others are one part's alone."""
    return "ResourceArn" not in params or part.owns_arn(str(params["ResourceArn"]))
