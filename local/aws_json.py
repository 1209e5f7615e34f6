"""The JSON protocol of AWS: an operation in a header, its parameters and its answer as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from .sagemaker.errors import AwsError

Answer = tuple[int, dict[str, str], bytes]
"""Status, headers and body, as ministack's service handlers return them."""


def parameters(body: bytes) -> dict[str, Any]:
    """The parameters of a request; none where the body is no JSON object."""
    try:
        given = json.loads(body or b"{}")
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def answer_of(
    call: Callable[[str, dict[str, Any]], Mapping[str, Any]], operation: str, params: dict[str, Any]
) -> Answer:
    """The answer of an operation, or its refusal."""
    try:
        return in_json(200, call(operation, params))
    except AwsError as error:
        return in_json(error.status, {"__type": error.code, "message": error.message})


def in_json(status: int, content: Mapping[str, Any]) -> Answer:
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(content, default=_value).encode()


def _value(value: object) -> float:
    if isinstance(value, datetime):  # the protocol's timestamps are seconds since 1970
        return value.timestamp()
    raise TypeError(f"an answer has a {type(value).__name__}, which the JSON protocol cannot carry.")
