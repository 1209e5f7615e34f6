"""The hyperparameters that a tuning job tries: at random within their ranges, or every combination."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Mapping
from typing import Any

from local.sagemaker.errors import invalid

Values = Mapping[str, str]
_KINDS = ("IntegerParameterRanges", "ContinuousParameterRanges", "CategoricalParameterRanges")


class Space:
    """:param ranges: the ParameterRanges of a request.

    :raises AwsError: a range that is empty, twice there, or cannot be scaled so.
    """

    def __init__(self, ranges: Mapping[str, Any]) -> None:
        self._integers, self._continuous, self._categorical = (ranges.get(kind, ()) for kind in _KINDS)
        names = self.names
        for name in names:
            if names.count(name) > 1:
                raise invalid(f"ParameterRanges has more than one range {name}.")
        if not names:
            raise invalid("ParameterRanges has no range: there is nothing to tune.")
        for given in (*self._integers, *self._continuous):
            _check(given)

    @property
    def names(self) -> list[str]:
        return [given["Name"] for given in (*self._integers, *self._continuous, *self._categorical)]

    @property
    def is_a_grid(self) -> bool:
        """Whether every range has a finite number of values that are all to be tried."""
        return not self._integers and not self._continuous

    def combinations(self) -> Iterator[Values]:
        """Every combination of a grid, the last range first."""
        names = [given["Name"] for given in self._categorical]
        for values in itertools.product(*(given["Values"] for given in self._categorical)):
            yield dict(zip(names, values, strict=True))

    def size(self) -> int:
        """How many combinations a grid has."""
        return math.prod(len(given["Values"]) for given in self._categorical)

    def draw(self, rng: random.Random) -> Values:
        """One combination at random; integers and reals uniformly on their scales."""
        return {
            **{given["Name"]: str(_integer(given, rng)) for given in self._integers},
            **{given["Name"]: repr(_real(given, rng)) for given in self._continuous},
            **{given["Name"]: rng.choice(given["Values"]) for given in self._categorical},
        }


def _check(given: Mapping[str, Any]) -> None:
    name, scale = given["Name"], given.get("ScalingType", "Auto")
    try:
        least, most = float(given["MinValue"]), float(given["MaxValue"])
    except ValueError as error:
        raise invalid(
            f"The range {name} goes from {given['MinValue']} to {given['MaxValue']}; both must be numbers."
        ) from error
    if not least <= most:
        raise invalid(f"The range {name} goes from {least:g} to {most:g}, which is empty.")
    if scale == "Logarithmic" and least <= 0:
        raise invalid(f"The range {name} begins at {least:g}; a logarithmic one must be above 0.")
    if scale == "ReverseLogarithmic" and not (least >= 0 and most < 1):
        raise invalid(f"The range {name} goes from {least:g} to {most:g}; a reverse logarithmic one is within 0 to 1.")


def _integer(given: Mapping[str, Any], rng: random.Random) -> int:
    least, most = int(given["MinValue"]), int(given["MaxValue"])
    if given.get("ScalingType") == "Logarithmic":
        return min(most, max(least, round(math.exp(rng.uniform(math.log(least), math.log(most))))))
    return rng.randint(least, most)


def _real(given: Mapping[str, Any], rng: random.Random) -> float:
    least, most = float(given["MinValue"]), float(given["MaxValue"])
    match given.get("ScalingType"):
        case "Logarithmic":
            return math.exp(rng.uniform(math.log(least), math.log(most)))
        case "ReverseLogarithmic":
            return 1 - math.exp(rng.uniform(math.log(1 - most), math.log(1 - least)))
    return rng.uniform(least, most)
