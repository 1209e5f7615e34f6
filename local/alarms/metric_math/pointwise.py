"""Functions that make each data point another one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import accumulate
from math import ceil, floor, log, log10

from local.alarms.metric_math.arguments import Arguments, Function
from local.alarms.metric_math.values import Grid, Number, Series, SeriesArray, Value

_EITHER = "a time series or an array of them"
_Whole = Callable[[Series, Grid], Series]


def _of_each(name: str, of: _Whole) -> Function:
    """A function of a series, which of an array gives an array."""

    def apply(arguments: Arguments) -> Value:
        arguments.count(1)
        value = arguments.values[0]
        if isinstance(value, SeriesArray):
            return SeriesArray(tuple(of(series, arguments.grid) for series in value))
        return of(arguments.series(0), arguments.grid)

    return Function(name, _EITHER, apply)


def _point(name: str, of: Callable[[float], float]) -> Function:
    return _of_each(name, lambda series, grid: series.map(of))


def _steps(name: str, of: Callable[[float, float], float]) -> Function:
    """A function of how value and time differ from those of the data point before, whichever period that was in."""

    def steps(series: Series, grid: Grid) -> Series:
        before: tuple[float, int] | None = None
        values: list[Number] = []
        for value, at in zip(series.values, grid.timestamps(), strict=True):
            values.append(None if value is None or before is None else of(value - before[0], at - before[1]))
            before = before if value is None else (value, at)
        return Series(tuple(values))

    return _of_each(name, steps)


def _running_sum(series: Series, grid: Grid) -> Series:
    sums = accumulate(value or 0.0 for value in series.values)
    return Series(tuple(None if value is None else total for value, total in zip(series.values, sums, strict=True)))


def _calendar(name: str, part: Callable[[datetime], float]) -> Function:
    """A number for every period, whether or not the series has a value there ("non-sparse"), from its start in UTC."""

    def apply(arguments: Arguments) -> Value:
        arguments.count(1)
        arguments.series(0)
        moments = (datetime.fromtimestamp(at, UTC) for at in arguments.grid.timestamps())
        return Series(tuple(float(part(moment)) for moment in moments))

    return Function(name, "a time series", apply)


FUNCTIONS = (
    _point("ABS", abs),
    _point("CEIL", ceil),
    _point("FLOOR", floor),
    _point("LOG", log),
    _point("LOG10", log10),
    _steps("DIFF", lambda value, seconds: value),
    _steps("DIFF_TIME", lambda value, seconds: seconds),
    _steps("RATE", lambda value, seconds: value / seconds),
    _of_each("RUNNING_SUM", _running_sum),
    _calendar("MINUTE", lambda moment: moment.minute),
    _calendar("HOUR", lambda moment: moment.hour),
    _calendar("DAY", lambda moment: moment.isoweekday()),
    _calendar("DATE", lambda moment: moment.day),
    _calendar("MONTH", lambda moment: moment.month),
    _calendar("YEAR", lambda moment: moment.year),
    _calendar("EPOCH", datetime.timestamp),
)
