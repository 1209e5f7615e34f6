"""Reads values out of a mapping that anyone may have written, with a sentence for each that is not as it must be."""

from collections.abc import Mapping
from math import isfinite, nan
from typing import Any, NoReturn

from local.alarms.errors import InvalidAlarm, UnsupportedAlarm


class Given:
    """What was given, under the names of the CloudWatch API. A value that is None or empty counts as left out.

    `where` opens every message: which alarm, and which part of it.
    """

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        self._values = {key: value for key, value in values.items() if value not in (None, "", [], {})}
        self.where = where

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def keys(self) -> set[str]:
        return set(self._values)

    def get(self, key: str, default: Any = None) -> Any:
        return self._values.get(key, default)

    def part(self, key: str) -> "Given":
        """A structure inside, required."""
        value = self.required(key)
        if not isinstance(value, Mapping):
            self.invalid(f"{key} is {value!r}; allowed is a structure.")
        return Given(value, f"{self.where}, {key}")

    def invalid(self, message: str) -> NoReturn:
        raise InvalidAlarm(f"{self.where}: {message}")

    def unsupported(self, what: str) -> NoReturn:
        raise UnsupportedAlarm(
            f"{self.where} depends on {what}. Judged here are metrics and metric math against a static threshold; "
            "the state of this alarm stays unknown."
        )

    def required(self, key: str) -> Any:
        if key not in self._values:
            self.invalid(f"{key} is missing; it is required.")
        return self._values[key]

    def text(self, key: str) -> str:
        value = self.required(key)
        if not isinstance(value, str):
            self.invalid(f"{key} is {value!r}; allowed is a literal text.")
        return value

    def number(self, key: str) -> float:
        value = self.required(key)
        try:
            number = nan if isinstance(value, bool) else float(value)
        except (TypeError, ValueError):
            number = nan
        if not isfinite(number):
            self.invalid(f"{key} is {value!r}; allowed is a number.")
        return number

    def whole(self, key: str, minimum: int, maximum: int | None = None) -> int:
        number = self.number(key)
        if number != int(number) or number < minimum or (maximum is not None and number > maximum):
            allowed = f"of at least {minimum}" if maximum is None else f"from {minimum} to {maximum}"
            self.invalid(f"{key} is {self._values[key]}; allowed is a whole number {allowed}.")
        return int(number)

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value = self.required(key) if default is None else self._values.get(key, default)
        if value not in allowed:
            self.invalid(f"{key} is {value!r}; allowed is one of {', '.join(allowed)}.")
        return str(value)
