"""One request to the local cloud with what is known of its answer."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from local import contract

BODY_KEPT = 1024 * 1024
_GZIP = 16 + zlib.MAX_WBITS


@dataclass
class Request:
    """`body` holds its first MiB at most: what is larger is an object, which tells nothing about permissions."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes = b""
    status: int = 0
    answer_headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_scope(cls, scope: Mapping[str, Any]) -> Request:
        """From an ASGI scope; the body and the answer come later."""
        query = parse_qs(scope.get("query_string", b"").decode(), keep_blank_values=True)
        return cls(scope["method"], scope["path"], query, decoded(scope["headers"]))

    def inflate(self) -> None:
        """SDKs compress what is large, and say so in a header: PutMetricData from 10 KiB up."""
        if "gzip" in self.headers.get("content-encoding", ""):
            self.body = zlib.decompressobj(wbits=_GZIP).decompress(self.body, BODY_KEPT)

    @property
    def access_key_id(self) -> str:
        """Who signed it: the credential of the Authorization header, or of a presigned URL."""
        _, _, credential = self.headers.get("authorization", "").partition("Credential=")
        return (credential or next(iter(self.query.get("X-Amz-Credential", [])), "")).partition("/")[0]

    @property
    def service(self) -> str:
        """As ministack names it, which is how it is addressed rather than how IAM calls it."""
        service: str = contract.DETECT_SERVICE.value()(self.method, self.path, self.headers, self.query)
        return service

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Of the query string and of a form in the body."""
        parameters: Mapping[str, Any] = contract.ROUTING_PARAMS.value()(
            self.method, self.path, self.headers, self.body, self.query
        )
        return parameters

    def __str__(self) -> str:
        target = self.headers.get("x-amz-target") or next(iter(self.parameters.get("Action", [])), "")
        return target or f"{self.method} {self.path}"


def decoded(headers: Any) -> dict[str, str]:
    """ASGI's headers, with names in lower case."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
