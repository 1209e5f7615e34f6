"""boto3 clients of the local endpoint."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config

from .environment import REGION

OF_THE_ACCOUNT = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


class LocalClients:
    """One client per service, made on first use; safe to use from several threads."""

    def __init__(self, endpoint: str, credentials: Mapping[str, str] = OF_THE_ACCOUNT) -> None:
        """:param credentials: as an SDK reads them from the environment."""
        self._endpoint = endpoint
        self._session = boto3.Session(
            aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=credentials.get("AWS_SESSION_TOKEN"),
            region_name=REGION,
        )
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def client(self, service: str) -> Any:
        with self._lock:  # boto3 sessions are not thread-safe; the clients they make are
            if service not in self._clients:
                self._clients[service] = self._session.client(
                    service,
                    endpoint_url=self._endpoint,
                    config=Config(
                        retries={"total_max_attempts": 1},
                        inject_host_prefix=False,
                        max_pool_connections=32,
                        connect_timeout=5,
                        read_timeout=20,
                    ),
                )
            return self._clients[service]

    @property
    def s3(self) -> Any:
        return self.client("s3")

    @property
    def ecr(self) -> Any:
        return self.client("ecr")

    @property
    def cloudwatch(self) -> Any:
        return self.client("cloudwatch")
