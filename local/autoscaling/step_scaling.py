"""Step scaling: how much to add or remove, by how far a metric is beyond its alarm's threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from local.autoscaling.errors import invalid
from local.autoscaling.ports import Params

_DEFAULT_COOLDOWN = 300
_MAX_STEPS = 20
_EXACT, _PERCENT = "ExactCapacity", "PercentChangeInCapacity"
_WHERE = "StepScalingPolicyConfiguration"


@dataclass(frozen=True)
class Step:
    """An adjustment, and the differences between metric and threshold it is for."""

    lower: float
    upper: float
    adjustment: int

    def holds(self, difference: float, above: bool) -> bool:
        """Above the threshold the lower bound is inclusive, below it the upper one."""
        if above:
            return self.lower <= difference < self.upper
        return self.lower < difference <= self.upper


@dataclass(frozen=True)
class StepScaling:
    """One checked StepScalingPolicyConfiguration."""

    given: Params
    kind: str
    steps: tuple[Step, ...]
    aggregation: str
    least: int
    """MinAdjustmentMagnitude; 0 where none is given."""
    cooldown: float
    """Simulated seconds."""

    @classmethod
    def parse(cls, given: Params) -> StepScaling:
        """:raises AwsError: a member is missing, or the steps overlap, leave a gap, or contradict each other."""
        for member in ("AdjustmentType", "StepAdjustments"):
            if not given.get(member):
                raise invalid(f"{_WHERE}: {member} is required.")
        if given.get("MinAdjustmentMagnitude") and given["AdjustmentType"] != _PERCENT:
            raise invalid(f"{_WHERE}: MinAdjustmentMagnitude goes with AdjustmentType {_PERCENT} only.")
        if given.get("Cooldown", 0) < 0:
            raise invalid(f"{_WHERE}: Cooldown is {given['Cooldown']}; it is a number of seconds, 0 or more.")
        return cls(
            given,
            given["AdjustmentType"],
            _steps(given),
            given.get("MetricAggregationType", "Average"),
            given.get("MinAdjustmentMagnitude", 0),
            float(given.get("Cooldown", _DEFAULT_COOLDOWN)),
        )

    def capacity(self, current: int, values: Sequence[float], threshold: float, rising: bool) -> int | None:
        """The capacity that the step for these values asks for; None where no step is for them.

        :param values: the data points of the alarm, in its statistic.
        :param rising: whether the alarm rings above its threshold; decides for a value that equals it.
        """
        difference = self._aggregate(values) - threshold
        above = difference > 0 or (difference == 0 and rising)
        step = next((step for step in self.steps if step.holds(difference, above)), None)
        return None if step is None else max(0, self._adjusted(current, step.adjustment))

    def _aggregate(self, values: Sequence[float]) -> float:
        if self.aggregation == "Minimum":
            return min(values)
        return max(values) if self.aggregation == "Maximum" else math.fsum(values) / len(values)

    def _adjusted(self, current: int, adjustment: int) -> int:
        if self.kind == _EXACT:
            return adjustment
        if self.kind != _PERCENT:
            return current + adjustment
        change = current * adjustment / 100
        whole = math.floor(abs(change)) if abs(change) > 1 else math.ceil(abs(change))
        sign = -1 if adjustment < 0 else 1
        return current + sign * max(whole, self.least if adjustment else 0)


def _steps(given: Params) -> tuple[Step, ...]:
    steps = []
    for item in given["StepAdjustments"]:
        lower, upper = item.get("MetricIntervalLowerBound"), item.get("MetricIntervalUpperBound")
        steps.append(
            Step(
                -math.inf if lower is None else float(lower),
                math.inf if upper is None else float(upper),
                item["ScalingAdjustment"],
            )
        )
    steps.sort(key=lambda step: step.lower)
    if len(steps) > _MAX_STEPS:
        raise invalid(f"{_WHERE}: {len(steps)} StepAdjustments are given; allowed are up to {_MAX_STEPS}.")
    _check(steps, given["AdjustmentType"])
    return tuple(steps)


def _check(steps: Sequence[Step], kind: str) -> None:
    for step in steps:
        shown = f"[{step.lower:g}, {step.upper:g}]"
        if step.lower == -math.inf and step.upper == math.inf:
            raise invalid(f"{_WHERE}: a step needs MetricIntervalLowerBound or MetricIntervalUpperBound.")
        if step.lower >= step.upper:
            raise invalid(f"{_WHERE}: the upper bound of the step {shown} must be greater than its lower bound.")
        if kind == _EXACT and step.adjustment < 0:
            raise invalid(f"{_WHERE}: ScalingAdjustment is {step.adjustment}; {_EXACT} takes 0 and more.")
    for one, next_one in pairwise(steps):
        if one.upper != next_one.lower:
            what = "overlap" if one.upper > next_one.lower else "leave a gap"
            raise invalid(
                f"{_WHERE}: the steps {what} between {one.upper:g} and {next_one.lower:g}; each must begin where the "
                "one before it ends."
            )
    lowest, highest = steps[0].lower, steps[-1].upper
    if -math.inf < lowest < 0:
        raise invalid(f"{_WHERE}: a step begins at {lowest:g}; then the lowest step must have no lower bound.")
    if 0 < highest < math.inf:
        raise invalid(f"{_WHERE}: a step ends at {highest:g}; then the highest step must have no upper bound.")
