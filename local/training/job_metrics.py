"""Metrics of a job: what its definitions find in the output of its hosts, line by line."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.sagemaker.ports import Acting, Clock, Params

_log = logging.getLogger(__name__)

NAMESPACE = "/aws/sagemaker/TrainingJobs"
_MAX_DATA = 1000
"""MetricDatum entries in one PutMetricData (API_PutMetricData)."""


@dataclass(frozen=True)
class Reading:
    """One value of one metric."""

    metric: str
    value: float
    moment: float


class JobMetrics:
    """:param acting: puts the metrics as the job's role."""

    def __init__(self, params: Params, job: str, acting: Acting, clock: Clock) -> None:
        definitions = params["AlgorithmSpecification"].get("MetricDefinitions", ())
        self._expressions = [(each["Name"], re.compile(each["Regex"])) for each in definitions]
        self._job = job
        self._acting = acting
        self._clock = clock
        self._read: dict[Path, int] = {}
        self.readings: list[Reading] = []

    def read(self, logs: Sequence[Path]) -> None:
        """Looks through the whole lines that the logs have got since the last time, and puts what it finds."""
        if not self._expressions:
            return
        found = [reading for log in logs for line in self._lines(log) for reading in self._readings(line)]
        self.readings.extend(found)
        for start in range(0, len(found), _MAX_DATA):
            self._put(found[start : start + _MAX_DATA])

    def final(self) -> list[dict[str, Any]]:
        """The last value of each metric, as DescribeTrainingJob shows it."""
        last = {reading.metric: reading for reading in self.readings}
        return [
            {"MetricName": reading.metric, "Value": reading.value, "Timestamp": reading.moment}
            for reading in last.values()
        ]

    def _lines(self, log: Path) -> Iterator[str]:
        if not log.exists():
            return
        with log.open("rb") as stream:
            stream.seek(self._read.get(log, 0))
            whole, newline, _ = stream.read().rpartition(b"\n")
        self._read[log] = self._read.get(log, 0) + len(whole) + len(newline)
        yield from whole.decode("utf-8", "replace").splitlines()

    def _readings(self, line: str) -> Iterator[Reading]:
        for name, expression in self._expressions:
            for match in expression.finditer(line):
                value = _number(match[1])
                if value is not None:
                    yield Reading(name, value, self._clock.now())

    def _put(self, readings: Sequence[Reading]) -> None:
        data = [
            {
                "MetricName": reading.metric,
                "Dimensions": [{"Name": "TrainingJobName", "Value": self._job}],
                "Timestamp": datetime.fromtimestamp(reading.moment, UTC),
                "Value": reading.value,
            }
            for reading in readings
        ]
        try:
            self._acting.cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=data)
        except Exception:
            _log.exception("training job %s: %d metrics could not be put and are lost", self._job, len(data))


def _number(text: str | None) -> float | None:
    """A finite number, such as CloudWatch takes; None for anything else."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None
