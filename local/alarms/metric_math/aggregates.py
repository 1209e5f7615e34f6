"""Functions that make one number of many: of a series a scalar, of an array of series one series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import fsum
from statistics import pstdev

from local.alarms.metric_math.arguments import Arguments, Function
from local.alarms.metric_math.values import Number, Series, SeriesArray, Value, attempt

_Aggregate = Callable[[Sequence[float], int], float]
"""From the values that are there, and the number of those there could be. Called with one value at least."""


def average(values: Sequence[float], possible: int) -> float:
    """Missing values count as 0."""
    return fsum(values) / possible


AGGREGATES: dict[str, _Aggregate] = {
    "AVG": average,
    "DATAPOINT_COUNT": lambda values, possible: len(values),
    "MAX": lambda values, possible: max(values),
    "MIN": lambda values, possible: min(values),
    "STDDEV": lambda values, possible: pstdev(values),
    "SUM": lambda values, possible: fsum(values),
}


def of_series(name: str, series: Series) -> Number:
    """None where the series has no data point; only DATAPOINT_COUNT is then 0."""
    if not series.present:
        return 0.0 if name == "DATAPOINT_COUNT" else None
    return attempt(AGGREGATES[name], series.present, len(series.values))  # type: ignore[arg-type]


def _function(name: str) -> Function:
    def apply(arguments: Arguments) -> Value:
        arguments.count(1)
        value = arguments.values[0]
        if isinstance(value, SeriesArray):
            columns = [[]] * arguments.grid.count if not value.series else list(value.columns())
            return Series(tuple(_of_column(name, column, len(value.series)) for column in columns))
        return of_series(name, arguments.series(0))

    return Function(name, "a time series or an array of them", apply)


def _of_column(name: str, column: Sequence[float], possible: int) -> Number:
    return attempt(AGGREGATES[name], column, possible) if column else None  # type: ignore[arg-type]


FUNCTIONS = tuple(_function(name) for name in AGGREGATES)
