"""From the text of an expression to its tree, as "Metric math syntax and functions" writes expressions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from local.alarms.metric_math.values import MathError
from local.alarms.reading import place

_GRAMMAR = r"""
    ?start: either
    ?either: both | either ("OR" | "||") both -> or_
    ?both: comparison | both ("AND" | "&&") comparison -> and_
    ?comparison: sum | comparison COMPARISON sum -> infix
    ?sum: product | sum (PLUS | MINUS) product -> infix
    ?product: unary | product (TIMES | DIVIDED_BY) unary -> infix
    ?unary: power | MINUS unary -> negative
    ?power: operand | operand POWER unary -> infix
    ?operand: NUMBER -> number
        | TEXT -> text
        | NAME -> name
        | CAPITALS -> word
        | CAPITALS "(" [either ("," either)*] ")" -> call
        | "[" either ("," either)* "]" -> array
        | "(" either ")"

    COMPARISON: "==" | "!=" | "<=" | ">=" | "<" | ">"
    PLUS: "+"
    MINUS: "-"
    TIMES: "*"
    DIVIDED_BY: "/"
    POWER: "^"
    NAME: /[a-z][A-Za-z0-9_]*/
    CAPITALS: /[A-Z][A-Za-z0-9_]*/
    TEXT: /"[^"]*"|'[^']*'/
    NUMBER: /(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?/
    %ignore /\s+/
"""


@dataclass(frozen=True)
class Scalar:
    value: float


@dataclass(frozen=True)
class Text:
    value: str


@dataclass(frozen=True)
class Name:
    """The Id of a metric or of another expression."""

    id: str


@dataclass(frozen=True)
class Option:
    """A word in capitals without parentheses, such as REPEAT."""

    word: str


@dataclass(frozen=True)
class Negative:
    operand: Node


@dataclass(frozen=True)
class Infix:
    """An arithmetic, comparison or logical operator; AND and OR have these names."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Call:
    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class ArrayOf:
    items: tuple[Node, ...]


Node = Scalar | Text | Name | Option | Negative | Infix | Call | ArrayOf


class _ToTree(Transformer[Token, Node]):
    def number(self, children: list[Token]) -> Node:
        return Scalar(float(children[0]))

    def text(self, children: list[Token]) -> Node:
        return Text(children[0][1:-1])

    def name(self, children: list[Token]) -> Node:
        return Name(str(children[0]))

    def word(self, children: list[Token]) -> Node:
        return Option(str(children[0]))

    def negative(self, children: list[Node]) -> Node:
        return Negative(children[-1])

    def infix(self, children: list[Node]) -> Node:
        left, operator, right = children
        return Infix(str(operator), left, right)

    def and_(self, children: list[Node]) -> Node:
        return Infix("AND", *children)

    def or_(self, children: list[Node]) -> Node:
        return Infix("OR", *children)

    def call(self, children: list[Node | None]) -> Node:
        return Call(str(children[0]), tuple(child for child in children[1:] if child is not None))

    def array(self, children: list[Node]) -> Node:
        return ArrayOf(tuple(children))


_parser = Lark(_GRAMMAR, parser="lalr", transformer=_ToTree())


def parse(expression: str) -> Node:
    """The tree of `expression`. Raises MathError, which says at which character it cannot be read."""
    try:
        return _parser.parse(expression)  # type: ignore[return-value]
    except UnexpectedInput as error:
        raise MathError(
            f"it cannot be read {place(error, expression)}; Ids of metrics and expressions begin with a lower-case "
            "letter, functions are written in capitals"
        ) from None


def nodes(tree: Node) -> Iterator[Node]:
    """`tree` and everything below it."""
    left = [tree]
    while left:
        node = left.pop()
        yield node
        match node:
            case Negative(operand):
                left.append(operand)
            case Infix(_, first, second):
                left += [second, first]
            case Call(_, arguments):
                left.extend(reversed(arguments))
            case ArrayOf(items):
                left.extend(reversed(items))
