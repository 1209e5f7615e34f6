"""Simulated time."""

from __future__ import annotations

import threading
import time


class Clock:
    """Simulated time. It starts at the real time, runs `factor` times as fast (1.0 = real time), and never goes back.

    Safe to use from several threads.
    """

    def __init__(self, factor: float = 1.0) -> None:
        if not factor > 0:
            raise ValueError(f"Clock: factor is {factor}, it must be greater than 0 (1.0 = real time).")
        self._lock = threading.Lock()
        self._factor = factor
        self._simulated = time.time()
        self._since = time.monotonic()

    @property
    def factor(self) -> float:
        """Simulated seconds that pass in a real one."""
        return self._factor

    def now(self) -> float:
        """Simulated time, in seconds since 1970 (UTC)."""
        with self._lock:
            return self._simulated + (time.monotonic() - self._since) * self._factor

    def run_in_real_time(self) -> None:
        """From now on a simulated second takes a real one. The time stays ahead by what it has gained."""
        with self._lock:
            real = time.monotonic()
            self._simulated += (real - self._since) * self._factor
            self._since, self._factor = real, 1.0

    def real_seconds(self, seconds: float) -> float:
        """How many real seconds `seconds` of simulated time take; never negative."""
        return max(0.0, seconds / self._factor)
