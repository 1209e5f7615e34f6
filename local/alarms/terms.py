"""The words an alarm is written in."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum
from operator import ge, gt, le, lt

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class AlarmState(StrEnum):
    """The three states of a metric alarm; a new one starts in INSUFFICIENT_DATA."""

    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


class TreatMissingData(StrEnum):
    """What a period without data counts as."""

    MISSING = "missing"
    IGNORE = "ignore"
    BREACHING = "breaching"
    NOT_BREACHING = "notBreaching"


class Comparison(Enum):
    """The operators that take a static threshold, each with the words CloudWatch uses for it in a state reason."""

    GREATER_THAN = ("GreaterThanThreshold", gt, "greater than")
    GREATER_THAN_OR_EQUAL = ("GreaterThanOrEqualToThreshold", ge, "greater than or equal to")
    LESS_THAN = ("LessThanThreshold", lt, "less than")
    LESS_THAN_OR_EQUAL = ("LessThanOrEqualToThreshold", le, "less than or equal to")

    def __init__(self, operator: str, holds: Callable[[float, float], bool], words: str) -> None:
        self.operator = operator
        self.holds = holds
        self.words = words


@dataclass(frozen=True)
class MetricId:
    """One metric. Every distinct set of dimensions is a metric of its own: no dimension is a wildcard."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]] = frozenset()

    def __str__(self) -> str:
        dimensions = ";".join(f"{name}={value}" for name, value in sorted(self.dimensions))
        return f"{self.namespace} {self.name} {{{dimensions}}}"
