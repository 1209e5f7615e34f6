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
    either: both ("OR" both)*
    both: operand ("AND" operand)*
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


@dataclass(frozen=True)
class Group:
    """What stands in parentheses."""

    operand: Node


Node = Constant | InState | AtLeast | Not | Junction | Group


class _ToTree(Transformer[Token, Node]):
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

    def both(self, children: list[Node]) -> Node:
        return children[0] if len(children) == 1 else Junction(True, tuple(children))

    def either(self, children: list[Node]) -> Node:
        return children[0] if len(children) == 1 else Junction(False, tuple(children))

    def group(self, children: list[Node]) -> Node:
        return Group(children[0])


_parser = Lark(_GRAMMAR, parser="lalr", transformer=_ToTree())


def parse(rule: str) -> Node:
    """Raises InvalidRule."""
    try:
        tree: Node = _parser.parse(rule)  # type: ignore[assignment]
        found = list(_nodes(tree))
        children = alarms(tree)
        holds(tree, dict.fromkeys(children, "OK"))
    except UnexpectedInput as error:
        raise InvalidRule(
            f"it cannot be read {place(error, rule)}; allowed are ALARM, OK and INSUFFICIENT_DATA of an alarm, "
            "AT_LEAST, TRUE, FALSE, AND, OR, NOT, in capitals, and parentheses"
        ) from None
    except RecursionError:
        raise InvalidRule("it is nested too deeply") from None
    elements = sum(isinstance(node, Constant | InState | Group) for node in found)
    if len(children) > MAX_CHILDREN or elements > MAX_ELEMENTS:
        raise InvalidRule(
            f"it has {len(children)} alarms and {elements} elements; "
            f"allowed are up to {MAX_CHILDREN} and {MAX_ELEMENTS}"
        )
    for node in found:
        if isinstance(node, AtLeast):
            _check_count(node)
    return tree


def holds(node: Node, states: Mapping[str, str]) -> bool:
    """Whether the rule is true while alarms are in `states`, which has the state of every alarm of the rule."""
    match node:
        case Constant(value):
            return value
        case InState(state, alarm):
            return states[alarm] == state
        case Group(operand):
            return holds(operand, states)
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
    return list(dict.fromkeys(one.alarm for one in _nodes(node) if isinstance(one, InState)))


def _nodes(tree: Node) -> Iterator[Node]:
    """`tree` and everything below it, in the order of the text."""
    left = [tree]
    while left:
        node = left.pop()
        yield node
        match node:
            case Not(operand) | Group(operand):
                left.append(operand)
            case Junction(_, operands):
                left.extend(reversed(operands))
            case AtLeast(_, _, _, conditions):
                left.extend(reversed(conditions))


def _check_count(node: AtLeast) -> None:
    most, unit = (100, " %") if node.of_hundred else (len(node.conditions), "")
    if not 1 <= node.count <= most:
        raise InvalidRule(f"AT_LEAST asks for {node.count}{unit}; allowed are 1 to {most}{unit}")


def name_of(reference: str) -> str:
    """The name of an alarm given by its name or by its ARN."""
    parts = reference.split(":", 6)
    return parts[6] if len(parts) == 7 and parts[0] == "arn" and parts[2] == "cloudwatch" else reference
