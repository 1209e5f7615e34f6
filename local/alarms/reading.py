"""Where a text cannot be read."""

from __future__ import annotations

from lark.exceptions import UnexpectedInput, UnexpectedToken


def place(error: UnexpectedInput, text: str) -> str:
    """In words: the character, counted from 1, and what stands there."""
    at = error.pos_in_stream
    at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    if at is None or at_end or not 0 <= at < len(text):
        return "at its end"
    return f"at character {at + 1}, {text[at : at + 20]!r}"
