"""Computes the expressions of one alarm over the periods of one evaluation."""

from __future__ import annotations

from collections.abc import Mapping

from local.alarms.metric_math.arguments import Arguments
from local.alarms.metric_math.functions import FUNCTIONS, KNOWN
from local.alarms.metric_math.operators import infix, negative
from local.alarms.metric_math.parser import ArrayOf, Call, Infix, Name, Negative, Node, Option, Scalar, Text
from local.alarms.metric_math.values import Grid, MathError, Series, SeriesArray, Value, Word, type_of


class Evaluator:
    """Each expression is computed once, when it or another one asks for it. None may depend on itself."""

    def __init__(self, metrics: Mapping[str, Series], expressions: Mapping[str, Node], grid: Grid) -> None:
        self._metrics = metrics
        self._expressions = expressions
        self._grid = grid
        self._results: dict[str, Value] = dict(metrics)

    def result(self, id: str) -> Value:
        """The value of a metric or an expression. Raises MathError where a function is given what it does not take."""
        if id not in self._results:
            self._results[id] = self._value(self._expressions[id])
        return self._results[id]

    def _value(self, node: Node) -> Value:
        match node:
            case Scalar(value):
                return value
            case Text(value):
                return value
            case Option(word):
                return Word(word)
            case Name(id):
                return self.result(id)
            case Negative(operand):
                return negative(self._value(operand))
            case Infix(operator, left, right):
                return infix(operator, self._value(left), self._value(right))
            case ArrayOf(items):
                return self._array(items)
            case Call("METRICS", arguments):
                return self._select(arguments)
            case Call("PERIOD", arguments):
                return self._period(arguments)
            case Call(function, arguments):
                return self._call(function, arguments)

    def _array(self, items: tuple[Node, ...]) -> SeriesArray:
        series: list[Series] = []
        for value in map(self._value, items):
            if isinstance(value, Series):
                series.append(value)
            elif isinstance(value, SeriesArray):
                series.extend(value)
            else:
                raise MathError(f"[...] has {type_of(value)}; allowed are time series and arrays of them")
        return SeriesArray(tuple(series))

    def _select(self, arguments: tuple[Node, ...]) -> SeriesArray:
        match arguments:
            case ():
                return SeriesArray(tuple(self._metrics.values()))
            case (Text(part),):
                return SeriesArray(tuple(series for id, series in self._metrics.items() if part in id))
        raise MathError('METRICS takes nothing, or a text that is part of an Id, such as METRICS("errors")')

    def _period(self, arguments: tuple[Node, ...]) -> Value:
        match arguments:
            case (Name(id),) if id in self._metrics:
                return float(self._grid.period)
        raise MathError("PERIOD takes the Id of a metric, and not the result of an expression")

    def _call(self, name: str, arguments: tuple[Node, ...]) -> Value:
        if name not in FUNCTIONS:
            raise MathError(f"there is no function {name}; known are {', '.join(KNOWN)}")
        function = FUNCTIONS[name]
        return function.apply(Arguments(function, [self._value(argument) for argument in arguments], self._grid))
