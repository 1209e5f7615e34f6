"""Which instances can be had, and when they are taken away: always all, or by a schedule on the clock."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from local.sagemaker.ports import Clock
from local.training.spot_trace import Step

ALWAYS = "always"
"""Any number of instances, for ever."""


@dataclass(frozen=True)
class Schedule:
    """Steps that count from `start`, in seconds since 1970 on the clock."""

    start: float
    steps: tuple[Step, ...]

    @property
    def is_yes_or_no(self) -> bool:
        """Whether it only says that there is capacity, for any number of instances, or that there is none."""
        return all(step.instances <= 1 for step in self.steps)

    def offers(self, instances: int, at: float) -> bool:
        found = 0
        for step in self.steps:
            if self.start + step.second > at:
                break
            found = step.instances
        return self._is_enough(found, instances)

    def lacked(self, instances: int, since: float, until: float) -> bool:
        """Whether there was a moment after `since`, up to `until`, without capacity for `instances`."""
        if not self.offers(instances, until):
            return True
        return any(
            since < self.start + step.second <= until and not self._is_enough(step.instances, instances)
            for step in self.steps
        )

    def _is_enough(self, found: int, wanted: int) -> bool:
        return found >= (1 if self.is_yes_or_no else wanted)


class Supply:
    """Capacity of one kind, Spot or on-demand. Every job sees all of it: jobs take nothing away from each other.

    Safe to use from several threads.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._schedule: Schedule | None = None

    def follow(self, steps: Sequence[Step] | None) -> None:
        """From now on by these steps, which begin now; for None always all."""
        with self._lock:
            self._schedule = None if steps is None else Schedule(self._clock.now(), tuple(steps))

    @property
    def schedule(self) -> Schedule | None:
        with self._lock:
            return self._schedule

    def offers(self, instances: int) -> bool:
        """Whether so many instances can be had now."""
        schedule = self.schedule
        return schedule is None or schedule.offers(instances, self._clock.now())

    def lacked(self, instances: int, since: float) -> bool:
        """Whether so many instances could not be kept from `since` on until now, for however short a moment.

        A schedule that was set after `since` counts from its own beginning.
        """
        schedule = self.schedule
        return schedule is not None and schedule.lacked(instances, max(since, schedule.start), self._clock.now())


class Capacity:
    """What the jobs of this cloud can have, and on which terms. The control endpoint changes it while jobs run."""

    def __init__(self, clock: Clock) -> None:
        self.spot = Supply(clock)
        self.on_demand = Supply(clock)
        self.notice = 120.0
        """Simulated seconds from SIGTERM to SIGKILL at a Spot interruption; 0 for SIGKILL at once."""
        self.spot_price_ratio = 0.3
        """What a second on Spot is billed as, in seconds on-demand."""
