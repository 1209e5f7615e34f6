"""Metric math once more, time stamp by time stamp, to compare the evaluator with.

A series is a mapping from time stamps to values; what is not in it is missing. An expression is a nested tuple, of
which `text` makes what CloudWatch reads, with all parentheses. Written from the tables of "Using math expressions with
CloudWatch metrics", and not from the evaluator.
"""

import math
from typing import Any

TIMES = range(0, 360, 60)

Series = dict[int, float]
Tree = tuple[Any, ...]


def text(tree: Tree) -> str:
    match tree:
        case ("number", value):
            return f"({value})"
        case ("metric", id):
            return str(id)
        case ("minus", operand):
            return f"(-{text(operand)})"
        case ("infix", sign, left, right):
            return f"({text(left)} {sign} {text(right)})"
        case ("array", name, *items):
            return f"{name}([{', '.join(map(text, items))}])"
        case ("FILL", operand, str(word)):
            return f"FILL({text(operand)}, {word})"
        case (name, *operands):
            return f"{name}({', '.join(map(text, operands))})"
    raise AssertionError(tree)


def compute(tree: Tree, metrics: dict[str, Series]) -> Series | float:
    def of(operand: Tree) -> Any:
        return compute(operand, metrics)

    match tree:
        case ("number", value):
            return float(value)
        case ("metric", id):
            return metrics[id]
        case ("minus", operand):
            return pointwise("*", -1.0, of(operand))
        case ("infix", sign, left, right):
            return pointwise(sign, of(left), of(right))
        case ("array", name, *items):
            return over_array(name, [of(item) for item in items])
        case ("FILL", operand, "REPEAT"):
            return repeated(of(operand))
        case ("FILL", operand, filler):
            filling = of(filler)
            return {t: of(operand).get(t, at(filling, t)) for t in TIMES if at(of(operand), t, filling) is not None}
        case ("IF", condition, yes, no):
            return chosen(of(condition), of(yes), of(no))
        case ("ABS", operand):
            return {t: abs(value) for t, value in of(operand).items()}
        case ("CEIL", operand):
            return {t: float(math.ceil(value)) for t, value in of(operand).items()}
        case ("DIFF", operand):
            series = of(operand)
            return {t: series[t] - series[max(s for s in series if s < t)] for t in series if t > min(series)}
        case ("RUNNING_SUM", operand):
            series = of(operand)
            return {t: sum(series[s] for s in series if s <= t) for t in series}
        case (("MAX" | "MIN" | "SUM") as name, operand):
            values = of(operand).values()
            return {"MAX": max, "MIN": min, "SUM": sum}[name](values) if values else math.nan
    raise AssertionError(tree)


def at(value: Any, t: int, otherwise: Any = None) -> float | None:
    """The value at a time; of a number the number, which nan says that there is none of."""
    if isinstance(value, dict):
        return value[t] if t in value else (at(otherwise, t) if otherwise is not None else None)
    return None if math.isnan(value) else value


def pointwise(sign: str, left: Any, right: Any) -> Any:
    if not isinstance(left, dict) and not isinstance(right, dict):
        result = apply(sign, left, right)
        return math.nan if result is None else result
    result = {}
    for t in TIMES:
        a, b = at(left, t), at(right, t)
        if isinstance(left, dict) and isinstance(right, dict):
            if a is None and b is None:
                continue
            a, b = a or 0.0, b or 0.0
        if a is None or b is None:
            continue
        value = apply(sign, a, b)
        if value is not None:
            result[t] = value
    return result


def apply(sign: str, a: float, b: float) -> float | None:
    if math.isnan(a) or math.isnan(b):
        return None
    match sign:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            return a / b if b else None
        case "<":
            return 1.0 if a < b else 0.0
        case ">=":
            return 1.0 if a >= b else 0.0
        case "==":
            return 1.0 if a == b else 0.0
        case "AND":
            return 1.0 if a != 0 and b != 0 else 0.0
        case "OR":
            return 1.0 if a != 0 or b != 0 else 0.0
    raise AssertionError(sign)


def chosen(condition: Any, yes: Any, no: Any) -> Series:
    result = {}
    for t in TIMES:
        test = at(condition, t)
        if test is None:
            continue
        value = at(yes, t) if test else at(no, t)
        if value is None and test and isinstance(condition, dict):
            value = 0.0
        if value is not None:
            result[t] = value
    return result


def repeated(series: Series) -> Series:
    return {t: series[max(s for s in series if s <= t)] for t in TIMES if any(s <= t for s in series)}


def over_array(name: str, items: list[Series]) -> Series:
    result = {}
    for t in TIMES:
        values = [series[t] for series in items if t in series]
        if values:
            result[t] = (
                sum(values) / len(items) if name == "AVG" else {"SUM": sum, "MAX": max, "MIN": min}[name](values)
            )
    return result
