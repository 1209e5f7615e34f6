"""Checks the input of an operation against botocore's own model of the service, as the service does.

botocore's validator knows types, required members and minima; the service also refuses maxima, patterns and enum
values, and reports all violations of a request at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import botocore.session
import regex
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

from local.sagemaker.errors import AwsError, invalid

_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (Mapping,),
    "map": (Mapping,),
    "list": (list, tuple),
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "timestamp": (int, float, str, datetime),
}


class InputModel:
    """The input shapes of one service's API, of the botocore release that is installed.

    :param service: as botocore names it.
    """

    def __init__(self, service: str = "sagemaker") -> None:
        self._service = _service_model(service)

    def check(self, operation: str, params: Mapping[str, Any]) -> None:
        """:raises AwsError: SerializationException for a wrong type, else ValidationException with all violations."""
        shape = self._service.operation_model(operation).input_shape
        if shape is None:
            return
        found = list(_violations(shape, params, ""))
        if found:
            plural = "error" if len(found) == 1 else "errors"
            raise invalid(f"{len(found)} validation {plural} detected: {'; '.join(found)}")


def without_nulls(value: Any) -> Any:
    """The JSON protocol does not tell a null from a member that is left out."""
    if isinstance(value, Mapping):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


@cache
def _service_model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    _check_type(shape, value, path)
    if isinstance(shape, StructureShape):
        yield from _structure(shape, value, path)
    elif isinstance(shape, ListShape):
        yield from _bounds(shape, len(value), value, path, "length")
        for index, item in enumerate(value, start=1):
            yield from _violations(shape.member, item, f"{path}.{index}.member")
    elif isinstance(shape, MapShape):
        yield from _bounds(shape, len(value), value, path, "length")
        for key, item in value.items():
            yield from _violations(shape.key, key, f"{path}.key")
            yield from _violations(shape.value, item, f"{path}.{key}.value")
    elif shape.type_name == "string":
        yield from _string(shape, value, path)
    elif shape.type_name in ("integer", "long", "float", "double"):
        yield from _bounds(shape, value, value, path, "value")


def _check_type(shape: Shape, value: Any, path: str) -> None:
    expected = _TYPES.get(shape.type_name)
    if expected is None:
        raise NotImplementedError(f"{path}: no rule for the type {shape.type_name} of {shape.name}")
    if not isinstance(value, expected) or (isinstance(value, bool) and shape.type_name != "boolean"):
        given = type(value).__name__
        raise AwsError(
            "SerializationException", f"{path or 'input'}: a {given} cannot be converted to a {shape.type_name}"
        )


def _structure(shape: StructureShape, value: Mapping[str, Any], path: str) -> Iterator[str]:
    prefix = f"{path}." if path else ""
    for name in shape.required_members:
        if value.get(name) is None:
            yield _constraint("null", prefix + _lower_first(name), "Member must not be null")
    for name, item in value.items():
        if name not in shape.members:
            known = ", ".join(shape.members)
            yield f"Unknown parameter '{name}' at '{path or 'input'}': must be one of: {known}"
        elif item is not None:
            yield from _violations(shape.members[name], item, prefix + _lower_first(name))


def _string(shape: Shape, value: str, path: str) -> Iterator[str]:
    enum = shape.metadata.get("enum")
    if enum and value not in enum:
        yield _constraint(value, path, f"Member must satisfy enum value set: [{', '.join(enum)}]")
        return
    yield from _bounds(shape, len(value), value, path, "length")
    pattern = shape.metadata.get("pattern")
    if pattern and not regex.fullmatch(_with_code_points(pattern), value):
        yield _constraint(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _with_code_points(pattern: str) -> str:
    """The models are written for Java, whose patterns spell the characters above U+FFFF as pairs of surrogates."""
    return pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")


def _bounds(shape: Shape, size: float, value: Any, path: str, what: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield _constraint(value, path, f"Member must have {what} greater than or equal to {least}")
    if most is not None and size > most:
        yield _constraint(value, path, f"Member must have {what} less than or equal to {most}")


def _constraint(value: Any, path: str, rule: str) -> str:
    shown = value if value == "null" else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {rule}"


def _lower_first(name: str) -> str:
    return name[:1].lower() + name[1:]
