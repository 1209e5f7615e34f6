"""The report as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_BAD = ("denied", "missing", "undecided")


def summary(totals: Mapping[str, int]) -> str:
    """The report in one line."""
    return (
        f"{totals['roles']} roles made {totals['calls']} calls ({totals['implied']} implied by documentation): "
        f"{totals['missing']} permissions missing, {totals['undecided']} undecided, {totals['unused']} never used, "
        f"{totals['notExercised']} not exercised here"
    )


def proves(totals: Mapping[str, int]) -> bool:
    """Whether every call was allowed."""
    return totals["missing"] == 0 and totals["undecided"] == 0


def text(report: Mapping[str, Any]) -> str:
    """All of it, a role at a time; what is wrong comes first."""
    busy = [role for role in report["roles"] if role["calls"] or role["unmapped"]]
    idle = [role for role in report["roles"] if not (role["calls"] or role["unmapped"])]
    lines = [summary(report["totals"])]
    for role in busy:
        lines += ["", _title(role), *_calls(role), *_unused(role)]
    if idle:
        lines += ["", "Roles that made no call here, so that nothing is known of them:"]
        lines += [f"  {_title(role)}" for role in idle]
    return "\n".join(lines) + "\n"


def _title(role: Mapping[str, Any]) -> str:
    return f"{role['path']} ({role['role']})" if role["path"] else role["role"]


def _calls(role: Mapping[str, Any]) -> Iterator[str]:
    for call in role["calls"]:
        mark = call["outcome"].upper() if call["outcome"] in _BAD else call["outcome"]
        others = " and others" if call["others"] else ""
        yield f"  {mark:9} {call['count']:5} x {call['action']} on {call['resource']}{others}{_basis(call)}"
        if call["outcome"] in _BAD:
            yield f"            {call['why']}"
            yield f"            would be allowed by {call['allow']}"
    for unknown in role["unmapped"]:
        yield f"  UNDECIDED {unknown['count']:5} x {unknown['request']}"
        yield f"            {unknown['why']}"


def _basis(call: Mapping[str, Any]) -> str:
    return f" ({call['basis']}: {call['source']})" if call["source"] else ""


def _unused(role: Mapping[str, Any]) -> Iterator[str]:
    for row in role["unused"]:
        if row["reason"] is None:
            yield f"  never used: {_what(row)}"
    for row in role["unused"]:
        if row["reason"] is not None:
            yield f"  not exercised here: {_what(row)}"
            yield f"            {row['reason']}"


def _what(row: Mapping[str, Any]) -> str:
    parts = [", ".join(row["actions"])] if row["actions"] else []
    if row["resources"]:
        parts.append("on " + ", ".join(row["resources"]))
    sid = f"statement {row['sid']} of " if row["sid"] else ""
    return f"{' '.join(parts)} ({sid}{row['path'] or row['policy']})"
