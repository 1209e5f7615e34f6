"""Simulated time."""

from __future__ import annotations

import time

import pytest

from local.clock import Clock


def test_real_time_by_default() -> None:
    before = time.time()
    assert Clock().now() == pytest.approx(before, abs=1)


def test_runs_as_many_times_faster_as_its_factor() -> None:
    clock, real = Clock(1000.0), time.monotonic()
    simulated = clock.now()
    clock.sleep(50)
    assert clock.now() - simulated >= 50
    assert clock.now() - simulated == pytest.approx(1000 * (time.monotonic() - real), rel=0.1)
    assert clock.real_seconds(-1) == 0


def test_refuses_to_stand_still() -> None:
    with pytest.raises(ValueError, match=r"factor is 0, it must be greater than 0"):
        Clock(0)
