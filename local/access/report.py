"""What the journal says of each role: what it called, what it lacks, what it has and did not use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from local.access.journal import Journal, Kind, Tally, Use
from local.access.judgement import Outcome
from local.access.not_exercised import reason_for
from local.access.policies import Role, Statement, all_roles

_ORDER = (Outcome.DENIED, Outcome.MISSING, Outcome.UNDECIDED, Outcome.ALLOWED)


def report(journal: Journal, paths: Mapping[str, str]) -> dict[str, Any]:
    """Everything as JSON has it, a role at a time; `totals` says in numbers whether the run proves anything.

    :param paths: construct path by the name of a role or of an inline policy. What is unused is told of these roles
        only: the others, such as those of the CDK's bootstrap stack, are not the app's to narrow.
    """
    standing = {role.name: role for role in all_roles()}
    called = {kind.role for kind in journal.calls} | {unknown.role for unknown in journal.unknowns}
    roles = []
    for name in sorted(called | standing.keys()):
        role = standing.get(name) or journal.seen.get(name)
        roles.append(
            {
                "role": name,
                "path": paths.get(name),
                "calls": list(_calls(journal, name)),
                "unmapped": [{**asdict(u), "count": n} for u, n in journal.unknowns.items() if u.role == name],
                "unused": list(_unused(role, journal.uses.get(name, set()), paths)) if role and name in paths else [],
            }
        )
    return {"totals": _totals(roles), "roles": roles}


def _calls(journal: Journal, role: str) -> Iterator[dict[str, Any]]:
    calls = [(kind, tally) for kind, tally in journal.calls.items() if kind.role == role]
    for kind, tally in sorted(calls, key=_rank):
        yield {**asdict(kind), **asdict(tally)}


def _rank(counted: tuple[Kind, Tally]) -> tuple[int, str, str]:
    kind, tally = counted
    return _ORDER.index(kind.outcome), kind.action, tally.resource


def _unused(role: Role, uses: set[Use], paths: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Members of `Action` and `Resource` that allowed nothing, statement by statement."""
    for statement in role.identity:
        if not statement.allows:
            continue
        used = {(use.element, use.member) for use in uses if use.statement == statement}
        actions = [a for a in statement.members("Action") if ("Action", a) not in used]
        resources = [r for r in statement.members("Resource") if ("Resource", r) not in used]
        if not actions and not resources:
            continue
        for reason, some in _by_reason(role, statement, actions).items():
            yield _row(statement, paths, some, resources if not used else [], reason, whole=not used)
        if resources and used:
            yield _row(statement, paths, [], resources, None, whole=False)


def _by_reason(role: Role, statement: Statement, actions: list[str]) -> dict[str | None, list[str]]:
    grouped: dict[str | None, list[str]] = {}
    for action in actions:
        grouped.setdefault(reason_for(role, statement, action), []).append(action)
    return grouped


def _row(
    statement: Statement,
    paths: Mapping[str, str],
    actions: list[str],
    resources: list[str],
    reason: str | None,
    *,
    whole: bool,
) -> dict[str, Any]:
    return {
        "policy": statement.policy,
        "path": paths.get(statement.policy),
        "sid": statement.raw.get("Sid"),
        "actions": actions,
        "resources": resources,
        "whole": whole,
        "reason": reason,
    }


def _totals(roles: list[dict[str, Any]]) -> dict[str, int]:
    calls = [call for role in roles for call in role["calls"]]
    unused = [row for role in roles if role["calls"] for row in role["unused"]]
    lacking = (Outcome.MISSING, Outcome.DENIED)
    return {
        "roles": sum(bool(role["calls"] or role["unmapped"]) for role in roles),
        "idleRoles": sum(not (role["calls"] or role["unmapped"]) for role in roles),
        "calls": sum(call["count"] for call in calls),
        "implied": sum(call["count"] for call in calls if call["source"]),
        "missing": sum(call["outcome"] in lacking for call in calls),
        "undecided": sum(call["outcome"] == Outcome.UNDECIDED for call in calls)
        + sum(len(role["unmapped"]) for role in roles),
        "unused": sum(len(row["actions"]) or 1 for row in unused if row["reason"] is None),
        "notExercised": sum(len(row["actions"]) for row in unused if row["reason"] is not None),
    }
