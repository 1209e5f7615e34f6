"""What was asked as which role, judged as it was asked: counted in memory, line by line in a file."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from local.access.judgement import Outcome, Verdict, covers, judge, permission
from local.access.need import Need
from local.access.policies import Role, Statement, find_role


@dataclass(frozen=True)
class Kind:
    """One kind of call of one role: the objects of a bucket are of one kind."""

    role: str
    action: str
    place: str
    outcome: Outcome
    why: str
    basis: str
    source: str


@dataclass
class Tally:
    """How often a kind of call came, with the first resource that it was for."""

    resource: str
    allow: str
    """The statement that would allow it, as JSON; empty where it is allowed."""
    count: int = 0
    others: bool = False
    """Whether it came for other resources too."""


@dataclass(frozen=True)
class Unknown:
    """A request that nobody here can map to an action."""

    role: str
    request: str
    why: str


@dataclass(frozen=True)
class Use:
    """A member of `Action` or `Resource` of a statement by which something was allowed."""

    statement: Statement
    element: str
    member: str


class Journal:
    """:param file: gets one line of JSON for each need of each call.
    :param now: simulated seconds since 1970.
    """

    def __init__(self, file: Path, now: Callable[[], float]) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        self._now = now
        self._lock = threading.Lock()
        self.start_anew()

    def start_anew(self) -> None:
        """Forgets everything, in memory and in the file."""
        with self._lock:
            self._file.write_text("")
            self.calls: dict[Kind, Tally] = {}
            self.unknowns: Counter[Unknown] = Counter()
            self.uses: dict[str, set[Use]] = {}
            self.seen: dict[str, Role] = {}
            """Roles that were called as, as they were last: they may be gone at the end."""

    def add(self, role_name: str, request: str, needs: Iterable[Need]) -> None:
        """Judges everything a call needs by the policies of now."""
        role = find_role(role_name)
        for need in needs:
            verdict = judge(role, need) if role else Verdict(Outcome.MISSING, f"There is no role {role_name}.")
            allow = "" if verdict.outcome is Outcome.ALLOWED else json.dumps(permission(need))
            place = _place(need.resource)
            kind = Kind(role_name, need.action, place, verdict.outcome, verdict.why, need.basis, need.source)
            with self._lock:
                if role:
                    self.seen[role_name] = role
                tally = self.calls.setdefault(kind, Tally(need.resource, allow))
                tally.count += 1
                tally.others |= tally.resource != need.resource
                self.uses.setdefault(role_name, set()).update(uses(verdict, need))
                self._write({"request": request, **asdict(kind), "resource": need.resource, "keys": dict(need.keys)})

    def add_unknown(self, role_name: str, request: str, why: str) -> None:
        unknown = Unknown(role_name, request, why)
        with self._lock:
            self.unknowns[unknown] += 1
            self._write({**asdict(unknown), "outcome": Outcome.UNDECIDED})

    def _write(self, line: Mapping[str, object]) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"time": round(self._now(), 3), **line}) + "\n")


def _place(resource: str) -> str:
    """The resource, less the key of an object."""
    return resource.partition("/")[0] if resource.startswith("arn:aws:s3:::") else resource


def uses(verdict: Verdict, need: Need) -> Iterable[Use]:
    """Which actions and resources of the allowing statements stand for this need."""
    for statement in verdict.by:
        for element in ("Action", "Resource"):
            for member in statement.members(element):
                if covers(statement.reading({**statement.raw, element: member}), need):
                    yield Use(statement, element, member)
