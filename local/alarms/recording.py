"""Reads recorded metrics from a CSV file.

The first line names the columns, in any order:

    timestamp,namespace,metric,dimensions,value,count
    2026-11-23T10:00:00Z,AWS/SageMaker,ModelLatency,EndpointName=e;VariantName=primary,48210,120
    1795428060,AWS/SageMaker,ModelLatency,EndpointName=e;VariantName=primary,51900,

`timestamp` is ISO 8601 with a time zone, or seconds since 1970. `dimensions` is `Name=Value` joined by `;`, in any
order, and empty for a metric without any. `value` was published `count` times; the column may be left out or empty,
which means once. There is no unit: values are taken to be in the unit of the alarm that reads them.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from local.alarms.statistic import Datapoint
from local.alarms.terms import MetricId

REQUIRED = ("timestamp", "namespace", "metric", "dimensions", "value")
OPTIONAL = ("count",)


class InvalidRecording(ValueError):
    """A line of the recording cannot be read; the message says which and why."""


def read_recording(lines: Iterable[str]) -> dict[MetricId, list[Datapoint]]:
    """The datapoints of each metric, in the order of the lines. Raises InvalidRecording."""
    reader = csv.DictReader(lines)
    columns = reader.fieldnames or ()
    if not set(REQUIRED) <= set(columns) <= {*REQUIRED, *OPTIONAL}:
        raise InvalidRecording(
            f"line 1: the columns are {','.join(columns) or 'not there'}; needed are {','.join(REQUIRED)}, "
            f"allowed is also {','.join(OPTIONAL)}."
        )
    series: defaultdict[MetricId, list[Datapoint]] = defaultdict(list)
    for row in reader:
        try:
            metric, datapoint = _parse(row)
        except ValueError as error:
            raise InvalidRecording(f"line {reader.line_num}: {error}") from error
        series[metric].append(datapoint)
    return dict(series)


def _parse(row: Mapping[str | None, str | None]) -> tuple[MetricId, Datapoint]:
    if None in row or None in (row[column] for column in REQUIRED):
        raise ValueError("it has more or fewer fields than the first line.")
    cells = {str(column): (cell or "").strip() for column, cell in row.items()}
    for column in ("namespace", "metric"):
        if not cells[column]:
            raise ValueError(f"{column} is empty.")
    metric = MetricId(cells["namespace"], cells["metric"], _dimensions(cells["dimensions"]))
    count = _number("count", cells["count"]) if cells.get("count") else 1
    return metric, Datapoint(_timestamp(cells["timestamp"]), _number("value", cells["value"]), count)


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
    try:
        return float(cell)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError(
            f"timestamp is {cell!r}; needed are seconds since 1970 or ISO 8601 with a time zone, "
            "such as 2026-11-23T10:00:00Z."
        )
    return moment.timestamp()


def _number(column: str, cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise ValueError(f"{column} is {cell!r}; needed is a number.") from None
