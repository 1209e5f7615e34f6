"""FILL and IF: the functions that decide what stands where a data point is missing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from local.alarms.metric_math.arguments import Arguments, Function
from local.alarms.metric_math.values import Number, Series, SeriesArray, Value, Word


def _fill(arguments: Arguments) -> Value:
    arguments.count(2)
    filler = _filler(arguments)
    value = arguments.values[0]
    if isinstance(value, SeriesArray):
        return SeriesArray(tuple(filler(series) for series in value))
    return filler(arguments.series(0))


def _filler(arguments: Arguments) -> Callable[[Series], Series]:
    by = arguments.values[1]
    if isinstance(by, Series):
        return lambda series: _fill_from(series, by.values)
    if isinstance(by, Word):
        return {"REPEAT": _repeat, "LINEAR": _linear}[arguments.word(1, ("REPEAT", "LINEAR"))]
    number = arguments.scalar(1)
    return lambda series: _fill_from(series, (number,) * len(series.values))


def _fill_from(series: Series, others: tuple[Number, ...]) -> Series:
    return Series(tuple(b if a is None else a for a, b in zip(series.values, others, strict=True)))


def _repeat(series: Series) -> Series:
    """With the value before the gap; nothing is known before the first one."""
    last: Number = None
    values: list[Number] = []
    for value in series.values:
        last = last if value is None else value
        values.append(last)
    return Series(tuple(values))


def _linear(series: Series) -> Series:
    """On the line between the values at both ends of the gap; what has no value on both sides stays a gap."""
    values = list(series.values)
    known = [index for index, value in enumerate(values) if value is not None]
    for left, right in pairwise(known):
        start, end = values[left], values[right]
        assert start is not None and end is not None
        for index in range(left + 1, right):
            values[index] = start + (end - start) * (index - left) / (right - left)
    return Series(tuple(values))


def _if(arguments: Arguments) -> Value:
    arguments.count(2, 3)
    condition, chosen = arguments.values[0], arguments.values[1]
    otherwise = arguments.values[2] if len(arguments.values) == 3 else Series.filled(arguments.grid, None)
    if not any(isinstance(value, Series) for value in arguments.values):
        arguments.refuse()
    tests = _points(arguments, condition)
    true_values, false_values = _points(arguments, chosen), _points(arguments, otherwise)
    if isinstance(condition, Series):  # where the condition holds, a missing value counts as 0
        true_values = tuple(0.0 if value is None else value for value in true_values)
    return Series(
        tuple(
            None if test is None else (yes if test else no)
            for test, yes, no in zip(tests, true_values, false_values, strict=True)
        )
    )


def _points(arguments: Arguments, value: Value) -> tuple[Number, ...]:
    if isinstance(value, Series):
        return value.values
    if value is None or isinstance(value, int | float):
        return (value,) * arguments.grid.count
    arguments.refuse()


FUNCTIONS = (
    Function(
        "FILL", "a time series or an array of them, and a scalar, a time series, REPEAT or LINEAR to fill it by", _fill
    ),
    Function(
        "IF", "a condition, the value where it is not 0, and the value where it is 0; one of them is a time series", _if
    ),
)
