"""Reads recorded metrics from a CSV file; docs/alarms.md has its columns."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from local.alarms.statistic import Datapoint
from local.alarms.terms import DAY, MetricId

REQUIRED = ("timestamp", "namespace", "metric", "dimensions", "value")
OPTIONAL = ("count", "minimum", "maximum", "unit")
LONGEST_DAYS = 455
"""CloudWatch keeps metrics so long."""
_NUMBERS = ("value", "count", "minimum", "maximum")
_YEAR_10000 = 253_402_300_800


class InvalidRecording(ValueError):
    """A line of the recording cannot be read; the message says which and why."""


def read_file(file: Path) -> dict[MetricId, list[Datapoint]]:
    """The datapoints of each metric, in the order of the lines. Raises InvalidRecording."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            recording = read_recording(lines)
    except InvalidRecording as error:
        raise InvalidRecording(f"{file}, {error}") from error
    except UnicodeDecodeError as error:
        raise InvalidRecording(f"{file} is not UTF-8: {error.reason}.") from error
    except OSError as error:
        raise InvalidRecording(f"cannot read {file}: {error.strerror}.") from error
    times = [point.timestamp for points in recording.values() for point in points]
    if not times:
        raise InvalidRecording(f"{file} has no datapoints.")
    days = (max(times) - min(times)) / DAY
    if days > LONGEST_DAYS:
        raise InvalidRecording(f"{file} spans {days:.0f} days; allowed are {LONGEST_DAYS}, which CloudWatch keeps.")
    return recording


def read_recording(lines: Iterable[str]) -> dict[MetricId, list[Datapoint]]:
    """Raises InvalidRecording, which says at which line."""
    reader = csv.DictReader(lines, strict=True)
    try:
        columns = reader.fieldnames or ()
    except csv.Error as error:
        raise InvalidRecording(f"line 1: it is no CSV: {error}.") from error
    if not set(REQUIRED) <= set(columns) <= {*REQUIRED, *OPTIONAL} or len(set(columns)) != len(columns):
        raise InvalidRecording(
            f"line 1: the columns are {','.join(columns) or 'not there'}; needed are {','.join(REQUIRED)}, each "
            f"once, allowed are also {','.join(OPTIONAL)}."
        )
    series: defaultdict[MetricId, list[Datapoint]] = defaultdict(list)
    try:
        for row in reader:
            metric, datapoint = _parse(row)
            series[metric].append(datapoint)
    except csv.Error as error:
        raise InvalidRecording(f"after line {reader.line_num}: it is no CSV: {error}.") from error
    except UnicodeDecodeError:
        raise
    except ValueError as error:
        raise InvalidRecording(f"line {reader.line_num}: {error}") from error
    return dict(series)


def _parse(row: Mapping[str | None, str | None]) -> tuple[MetricId, Datapoint]:
    if None in row or None in (row[column] for column in REQUIRED):
        raise ValueError("it has more or fewer fields than the first line.")
    cells = {str(column): (cell or "").strip() for column, cell in row.items()}
    for column in ("namespace", "metric"):
        if not cells[column]:
            raise ValueError(f"{column} is empty.")
    metric = MetricId(cells["namespace"], cells["metric"], _dimensions(cells["dimensions"]))
    numbers = {column: _number(column, cells[column]) for column in _NUMBERS if cells.get(column)}
    if "value" not in numbers:
        raise ValueError("value is empty.")
    point = Datapoint(_timestamp(cells["timestamp"]), **numbers, unit=cells.get("unit") or None)
    if not point.lowest <= point.value <= point.highest:
        raise ValueError("value is not between minimum and maximum; it is the mean of what they are of.")
    return metric, point


def _dimensions(cell: str) -> frozenset[tuple[str, str]]:
    dimensions: dict[str, str] = {}
    for pair in filter(None, cell.split(";")):
        name, equals, value = pair.partition("=")
        if not (name and equals and value):
            raise ValueError(f"dimensions has {pair!r}; needed is Name=Value, joined by ';'.")
        if name in dimensions:
            raise ValueError(f"dimensions has {name} twice.")
        dimensions[name] = value
    return frozenset(dimensions.items())


def _timestamp(cell: str) -> float:
    seconds = _seconds(cell)
    if seconds is None or not 0 <= seconds < _YEAR_10000:
        raise ValueError(
            f"timestamp is {cell!r}; needed are seconds (not milliseconds) since 1970 or ISO 8601 with a time zone, "
            "such as 2026-11-23T10:00:00Z."
        )
    return seconds


def _seconds(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment.timestamp()


def _number(column: str, cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise ValueError(f"{column} is {cell!r}; needed is a number.") from None
