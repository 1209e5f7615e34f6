"""Operators of metric math.

"Missing values in a time series are treated as 0. If the value of a data point causes a function to attempt to divide
by zero, the data point is dropped." A timestamp at which neither series has a value is in neither of them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable

from local.alarms.metric_math.values import MathError, Number, Series, SeriesArray, Value, attempt, type_of

_Binary = Callable[[float, float], Number]
_ARITHMETIC: dict[str, _Binary] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
}
_TESTS: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "AND": lambda left, right: bool(left) and bool(right),
    "OR": lambda left, right: bool(left) or bool(right),
}


def negative(value: Value) -> Value:
    return infix("*", -1.0, value)


def infix(symbol: str, left: Value, right: Value) -> Value:
    """The result of one operator; comparison and logical operators give 1.0 or 0.0."""
    arrays = isinstance(left, SeriesArray) or isinstance(right, SeriesArray)
    if symbol in _TESTS and arrays:
        raise MathError(
            f"{symbol} has {type_of(left)} and {type_of(right)}; allowed are time series and scalars, and no arrays"
        )
    for side in (left, right):
        if not (side is None or isinstance(side, float | int | Series | SeriesArray)):
            raise MathError(f"{symbol} has {type_of(side)}; allowed are scalars and time series")
    if isinstance(left, SeriesArray) and isinstance(right, SeriesArray):
        raise MathError(f"{symbol} has arrays of time series on both sides; allowed is an array on one side")
    if isinstance(left, SeriesArray):
        return SeriesArray(tuple(_pair(symbol, series, right) for series in left))
    if isinstance(right, SeriesArray):
        return SeriesArray(tuple(_pair(symbol, left, series) for series in right))
    if isinstance(left, Series) or isinstance(right, Series):
        return _pair(symbol, left, right)
    return None if left is None or right is None else _apply(symbol, left, right)  # type: ignore[arg-type]


def _pair(symbol: str, left: Value, right: Value) -> Series:
    """A series with a series or a scalar."""
    if isinstance(left, Series) and isinstance(right, Series):
        return Series(
            tuple(
                None if a is None and b is None else _apply(symbol, a or 0.0, b or 0.0)
                for a, b in zip(left.values, right.values, strict=True)
            )
        )
    if isinstance(left, Series):
        return left.map(lambda value: None if right is None else _apply(symbol, value, right))  # type: ignore[arg-type]
    assert isinstance(right, Series)
    return right.map(lambda value: None if left is None else _apply(symbol, left, value))  # type: ignore[arg-type]


def _apply(symbol: str, left: float, right: float) -> Number:
    if symbol in _TESTS:
        return float(_TESTS[symbol](left, right))
    return attempt(_ARITHMETIC[symbol], left, right)
