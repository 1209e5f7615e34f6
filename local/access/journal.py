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
class Entry:
    """One kind of call of one role; the journal counts how often it came."""

    role: str
    action: str
    resource: str
    outcome: Outcome
    why: str
    basis: str
    source: str
    allow: str
    """The statement that would allow it, as JSON; empty where it is allowed."""


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
            self.entries: Counter[Entry] = Counter()
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
            entry = Entry(
                role_name, need.action, need.resource, verdict.outcome, verdict.why, need.basis, need.source, allow
            )
            with self._lock:
                if role:
                    self.seen[role_name] = role
                self.entries[entry] += 1
                self.uses.setdefault(role_name, set()).update(uses(verdict, need))
                self._write({"request": request, **asdict(entry), "keys": dict(need.keys)})

    def add_unknown(self, role_name: str, request: str, why: str) -> None:
        unknown = Unknown(role_name, request, why)
        with self._lock:
            self.unknowns[unknown] += 1
            self._write({**asdict(unknown), "outcome": Outcome.UNDECIDED})

    def _write(self, line: Mapping[str, object]) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"time": round(self._now(), 3), **line}) + "\n")


def uses(verdict: Verdict, need: Need) -> Iterable[Use]:
    """Which actions and resources of the allowing statements stand for this need."""
    for statement in verdict.by:
        for element in ("Action", "Resource"):
            for member in statement.members(element):
                if covers(statement.reading({**statement.raw, element: member}), need):
                    yield Use(statement, element, member)
