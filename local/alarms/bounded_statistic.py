"""The statistics between two bounds: trimmed mean, count and sum, winsorized mean, percentile rank.

"CloudWatch statistics definitions" (read on 25 November 2026): bounds are percentages or values, either may be left
out; of values the lower bound is exclusive, the upper one inclusive. `tm90` stands for `TM(0%:90%)`, IQM for
`TM(25%:75%)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import fsum, inf

from local.alarms.statistic import Datapoint, Statistic, is_distribution, percentile_of, sample_count

_NUMBER = r"\d+(?:\.\d{1,10})?"
_SHORT = re.compile(rf"(tm|tc|ts|wm)({_NUMBER})")
_LONG = re.compile(rf"(TM|TC|TS|WM|PR)\((?:({_NUMBER})(%?))?:(?:({_NUMBER})(%?))?\)")

_Weighted = Sequence[tuple[float, float]]
"""Values with how often each counts."""


def bounded(name: str) -> Statistic | None:
    """The statistic called `name`, or None where that is no name of one of these."""
    if name == "IQM":
        return _between_percentages("TM", name, 25, 75)
    if short := _SHORT.fullmatch(name):
        upper = float(short[2])
        return _between_percentages(short[1].upper(), name, 0, upper) if upper <= 100 else None
    long = _LONG.fullmatch(name)
    if long is None or (long[2] is None and long[4] is None):
        return None
    kind, low, low_sign, high, high_sign = long.groups()
    signs = {sign for bound, sign in ((low, low_sign), (high, high_sign)) if bound is not None}
    if len(signs) != 1 or (kind == "PR" and signs == {"%"}):
        return None
    is_percent = signs == {"%"}
    lower = float(low) if low is not None else (0 if is_percent else -inf)
    upper = float(high) if high is not None else (100 if is_percent else inf)
    if lower >= upper or (is_percent and upper > 100):
        return None
    return _between_percentages(kind, name, lower, upper) if is_percent else _between_values(kind, name, lower, upper)


def _between_percentages(kind: str, name: str, lower: float, upper: float) -> Statistic:
    """Between two percentages of the values in order; one that a bound cuts counts by the share inside."""

    def inside(datapoints: Sequence[Datapoint]) -> list[tuple[float, float]]:
        ordered = sorted(datapoints, key=lambda point: point.lowest)
        total, seen, kept = sample_count(ordered), 0.0, []
        for point in ordered:
            share = min(seen + point.count, upper / 100 * total) - max(seen, lower / 100 * total)
            kept.append((point.lowest, max(share, 0.0)))
            seen += point.count
        return kept

    def edges(datapoints: Sequence[Datapoint]) -> tuple[float, float]:
        return (
            percentile_of(datapoints, Fraction(str(lower))),
            percentile_of(datapoints, Fraction(str(upper))),
        )

    return _statistic(kind, name, inside, edges)


def _between_values(kind: str, name: str, lower: float, upper: float) -> Statistic:
    def inside(datapoints: Sequence[Datapoint]) -> list[tuple[float, float]]:
        return [(point.lowest, point.count) for point in datapoints if lower < point.lowest <= upper]

    return _statistic(kind, name, inside, lambda _: (lower, upper))


def _statistic(
    kind: str,
    name: str,
    inside: Callable[[Sequence[Datapoint]], _Weighted],
    edges: Callable[[Sequence[Datapoint]], tuple[float, float]],
) -> Statistic:
    def of(datapoints: Sequence[Datapoint]) -> float | None:
        if not is_distribution(datapoints):
            return None
        if kind == "WM":
            lower, upper = edges(datapoints)
            return _mean([(min(max(point.lowest, lower), upper), point.count) for point in datapoints])
        kept = inside(datapoints)
        count = fsum(weight for _, weight in kept)
        match kind:
            case "TM":
                return _mean(kept) if count else None
            case "TS":
                return fsum(value * weight for value, weight in kept)
            case "PR":
                return 100 * count / sample_count(datapoints)
        return count

    return Statistic(name, of)


def _mean(weighted: _Weighted) -> float:
    return fsum(value * weight for value, weight in weighted) / fsum(weight for _, weight in weighted)
