"""The report as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
    """All of it, a role at a time; in each, what is wrong comes first."""
    busy = [role for role in report["roles"] if role["calls"] or role["unmapped"]]
    idle = [role for role in report["roles"] if not (role["calls"] or role["unmapped"])]
    lines = [summary(report["totals"])]
    for role in filter(_is_of_app, busy):
        lines += ["", _title(role), *_calls(role["calls"]), *_unmapped(role), *_unused(role)]
    if others := [role for role in busy if not _is_of_app(role)]:
        lines += ["", "Roles of no CDK app, such as the CDK's own bootstrap roles:"]
        for role in others:
            bad = [call for call in role["calls"] if call["outcome"] in _BAD]
            allowed = sum(call["count"] for call in role["calls"]) - sum(call["count"] for call in bad)
            lines += [f"  {_title(role)}: {allowed} calls allowed", *_calls(bad), *_unmapped(role)]
    if idle:
        lines += ["", "Roles that made no call here, so that nothing is known of them:"]
        lines += [f"  {_title(role)}" for role in idle]
    return "\n".join(lines) + "\n"


def _is_of_app(role: Mapping[str, Any]) -> bool:
    return role["path"] is not None


def _title(role: Mapping[str, Any]) -> str:
    return f"{role['path']} ({role['role']})" if role["path"] else role["role"]


def _calls(calls: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for call in calls:
        mark = call["outcome"].upper() if call["outcome"] in _BAD else call["outcome"]
        others = " and others" if call["others"] else ""
        yield f"  {mark:9} {call['count']:5} x {call['action']} on {call['resource']}{others}{_basis(call)}"
        if call["outcome"] in _BAD:
            yield f"            {call['why']}"
            yield f"            would be allowed by {call['allow']}"


def _unmapped(role: Mapping[str, Any]) -> Iterator[str]:
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
