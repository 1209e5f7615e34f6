"""The statistics that make one data point of all values of a period."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import fsum, isfinite


@dataclass(frozen=True, slots=True)
class Datapoint:
    """What was published to a metric: `value`, seen `count` times at `timestamp` (epoch seconds).

    A statistic set is given by its mean as `value`, its sample count as `count`, and `minimum` and `maximum`.
    """

    timestamp: float
    value: float
    count: float = 1
    minimum: float | None = None
    maximum: float | None = None
    unit: str | None = None
    """What it was published in; None where that is not known."""

    def __post_init__(self) -> None:
        if not (isfinite(self.timestamp) and isfinite(self.value)):
            raise ValueError(f"A datapoint needs a finite timestamp and value; given {self.timestamp}, {self.value}.")
        if not (isfinite(self.count) and self.count > 0):
            raise ValueError(f"A datapoint needs a count above 0; given {self.count}.")

    @property
    def lowest(self) -> float:
        return self.value if self.minimum is None else self.minimum

    @property
    def highest(self) -> float:
        return self.value if self.maximum is None else self.maximum


@dataclass(frozen=True)
class Statistic:
    """One statistic. `of` takes the datapoints of one period, at least one, and gives None where there is no value."""

    name: str
    of: Callable[[Sequence[Datapoint]], float | None]
    samples_needed: Fraction = Fraction(0)
    """Below so many samples in a period a percentile is not significant; 0 for all other statistics."""


def sample_count(datapoints: Sequence[Datapoint]) -> float:
    return fsum(point.count for point in datapoints)


def _sum(datapoints: Sequence[Datapoint]) -> float:
    return fsum(point.value * point.count for point in datapoints)


def _average(datapoints: Sequence[Datapoint]) -> float:
    """Held between the lowest and the highest value, outside of which only rounding could carry it."""
    average = _sum(datapoints) / sample_count(datapoints)
    return min(max(average, _lowest(datapoints)), _highest(datapoints))


def _lowest(datapoints: Sequence[Datapoint]) -> float:
    return min(point.lowest for point in datapoints)


def _highest(datapoints: Sequence[Datapoint]) -> float:
    return max(point.highest for point in datapoints)


SIMPLE_STATISTICS = {
    statistic.name: statistic
    for statistic in (
        Statistic("SampleCount", sample_count),
        Statistic("Sum", _sum),
        Statistic("Average", _average),
        Statistic("Minimum", _lowest),
        Statistic("Maximum", _highest),
    )
}

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,10})?|100(?:\.0{1,10})?)")


def percentile(name: str) -> Statistic | None:
    """The percentile called `name`, such as p95 or p99.9, or None where that is no name of a percentile.

    Interpolated linearly between the two nearest ranks. CloudWatch has no percentile where a value of the period is
    negative, nor of a statistic set whose values differ.
    """
    found = _PERCENTILE.fullmatch(name)
    if not found:
        return None
    percent = Fraction(found[1])

    def of(datapoints: Sequence[Datapoint]) -> float | None:
        return percentile_of(datapoints, percent) if is_distribution(datapoints) else None

    return Statistic(name, of, _samples_needed(percent))


def is_distribution(datapoints: Sequence[Datapoint]) -> bool:
    """Whether each value is known, and none is negative: else CloudWatch has no percentile."""
    return all(point.lowest >= 0 and point.lowest == point.highest for point in datapoints)


def percentile_of(datapoints: Sequence[Datapoint], percent: Fraction) -> float:
    ordered = sorted(datapoints, key=lambda point: point.lowest)
    rank = float(percent / 100) * max(sample_count(ordered) - 1, 0)
    below, above = _value_at(ordered, int(rank)), _value_at(ordered, int(rank) + 1)
    return below + rank % 1 * (above - below)


def _value_at(ordered: Sequence[Datapoint], rank: int) -> float:
    seen = 0.0
    for point in ordered:
        seen += point.count
        if rank < seen:
            return point.lowest
    return ordered[-1].lowest


def _samples_needed(percent: Fraction) -> Fraction:
    if percent in (0, 100):
        return Fraction(0)
    return 1000 / (100 - percent) if percent >= 50 else 1000 / percent
