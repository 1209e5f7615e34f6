"""Simulated time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """How time runs: at `real` (seconds since 1970) it is `simulated`, and `factor` times as fast from then on."""

    real: float
    simulated: float
    factor: float


class Clock:
    """Simulated time. It starts at the real time, runs `factor` times as fast (1.0 = real time), and never goes back.

    Safe to use from several threads.
    """

    def __init__(self, factor: float = 1.0) -> None:
        _refuse_standstill(factor)
        self._changed = threading.Condition(threading.RLock())
        self._factor = factor
        self._simulated = time.time()
        self._since = time.monotonic()
        self._followers: list[Callable[[Pace], None]] = []

    @property
    def factor(self) -> float:
        """Simulated seconds that pass in a real one."""
        return self._factor

    def now(self) -> float:
        """Simulated time, in seconds since 1970 (UTC)."""
        with self._changed:
            return self._simulated + (time.monotonic() - self._since) * self._factor

    def run_at(self, factor: float) -> None:
        """From now on time runs `factor` times as fast. It stays ahead by what it has gained."""
        _refuse_standstill(factor)
        with self._changed:
            self._simulated, self._since, self._factor = self.now(), time.monotonic(), factor
            self._changed.notify_all()
            for follower in self._followers:
                follower(self._pace())

    def real_seconds(self, seconds: float) -> float:
        """How many real seconds `seconds` of simulated time take at the present pace; never negative."""
        return max(0.0, seconds / self._factor)

    def sleep(self, seconds: float) -> None:
        """Blocks for `seconds` of simulated time, whatever becomes of the pace meanwhile."""
        self.sleep_until(self.now() + seconds)

    def sleep_until(self, moment: float) -> None:
        """Blocks until simulated time is `moment`; not at all when it is past."""
        with self._changed:
            while (left := moment - self.now()) > 0:
                self._changed.wait(self.real_seconds(left))

    def follow(self, follower: Callable[[Pace], None]) -> None:
        """Calls `follower` with the pace now, and again at each change of it."""
        with self._changed:
            self._followers.append(follower)
            follower(self._pace())

    def _pace(self) -> Pace:
        return Pace(time.time(), self.now(), self._factor)


def _refuse_standstill(factor: float) -> None:
    if not factor > 0:
        raise ValueError(f"Clock: factor is {factor}, it must be greater than 0 (1.0 = real time).")
