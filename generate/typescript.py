"""Values as Prettier writes them."""

from __future__ import annotations

from importlib.metadata import version

Value = str | int | bool | None


def literal(value: Value) -> str:
    """None is a fact that no source has."""
    if value is None:
        return "UNKNOWN"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}'" if isinstance(value, str) else str(value)


def row(*values: Value) -> str:
    return f"  [{', '.join(literal(value) for value in values)}],"


def header(source: str) -> list[str]:
    note = "Written by `npm run generate`, not by hand: docs/instance-types.md."
    return ["/*", f" * {note}", f" * Source: {source}.", " */", ""]


def package(name: str, licence: str) -> str:
    return f"{name} {version(name)} ({licence})"
