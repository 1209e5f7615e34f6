"""CSV of EC2's Spot Instance Advisor, with columns region, type, interruptions_per_month and saving_percent."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import NamedTuple

from .typescript import header, row

COLUMNS = ["region", "type", "interruptions_per_month", "saving_percent"]
BUCKETS = ["<5%", "5-10%", "10-15%", "15-20%", ">20%"]


class Figure(NamedTuple):
    """One type in one region."""

    type: str
    region: str
    interruptions: str
    saving_percent: int


def read(file: Path, gpu_types: set[str]) -> list[Figure]:
    """The GPU types in the file; others are left out."""
    if not file.is_file():
        raise ValueError(f"--spot-advisor is {file}, allowed is a file that is there")
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if reader.fieldnames != COLUMNS:
            raise ValueError(f"{file} has columns {reader.fieldnames}, allowed are {COLUMNS}")
        figures = [_figure(f"{file} line {reader.line_num}", line) for line in reader if line["type"] in gpu_types]
    places = [(figure.type, figure.region) for figure in figures]
    twice = next((place for place in places if places.count(place) > 1), None)
    if twice or not figures:
        raise ValueError(f"{file} has {f'{twice} twice' if twice else 'no GPU type'}, allowed is each of them once")
    return sorted(figures)


def render(figures: list[Figure], date: str) -> str:
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", date):
        raise ValueError(f"--spot-date is {date}, allowed is a year and month like 2025-07")
    lines = [
        *header(f"EC2 Spot Instance Advisor, {date}, as kept by spotinfo (Apache-2.0)"),
        "import type { SpotRow } from './spot-figures';",
        "",
        f"export const TAKEN = '{date}';",
        "",
        "export const ROWS: readonly SpotRow[] = [",
        *(row(*figure) for figure in figures),
        "];",
        "",
    ]
    return "\n".join(lines)


def _figure(where: str, line: dict[str, str]) -> Figure:
    bucket, saving = line["interruptions_per_month"], line["saving_percent"]
    if bucket not in BUCKETS:
        raise ValueError(f"{where}: interruptions_per_month is {bucket}, allowed are {', '.join(BUCKETS)}")
    if not re.fullmatch(r"-?\d{1,3}", saving):
        raise ValueError(f"{where}: saving_percent is {saving}, allowed are whole percent: below 0 Spot is dearer")
    return Figure(line["type"], line["region"], bucket, int(saving))
