"""What functions of metric math take, and the sentence that refuses anything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from local.alarms.metric_math.values import Grid, MathError, Number, Series, SeriesArray, Value, Word, type_of


@dataclass(frozen=True)
class Function:
    """One function. `takes` is what a message says of its arguments."""

    name: str
    takes: str
    apply: Callable[[Arguments], Value]


@dataclass(frozen=True)
class Arguments:
    """The arguments of one call, read by position, and the periods they are given for."""

    function: Function
    values: Sequence[Value]
    grid: Grid

    def count(self, least: int, most: int | None = None) -> None:
        if not least <= len(self.values) <= (most or least):
            self.refuse()

    def series(self, index: int) -> Series:
        value = self.values[index]
        return value if isinstance(value, Series) else self.refuse()

    def array(self, index: int) -> SeriesArray:
        value = self.values[index]
        return value if isinstance(value, SeriesArray) else self.refuse()

    def scalar(self, index: int) -> Number:
        value = self.values[index]
        return value if value is None or isinstance(value, int | float) else self.refuse()

    def word(self, index: int, allowed: Sequence[str]) -> str:
        value = self.values[index]
        return value.name if isinstance(value, Word) and value.name in allowed else self.refuse()

    def refuse(self) -> NoReturn:
        given = ", ".join(type_of(value) for value in self.values) or "nothing"
        raise MathError(f"{self.function.name} is given {given}; it takes {self.function.takes}")
