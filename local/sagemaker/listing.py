"""Answers of List operations: filtered, sorted, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.sagemaker.errors import invalid
from local.sagemaker.ports import Params

_DEFAULT_PAGE = 10

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Listing:
    """How one List operation answers. `result`, `name` and `status` are members of its answer and of the rows in it."""

    result: str
    name: str
    status: str
    sort_by: str
    """Name, CreationTime, Status, or a member of the rows: what they are sorted by where the request does not say."""
    sort_order: str

    def page(self, rows: Iterable[Row], params: Params) -> dict[str, Any]:
        """One page of the rows that match.

        :raises AwsError: a token that no answer had.
        """
        found = [row for row in rows if _matches(row, params, self.name, self.status)]
        members = {"Name": self.name, "Status": self.status}
        by: str = params.get("SortBy", self.sort_by)
        found.sort(key=lambda row: row[members.get(by, by)])
        if params.get("SortOrder", self.sort_order) == "Descending":
            found.reverse()
        start = _offset(params.get("NextToken"), len(found))
        end = start + params.get("MaxResults", _DEFAULT_PAGE)
        answer: dict[str, Any] = {self.result: found[start:end]}
        if end < len(found):
            answer["NextToken"] = str(end)
        return answer


def _matches(row: Row, params: Params, name_member: str, status_member: str) -> bool:
    if params.get("NameContains", "").lower() not in row[name_member].lower():
        return False
    if "StatusEquals" in params and row[status_member] != params["StatusEquals"]:
        return False
    for member in ("CreationTime", "LastModifiedTime"):
        if member in row:
            after, before = params.get(f"{member}After"), params.get(f"{member}Before")
            if after is not None and row[member] < _epoch(after):
                return False
            if before is not None and row[member] > _epoch(before):
                return False
    return True


def _epoch(value: Any) -> float:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.timestamp() if isinstance(value, datetime) else float(value)


def _offset(token: str | None, count: int) -> int:
    if token is None:
        return 0
    if not token.isdigit() or int(token) > count:
        raise invalid(f"Invalid NextToken '{token}': pass the NextToken of the previous answer unchanged.")
    return int(token)
