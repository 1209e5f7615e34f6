"""A `threading.Event` that is waited for in simulated time."""

from __future__ import annotations

import threading

from .clock import Clock

_REAL_SECONDS_BETWEEN_LOOKS = 0.2  # within which a wait notices that the pace of the clock has changed


class ClockEvent(threading.Event):
    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        """As `threading.Event.wait`, with `timeout` in simulated seconds."""
        if timeout is None:
            return super().wait()
        deadline = self._clock.now() + timeout
        while not self.is_set():
            left = deadline - self._clock.now()
            if left <= 0:
                return False
            super().wait(min(self._clock.real_seconds(left), _REAL_SECONDS_BETWEEN_LOOKS))
        return True
