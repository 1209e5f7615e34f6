"""Media types: what a request's Content-Type and Accept headers ask for."""

import re
from collections.abc import Sequence

from scorer.errors import RequestError

JSON = "application/json"
CSV = "text/csv"
SUPPORTED = (JSON, CSV)

_TOKEN = r"[\w!#$&^.+*-]+"
_RANGE = re.compile(rf"\s*({_TOKEN})/({_TOKEN})\s*((?:;[^;]*)*)")
_QUALITY = re.compile(r";\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?=;|$)", re.IGNORECASE)


def content_type(header: str | None) -> str:
    """The supported media type a body is in; raises a 415 RequestError for any other, or a charset not UTF-8."""
    media_type, _, parameters = (header or "").partition(";")
    charset = re.search(r"charset\s*=\s*\"?([^\s\";]+)", parameters, re.IGNORECASE)
    if media_type.strip().lower() in SUPPORTED and (charset is None or charset[1].lower() in ("utf-8", "us-ascii")):
        return media_type.strip().lower()
    given = repr(header) if header else "missing"
    raise RequestError(415, "unsupported_media_type", f"Content-Type is {given}; send {_allowed()}, in UTF-8.")


def preferred(header: str | None) -> str:
    """The supported media type an Accept header likes best, JSON on a tie or without one; raises a 406 if none."""
    if header is None or not header.strip():
        return JSON
    ranges = [_parse_range(header, part) for part in header.split(",") if part.strip()]
    best = max(SUPPORTED, key=lambda offered: _quality(offered, ranges))
    if _quality(best, ranges) == 0:
        raise RequestError(406, "not_acceptable", f"Accept is {header!r}; this model answers in {_allowed()}.")
    return best


def _parse_range(header: str, part: str) -> tuple[str, float]:
    match = _RANGE.fullmatch(part)
    quality = _QUALITY.search(match[3]) if match else None
    if match is None or (quality is None and re.search(r";\s*q\s*=", match[3], re.IGNORECASE)):
        message = f"Accept is {header!r}, of which {part.strip()!r} is malformed; this model answers in {_allowed()}."
        raise RequestError(406, "not_acceptable", message)
    return f"{match[1]}/{match[2]}".lower(), float(quality[1]) if quality else 1.0


def _quality(offered: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The quality of the most specific range that covers a type (RFC 9110 section 12.5.1), 0 if none does."""
    for wanted in (offered, f"{offered.partition('/')[0]}/*", "*/*"):
        for media_range, quality in ranges:
            if media_range == wanted:
                return quality
    return 0.0


def _allowed() -> str:
    return " or ".join(SUPPORTED)
