"""One clock for everything in the local cloud that takes time: alarms, endpoint states, schedules."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Clock:
    """Simulated time. It starts at the real time and runs `factor` times as fast (1.0 = real time)."""

    factor: float = 1.0
    _started_real: float = field(default_factory=time.time, repr=False)
    _started_monotonic: float = field(default_factory=time.monotonic, repr=False)

    def __post_init__(self) -> None:
        if not self.factor > 0:
            raise ValueError(f"Clock: factor is {self.factor}, it must be greater than 0 (1.0 = real time).")

    def now(self) -> float:
        """Simulated time, in seconds since 1970 (UTC)."""
        return self._started_real + (time.monotonic() - self._started_monotonic) * self.factor

    def sleep(self, seconds: float) -> None:
        """Waits until `seconds` of simulated time have passed."""
        time.sleep(self.real_seconds(seconds))

    def real_seconds(self, seconds: float) -> float:
        """How many real seconds `seconds` of simulated time take; never negative."""
        return max(0.0, seconds / self.factor)
