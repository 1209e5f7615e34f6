"""Template properties as the input of an API operation, checked against botocore's model of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.model import Shape


def as_input(where: str, value: Any, shape: Shape) -> Any:
    """`value` in the types of `shape`: templates may write numbers and booleans as strings.

    Raises ValueError for a property that the operation does not know; nothing is dropped.
    """
    kind = shape.type_name
    if kind == "structure":
        return _structure(where, value, shape)
    if kind == "list":
        if not isinstance(value, list):
            raise ValueError(f"{where}: a list is expected, {value!r} was given.")
        return [as_input(f"{where}[{index}]", item, shape.member) for index, item in enumerate(value)]
    if kind == "map":
        if not isinstance(value, Mapping):
            raise ValueError(f"{where}: an object is expected, {value!r} was given.")
        return {key: as_input(f"{where}.{key}", item, shape.value) for key, item in value.items()}
    return _scalar(where, value, kind)


def _structure(where: str, value: Any, shape: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{where}: an object is expected, {value!r} was given.")
    if unknown := sorted(set(value) - set(shape.members)):
        raise ValueError(
            f"{where}: the local cloud cannot set {', '.join(unknown)}; {shape.name} has {', '.join(shape.members)}."
        )
    return {key: as_input(f"{where}.{key}", item, shape.members[key]) for key, item in value.items()}


def _scalar(where: str, value: Any, kind: str) -> Any:
    if kind in ("integer", "long", "float", "double") and isinstance(value, (int, float, str)):
        try:
            number = float(value)
        except ValueError:
            raise ValueError(f"{where}: a number is expected, {value!r} was given.") from None
        if kind in ("float", "double"):
            return number
        if number.is_integer():
            return int(number)
        raise ValueError(f"{where}: a whole number is expected, {value!r} was given.")
    if kind == "boolean":
        if str(value).lower() not in ("true", "false"):
            raise ValueError(f"{where}: true or false is expected, {value!r} was given.")
        return str(value).lower() == "true"
    if kind == "string" and not isinstance(value, str):
        return json.dumps(value) if isinstance(value, (dict, list, bool)) else str(value)
    return value
