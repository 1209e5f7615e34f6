"""Functions that choose among the series of an array, and TIME_SERIES, which makes a series of a number."""

from __future__ import annotations

from local.alarms.metric_math.aggregates import of_series
from local.alarms.metric_math.arguments import Arguments, Function
from local.alarms.metric_math.values import Number, Series, SeriesArray, Value

_ORDERS = ("ASC", "DESC")
_SORTED_BY = ("AVG", "MIN", "MAX", "SUM")


def _end(index: int) -> Function:
    def apply(arguments: Arguments) -> Value:
        arguments.count(1)
        array = arguments.array(0).series
        return array[index] if array else Series.filled(arguments.grid, None)

    return Function("FIRST" if index == 0 else "LAST", "an array of time series", apply)


def _slice(arguments: Arguments) -> Value:
    arguments.count(2, 3)
    array = arguments.array(0).series
    start = _whole(arguments, 1)
    end = _whole(arguments, 2) if len(arguments.values) == 3 else len(array)
    return SeriesArray(array[start:end])


def _sort(arguments: Arguments) -> Value:
    arguments.count(3, 4)
    array = arguments.array(0).series
    by = arguments.word(1, _SORTED_BY)
    descending = arguments.word(2, _ORDERS) == "DESC"
    limit = _whole(arguments, 3) if len(arguments.values) == 4 else len(array)

    def key(series: Series) -> tuple[bool, float]:
        number: Number = of_series(by, series)
        return number is None, 0.0 if number is None else -number if descending else number

    return SeriesArray(tuple(sorted(array, key=key)[:limit]))


def _whole(arguments: Arguments, index: int) -> int:
    number = arguments.scalar(index)
    if number is None or number < 0 or number != int(number):
        arguments.refuse()
    return int(number)


def _remove_empty(arguments: Arguments) -> Value:
    arguments.count(1)
    return SeriesArray(tuple(series for series in arguments.array(0) if series.present))


def _metric_count(arguments: Arguments) -> Value:
    arguments.count(1)
    return float(len(arguments.array(0).series))


def _time_series(arguments: Arguments) -> Value:
    arguments.count(1)
    return Series.filled(arguments.grid, arguments.scalar(0))


FUNCTIONS = (
    _end(0),
    _end(-1),
    Function("SLICE", "an array of time series, the first to keep (0 is the first), and the first not to", _slice),
    Function(
        "SORT",
        f"an array of time series, one of {', '.join(_SORTED_BY)}, one of {', '.join(_ORDERS)}, and how many at most",
        _sort,
    ),
    Function("REMOVE_EMPTY", "an array of time series", _remove_empty),
    Function("METRIC_COUNT", "an array of time series", _metric_count),
    Function("TIME_SERIES", "a scalar", _time_series),
)
