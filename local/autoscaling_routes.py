"""HTTP side of Application Auto Scaling."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from .autoscaling import AutoScaling
from .aws_json import Answer, answer_of, parameters

SCOPE = "application-autoscaling"
TARGET_PREFIX = "AnyScaleFrontendService."


class AutoScalingRoutes:
    """A service handler of ministack. Operations call CloudWatch, so they run on threads nothing else waits for."""

    def __init__(self, service: AutoScaling) -> None:
        self._service = service
        self._threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="autoscaling")

    async def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, list[str]]
    ) -> Answer:
        operation = headers.get("x-amz-target", "").removeprefix(TARGET_PREFIX)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, answer_of, self._service.call, operation, parameters(body))
