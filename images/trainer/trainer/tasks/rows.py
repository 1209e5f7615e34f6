"""Rows of CSV files, each read when it is asked for."""

from __future__ import annotations

import bisect
import mmap
from pathlib import Path

import numpy
from numpy.typing import NDArray

from trainer.errors import TrainingError


class Rows:
    """The lines of all `*.csv` files of a folder, by number: the label first, then the features; no header.

    The files are mapped, not loaded: a process reads the lines that it trains on.
    """

    def __init__(self, folder: Path) -> None:
        self._paths = sorted(folder.glob("*.csv"))
        self._maps: list[mmap.mmap] = []
        self._starts: list[NDArray[numpy.int64]] = []
        self._ends_before: list[int] = []
        self.columns = 0
        """The label and the features of each row."""
        for path in self._paths:
            if path.stat().st_size > 0:
                self._add(path)
        if not self._ends_before:
            raise TrainingError(f"{folder} holds no rows; it must hold *.csv files, the label first in each row")
        self.columns = len(self[0])
        if self.columns < 2:
            raise TrainingError(f"{self._paths[0]}: line 1 has one column; it must have the label and the features")

    def __len__(self) -> int:
        return self._ends_before[-1]

    def __getitem__(self, index: int) -> NDArray[numpy.float64]:
        file = bisect.bisect_right(self._ends_before, index)
        line = index - (self._ends_before[file - 1] if file else 0)
        start, end = self._starts[file][line : line + 2]
        text = self._maps[file][start:end].decode("ascii", "replace").strip()
        try:
            row = numpy.array([float(value) for value in text.split(",")])
        except ValueError as error:
            raise TrainingError(f"{self._paths[file]}: line {line + 1} is not made of numbers: {error}") from error
        columns = self.columns or len(row)
        if len(row) != columns or not numpy.isfinite(row).all():
            raise TrainingError(f"{self._paths[file]}: line {line + 1} must hold {columns} finite numbers")
        return row

    def _add(self, path: Path) -> None:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        ends = numpy.flatnonzero(numpy.frombuffer(mapped, dtype=numpy.uint8) == ord("\n")) + 1
        starts = numpy.concatenate(([0], ends, [] if len(ends) and ends[-1] == len(mapped) else [len(mapped)]))
        self._maps.append(mapped)
        self._starts.append(starts.astype(numpy.int64))
        self._ends_before.append((self._ends_before[-1] if self._ends_before else 0) + len(starts) - 1)
