"""The expressions of one alarm."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from local.alarms.metric_math.evaluator import Evaluator
from local.alarms.metric_math.functions import REFUSED
from local.alarms.metric_math.parser import Call, Name, Node, Scalar, nodes, parse
from local.alarms.metric_math.values import Grid, MathError, Series, SeriesArray, type_of

_METRICS_INSIGHTS = re.compile(r"\s*SELECT\b", re.IGNORECASE)


class UnsupportedFunction(MathError):
    """CloudWatch has this function, but it cannot be computed here."""


@dataclass(frozen=True)
class MetricMath:
    """Expressions by Id, and which of them, or which metric, the alarm watches."""

    expressions: Mapping[str, Node]
    watched: str

    @classmethod
    def parse(cls, texts: Mapping[str, str], metrics: Iterable[str], watched: str) -> MetricMath:
        """Reads `texts`, expressions by Id, over metrics with these Ids.

        Raises MathError, or UnsupportedFunction, with the Id in front: what is wrong, and what is allowed.
        """
        ids = list(metrics)
        expressions = {id: _parse(id, text) for id, text in texts.items()}
        for id, tree in expressions.items():
            _check_names(id, tree, {*ids, *expressions})
        _check_order(expressions)
        math = cls(expressions, watched)
        math._check_types(ids)
        return math

    def series(self, metrics: Mapping[str, Series], grid: Grid) -> Series:
        """What the alarm watches, over `grid`. `metrics` has a series for each metric, in the order of the request."""
        value = Evaluator(metrics, self.expressions, grid).result(self.watched)
        if isinstance(value, SeriesArray) and len(value.series) < 2:
            return value.series[0] if value.series else Series.filled(grid, None)
        if isinstance(value, Series):
            return value
        raise MathError(f"{self.watched} gives {type_of(value)}; an alarm watches a single time series")

    def _check_types(self, metrics: list[str]) -> None:
        """Types do not depend on data: what can be computed of ones can be computed of anything."""
        grid = Grid(0, 60, 2)
        evaluator = Evaluator({id: Series.filled(grid, 1.0) for id in metrics}, self.expressions, grid)
        for id in self.expressions:
            try:
                evaluator.result(id)
            except MathError as error:
                raise MathError(f"{id}: {error}") from None
            except RecursionError:
                raise MathError(f"{id} is nested too deeply") from None
        self.series({id: Series.filled(grid, 1.0) for id in metrics}, grid)


def _parse(id: str, text: str) -> Node:
    if _METRICS_INSIGHTS.match(text):
        raise UnsupportedFunction(f"{id} is a Metrics Insights query ({text!r}), which is not computed here")
    try:
        tree = parse(text)
        calls = [node.function for node in nodes(tree) if isinstance(node, Call)]
    except MathError as error:
        raise MathError(f"{id} is {text!r}: {error}") from None
    for function in calls:
        if function in REFUSED:
            raise UnsupportedFunction(f"{id} calls {function}, which is not computed here: {REFUSED[function]}")
    _check_literals(id, tree)
    return tree


def _check_literals(id: str, tree: Node) -> None:
    """What SLICE and SORT count with must not depend on data, or else types would."""
    for node in nodes(tree):
        match node:
            case Call("SLICE", (_, *numbers)) | Call("SORT", (_, _, _, *numbers)):
                for number in numbers:
                    if not isinstance(number, Scalar) or number.value != int(number.value):
                        raise MathError(f"{id} counts in {node.function} with something else than a whole number")


def _check_names(id: str, tree: Node, known: set[str]) -> None:
    for node in nodes(tree):
        if isinstance(node, Name) and node.id not in known:
            raise MathError(f"{id} names {node.id}, which is no Id of Metrics; they are {', '.join(sorted(known))}")


def _check_order(expressions: Mapping[str, Node]) -> None:
    needs = {
        id: {node.id for node in nodes(tree) if isinstance(node, Name) and node.id in expressions}
        for id, tree in expressions.items()
    }
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        raise MathError(f"the expressions need each other: {' -> '.join(reversed(error.args[1]))}") from None
