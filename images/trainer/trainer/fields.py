"""Hyperparameters arrive as text: kinds of fields, each with how it is read and what is allowed."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from trainer.errors import TrainingError


@dataclass(frozen=True)
class Kind:
    """How the text of a hyperparameter becomes a value."""

    allowed: str
    """What may be given, as it stands in messages and in the documentation."""
    read: Callable[[str], Any]
    """The value, or None when the text is not allowed."""

    def value(self, name: str, given: object) -> Any:
        """:raises TrainingError: what was given is not allowed."""
        value = self.read(given) if isinstance(given, str) else None
        if value is None:
            raise TrainingError(f"hyperparameter {name} is {given!r}, allowed is {self.allowed}")
        return value


def whole(low: int, high: int) -> Kind:
    def read(text: str) -> int | None:
        return int(text) if re.fullmatch(r"\d{1,18}", text, re.ASCII) and low <= int(text) <= high else None

    return Kind(f"a whole number from {low} to {high}", read)


def number(low: float, high: float) -> Kind:
    def read(text: str) -> float | None:
        try:
            value = float(text)
        except ValueError:
            return None
        return value if math.isfinite(value) and low <= value <= high else None

    return Kind(f"a number from {low:g} to {high:g}", read)


def choice(*values: str) -> Kind:
    return Kind(f"one of {', '.join(values)}", lambda text: text if text in values else None)


def flag() -> Kind:
    return Kind("true or false", {"true": True, "false": False}.get)


def names() -> Kind:
    """Dotted names, separated by commas; none at all is allowed."""

    def read(text: str) -> tuple[str, ...] | None:
        parts = tuple(part.strip() for part in text.split(",")) if text else ()
        return parts if all(re.fullmatch(r"\w+(\.\w+)*", part) for part in parts) else None

    return Kind("dotted names, separated by commas", read)


def reference() -> Kind:
    """Something in a Python module."""
    pattern = r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*"
    return Kind("module:name", lambda text: text if re.fullmatch(pattern, text) else None)


def hyperparameter(default: Any, kind: Kind) -> Any:
    """A dataclass field that is read from the hyperparameter of its name."""
    return dataclasses.field(default=default, metadata={"kind": kind})
