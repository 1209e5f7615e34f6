"""The rule of a composite alarm: which states of which other alarms put it into ALARM."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from re import sub

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from local.alarms.reading import place

MAX_CHILDREN, MAX_ELEMENTS = 100, 500

_GRAMMAR = r"""
    ?start: either
    ?either: both | either "OR" both -> or_
    ?both: operand | both "AND" operand -> and_
    ?operand: "NOT" operand -> not_
        | "TRUE" -> true
        | "FALSE" -> false
        | STATE "(" reference ")" -> in_state
        | "AT_LEAST" "(" COUNT "," [NOT] STATE "," "(" reference ("," reference)* ")" ")" -> at_least
        | "(" either ")" -> group
    ?reference: QUOTED -> quoted | BARE -> bare

    NOT.2: "NOT"
    STATE.2: "ALARM" | "OK" | "INSUFFICIENT_DATA"
    COUNT.3: /[0-9]+%?(?=\s*,)/
    QUOTED: /"(\\.|[^"\\])*"/
    BARE: /[^\s(),"]+/
    %ignore /\s+/
"""


class InvalidRule(ValueError):
    """The text is no rule; the message says where it cannot be read."""


@dataclass(frozen=True)
class Constant:
    value: bool


@dataclass(frozen=True)
class InState:
    """ALARM(...), OK(...) or INSUFFICIENT_DATA(...)."""

    state: str
    alarm: str
    """Its name; an ARN is cut to it."""


@dataclass(frozen=True)
class AtLeast:
    """AT_LEAST(M, STATE, (...)): so many of the alarms are in the state, or, with NOT, are not in it."""

    count: int
    of_hundred: bool
    """Whether `count` is a percentage of the alarms."""
    negated: bool
    conditions: tuple[InState, ...]


@dataclass(frozen=True)
class Not:
    operand: Node


@dataclass(frozen=True)
class Junction:
    """AND (all of the operands) or OR (any of them)."""

    all: bool
    operands: tuple[Node, ...]


Node = Constant | InState | AtLeast | Not | Junction


class _ToTree(Transformer[Token, Node]):
    def __init__(self) -> None:
        super().__init__()
        self.groups = 0

    def quoted(self, children: list[Token]) -> str:
        return name_of(sub(r"\\(.)", r"\1", children[0][1:-1]))

    def bare(self, children: list[Token]) -> str:
        return name_of(str(children[0]))

    def true(self, children: list[Token]) -> Node:
        return Constant(True)

    def false(self, children: list[Token]) -> Node:
        return Constant(False)

    def in_state(self, children: list[str]) -> Node:
        return InState(*map(str, children))

    def at_least(self, children: list[str | None]) -> Node:
        count, negation, state, *alarms = children
        conditions = tuple(InState(str(state), str(alarm)) for alarm in alarms)
        number = str(count)
        return AtLeast(int(number.rstrip("%")), number.endswith("%"), negation is not None, conditions)

    def not_(self, children: list[Node]) -> Node:
        return Not(children[0])

    def and_(self, children: list[Node]) -> Node:
        return Junction(True, tuple(children))

    def or_(self, children: list[Node]) -> Node:
        return Junction(False, tuple(children))

    def group(self, children: list[Node]) -> Node:
        self.groups += 1
        return children[0]


_parser = Lark(_GRAMMAR, parser="lalr")


def parse(rule: str) -> Node:
    """Raises InvalidRule."""
    to_tree = _ToTree()
    try:
        tree: Node = to_tree.transform(_parser.parse(rule))
        elements = to_tree.groups + sum(1 for _ in _leaves(tree))
        children = set(alarms(tree))
    except UnexpectedInput as error:
        raise InvalidRule(
            f"it cannot be read {place(error, rule)}; allowed are ALARM, OK and INSUFFICIENT_DATA of an alarm, "
            "AT_LEAST, TRUE, FALSE, AND, OR, NOT, in capitals, and parentheses"
        ) from None
    except RecursionError:
        raise InvalidRule("it is nested too deeply") from None
    if len(children) > MAX_CHILDREN or elements > MAX_ELEMENTS:
        raise InvalidRule(
            f"it has {len(children)} alarms and {elements} elements; "
            f"allowed are up to {MAX_CHILDREN} and {MAX_ELEMENTS}"
        )
    for leaf in _groups(tree):
        most = 100 if leaf.of_hundred else len(leaf.conditions)
        if not 1 <= leaf.count <= most:
            unit = " %" if leaf.of_hundred else ""
            raise InvalidRule(f"AT_LEAST asks for {leaf.count}{unit}; allowed are 1 to {most}{unit}")
    return tree


def holds(node: Node, states: Mapping[str, str]) -> bool:
    """Whether the rule is true while alarms are in `states`, which has the state of every alarm of the rule."""
    match node:
        case Constant(value):
            return value
        case InState(state, alarm):
            return states[alarm] == state
        case Not(operand):
            return not holds(operand, states)
        case Junction(all_of_them, operands):
            results = (holds(operand, states) for operand in operands)
            return all(results) if all_of_them else any(results)
        case AtLeast(count, of_hundred, negated, conditions):
            needed = ceil(count * len(conditions) / 100) if of_hundred else count
            return sum(holds(condition, states) is not negated for condition in conditions) >= needed


def alarms(node: Node) -> list[str]:
    """Names of the alarms that the rule depends on, each once, in its order."""
    return list(dict.fromkeys(leaf.alarm for leaf in _leaves(node) if isinstance(leaf, InState)))


def _leaves(node: Node) -> Iterator[Constant | InState]:
    match node:
        case Not(operand):
            yield from _leaves(operand)
        case Junction(_, operands):
            for operand in operands:
                yield from _leaves(operand)
        case AtLeast(_, _, _, conditions):
            yield from conditions
        case leaf:
            yield leaf


def _groups(node: Node) -> Iterator[AtLeast]:
    match node:
        case AtLeast():
            yield node
        case Not(operand):
            yield from _groups(operand)
        case Junction(_, operands):
            for operand in operands:
                yield from _groups(operand)


def name_of(reference: str) -> str:
    """The name of an alarm given by its name or by its ARN."""
    parts = reference.split(":", 6)
    return parts[6] if len(parts) == 7 and parts[0] == "arn" and parts[2] == "cloudwatch" else reference
