"""The three types of metric math: scalar, time series, array of time series."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite


class MathError(ValueError):
    """An expression that is wrong whatever the data is: its text, a name, a function, the type of an argument."""


@dataclass(frozen=True)
class Grid:
    """The periods of one evaluation, which all its series share: `count` of them, of `period` seconds, from `start`."""

    start: int
    period: int
    count: int

    def timestamps(self) -> range:
        return range(self.start, self.start + self.period * self.count, self.period)


Number = float | None
"""A number, or None where there is no data point: no value at all, or a division by zero."""


@dataclass(frozen=True)
class Series:
    """One time series: a number for each period of the grid, oldest first."""

    values: tuple[Number, ...]

    @property
    def present(self) -> list[float]:
        return [value for value in self.values if value is not None]

    def map(self, function: Callable[[float], Number]) -> Series:
        """The series with `function` applied to each data point; gaps stay."""
        return Series(tuple(None if value is None else attempt(function, value) for value in self.values))

    @staticmethod
    def filled(grid: Grid, value: Number) -> Series:
        return Series((value,) * grid.count)


@dataclass(frozen=True)
class SeriesArray:
    """An array of time series, such as METRICS() gives."""

    series: tuple[Series, ...]

    def __iter__(self) -> Iterator[Series]:
        return iter(self.series)

    def columns(self) -> Iterator[list[float]]:
        """For each period, the values of those series that have one."""
        for column in zip(*(series.values for series in self.series), strict=True):
            yield [value for value in column if value is not None]


@dataclass(frozen=True)
class Word:
    """A name in capitals that is an option of a function: REPEAT, LINEAR, ASC, DESC, AVG, MIN, MAX, SUM."""

    name: str


Value = Number | Series | SeriesArray | Word | str


def attempt(function: Callable[..., Number], *arguments: float) -> Number:
    """The result, or None where there is none among the real numbers: the data point is then dropped."""
    try:
        result = function(*arguments)
    except (ArithmeticError, ValueError):
        return None
    return result if isinstance(result, int | float) and isfinite(result) else None


def type_of(value: Value) -> str:
    """In words, for messages."""
    if isinstance(value, Series):
        return "a time series"
    if isinstance(value, SeriesArray):
        return f"an array of {len(value.series)} time series"
    if isinstance(value, Word):
        return f"the word {value.name}"
    return "a text" if isinstance(value, str) else "a scalar"
