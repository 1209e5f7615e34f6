"""Pages of a Describe operation: MaxResults and NextToken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from local.autoscaling.errors import invalid
from local.autoscaling.ports import Params
from local.sagemaker.errors import AwsError


def page(params: Params, member: str, rows: Sequence[dict[str, Any]], most: int = 50) -> dict[str, Any]:
    """The rows from NextToken on, at most MaxResults of them.

    :param most: the largest MaxResults, and its default.
    :raises AwsError: MaxResults is out of range, or the token was not given out.
    """
    size = params.get("MaxResults", most)
    if not 1 <= size <= most:
        raise invalid(f"MaxResults is {size}; it can be from 1 to {most}.")
    start = _start(params.get("NextToken"), len(rows))
    answer: dict[str, Any] = {member: list(rows[start : start + size])}
    if start + size < len(rows):
        answer["NextToken"] = str(start + size)
    return answer


def selected(
    params: Params, rows: Iterable[dict[str, Any]], names: tuple[str, str] | None = None
) -> list[dict[str, Any]]:
    """The rows of the namespace, resource and dimension that the request asks for.

    :param names: the member of a row that names it, and that of the request which lists the names wanted.
    :raises AwsError: a dimension without a resource.
    """
    if "ScalableDimension" in params and not (params.get("ResourceId") or params.get("ResourceIds")):
        raise invalid("ScalableDimension is given without a resource ID; give both, or neither.")
    asked = [key for key in ("ServiceNamespace", "ResourceId", "ScalableDimension") if key in params]
    found = [row for row in rows if all(row[key] == params[key] for key in asked)]
    if names is not None and params.get(names[1]):
        found = [row for row in found if row[names[0]] in params[names[1]]]
    return found


def _start(token: str | None, count: int) -> int:
    if token is None:
        return 0
    if not token.isdigit() or int(token) > count:
        raise AwsError(
            "InvalidNextTokenException", f"NextToken is {token!r}; pass that of the previous answer unchanged."
        )
    return int(token)
