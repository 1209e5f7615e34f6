"""What of an image's folder reaches the image, for the tests of every image."""

from fnmatch import fnmatchcase
from pathlib import Path


def admitted(image: Path, paths: list[str]) -> list[str]:
    """The paths .dockerignore leaves: the last pattern that matches a path or a folder above it decides."""
    patterns = (image / ".dockerignore").read_text().split()
    assert patterns[0] == "*", "an allow-list starts by ignoring everything"
    assert all(pattern.startswith("!") for pattern in patterns[1:]), "and then only admits"
    return sorted(path for path in paths if any(matches(pattern[1:], path) for pattern in patterns[1:]))


def matches(pattern: str, path: str) -> bool:
    parts, wanted = path.split("/"), pattern.split("/")
    return len(parts) >= len(wanted) and all(map(fnmatchcase, parts, wanted))
