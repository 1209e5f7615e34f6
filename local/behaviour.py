"""What an emulator does, and on whose word."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Basis(StrEnum):
    """`documented`: AWS says so. `observed`: public records of AWS show it. `assumed`: a choice of ours."""

    DOCUMENTED = "documented"
    OBSERVED = "observed"
    ASSUMED = "assumed"


@dataclass(frozen=True)
class Behaviour:
    """One row of a table. `source` is the page or the record; for an assumption, what is known, or why it is so."""

    topic: str
    what: str
    basis: Basis
    source: str


def documented(topic: str, what: str, source: str) -> Behaviour:
    """A row on the word of AWS."""
    return Behaviour(topic, what, Basis.DOCUMENTED, source)


def observed(topic: str, what: str, source: str) -> Behaviour:
    """A row on the word of public records of AWS."""
    return Behaviour(topic, what, Basis.OBSERVED, source)


def assumed(topic: str, what: str, source: str) -> Behaviour:
    """A row on our own word."""
    return Behaviour(topic, what, Basis.ASSUMED, source)


def assumptions(area: str, table: Iterable[Behaviour]) -> list[str]:
    """One line for each assumption of a table: a run on the local cloud proves these least."""
    return [f"{area}, {row.topic}: {row.what}" for row in table if row.basis is Basis.ASSUMED]
