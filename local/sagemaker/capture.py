"""Data capture: which requests are recorded, and the JSON lines that end up in the bucket."""

from __future__ import annotations

import base64
import json
import logging
import random
import threading
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.sagemaker.capture_config import CaptureConfig
from local.sagemaker.ports import Clients, Clock

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Exchange:
    """One request and its answer."""

    endpoint: str
    variant: str
    request_type: str
    request: bytes
    response_type: str
    response: bytes
    inference_id: str | None
    custom_attributes: str | None
    role: str | None
    """ARN of the role as which it is put; None for the account."""


@dataclass(frozen=True)
class _File:
    config: CaptureConfig
    role: str | None
    endpoint: str
    variant: str
    hour: str


class Capture:
    """:param rng: decides which requests are captured.
    :param interval: simulated seconds that records are collected before they are put.
    """

    def __init__(self, clients: Clients, clock: Clock, rng: random.Random, interval: float) -> None:
        self._clients = clients
        self._clock = clock
        self._rng = rng
        self._interval = interval
        self._lock = threading.Lock()
        self._collected: dict[_File, list[str]] = defaultdict(list)
        self._due = clock.now() + interval

    def record(self, config: CaptureConfig | None, exchange: Exchange) -> None:
        """Records the exchange with the configured probability; 0 and 100 percent are exact."""
        if config is None or not config.enabled or self._rng.random() * 100 >= config.percentage:
            return
        now = datetime.fromtimestamp(self._clock.now(), UTC)
        line = json.dumps(_record(config, exchange, now))
        with self._lock:
            file = _File(config, exchange.role, exchange.endpoint, exchange.variant, f"{now:%Y/%m/%d/%H}")
            self._collected[file].append(line)

    def flush_when_due(self) -> None:
        if self._clock.now() >= self._due:
            self.flush()

    def flush(self) -> None:
        with self._lock:
            collected, self._collected = self._collected, defaultdict(list)
            self._due = self._clock.now() + self._interval
        for file, lines in collected.items():
            self._put(file, lines)

    def _put(self, file: _File, lines: list[str]) -> None:
        now = datetime.fromtimestamp(self._clock.now(), UTC)
        name = f"{now:%M-%S}-{now.microsecond // 1000:03d}-{uuid.uuid4()}.jsonl"
        parts = [file.config.prefix, file.endpoint, file.variant, file.hour, name]
        key = "/".join(part for part in parts if part)
        options: dict[str, str] = {}
        if file.config.kms_key is not None:
            options = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": file.config.kms_key}
        body = "".join(line + "\n" for line in lines).encode()
        try:
            s3 = self._clients.acting_as(file.role).s3
            s3.put_object(Bucket=file.config.bucket, Key=key, Body=body, **options)
        except Exception as error:
            _log.error("%d captured records for s3://%s/%s are lost: %s", len(lines), file.config.bucket, key, error)


def _record(config: CaptureConfig, exchange: Exchange, now: datetime) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if config.input:
        data["endpointInput"] = _side(config, "INPUT", exchange.request_type, exchange.request)
    if config.output:
        data["endpointOutput"] = _side(config, "OUTPUT", exchange.response_type, exchange.response)
    metadata: dict[str, Any] = {"eventId": str(uuid.uuid4())}
    if exchange.inference_id is not None:
        metadata["inferenceId"] = exchange.inference_id
    if exchange.custom_attributes is not None:
        metadata["customAttributes"] = [exchange.custom_attributes]
    metadata["inferenceTime"] = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    return {"captureData": data, "eventMetadata": metadata, "eventVersion": "0"}


def _side(config: CaptureConfig, mode: str, content_type: str, body: bytes) -> Mapping[str, str]:
    encoding = config.encoding(content_type)
    if encoding != "BASE64":
        try:
            text = body.decode()
        except UnicodeDecodeError:
            encoding = "BASE64"
    if encoding == "BASE64":
        text = base64.b64encode(body).decode("ascii")
    return {"observedContentType": content_type, "mode": mode, "data": text, "encoding": encoding}
