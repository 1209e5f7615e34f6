"""The rules of one metric alarm once more, as plainly as they can be written down, to compare the evaluator with.

Written from the CloudWatch User Guide ("Alarm evaluation", "Configuring how CloudWatch alarms treat missing data") and
not from the evaluator. It looks at every period of the evaluation range one by one and spares no loop.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MINUTE = 60


@dataclass(frozen=True)
class Spec:
    """An alarm that fires above `threshold`; `statistic` is one of the simple five."""

    statistic: str
    period: int
    n: int
    m: int
    threshold: float
    treatment: str


@dataclass(frozen=True)
class Point:
    at: float
    value: float
    count: int


def state(spec: Spec, points: Sequence[Point], now: int, before: str) -> str:
    values = in_each_period(spec, points, now)
    newest_first = [value for value in reversed(values) if value is not None][: spec.n]
    breaching = sum(1 for value in newest_first if value > spec.threshold)
    missing = spec.n - len(newest_first)

    if missing == 0:  # TreatMissingData is not needed, and ignored
        return "ALARM" if breaching >= spec.m else "OK"
    if spec.treatment == "breaching":
        return "ALARM" if breaching + missing >= spec.m else "OK"
    if spec.treatment == "notBreaching":
        return "ALARM" if breaching >= spec.m else "OK"
    if breaching >= spec.m:
        return "ALARM"
    if breaching < len(newest_first):  # one is within the threshold
        return "OK"
    if spec.treatment == "ignore":
        return before
    if not newest_first:
        return "INSUFFICIENT_DATA"
    oldest = next(index for index, value in enumerate(values) if value is not None)
    periods_ago = len(values) - oldest
    return "ALARM" if periods_ago >= spec.m else "INSUFFICIENT_DATA"


def in_each_period(spec: Spec, points: Sequence[Point], now: int) -> list[float | None]:
    """The value of each period that is read, oldest first: they end at the last whole minute."""
    whole_minute = now
    while whole_minute % MINUTE:
        whole_minute -= 1
    more = 2
    while more * spec.period < 7 * MINUTE:
        more += 1
    values: list[float | None] = []
    for ago in range(spec.n + more, 0, -1):
        start = whole_minute - ago * spec.period
        inside = [point for point in points if start <= point.at < start + spec.period]
        values.append(statistic(spec.statistic, inside) if inside else None)
    return values


def statistic(name: str, points: Sequence[Point]) -> float:
    single = [point.value for point in points for _ in range(point.count)]
    if name == "SampleCount":
        return float(len(single))
    if name == "Sum":
        return sum(single)
    if name == "Average":
        return sum(single) / len(single)
    return max(single) if name == "Maximum" else min(single)
