"""The metrics of variants that are put whether or not anyone asks: requests in flight, and minutes without any."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from local.sagemaker.load import Load

MINUTE = 60
START = 1795593600  # a whole minute
SERVES = {("e", "v"): 1}


@dataclass
class Clock:
    factor: float = 1.0
    time: float = START

    def now(self) -> float:
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def load(clock):
    load = Load(clock)
    assert load.data(SERVES) == []
    return load


def values(data, metric):
    """Value by seconds since the start."""
    rows = [row for row in data if row["MetricName"] == metric]
    assert all(
        row["Dimensions"] == [{"Name": "EndpointName", "Value": "e"}, {"Name": "VariantName", "Value": "v"}]
        for row in rows
    )
    return {int(row["Timestamp"].timestamp()) - START: row["Values"][0] for row in rows}


def test_the_highest_number_in_flight_of_each_ten_seconds(clock, load):
    for _ in range(3):
        load.enter("e", "v")
    for _ in range(3):
        load.leave("e", "v")
    clock.time += 12
    load.enter("e", "v")
    clock.time += 20
    load.leave("e", "v")
    clock.time += 10
    assert values(load.data(SERVES), "ConcurrentRequestsPerModel") == {0: 3, 10: 1, 20: 1, 30: 1}
    assert load.data(SERVES) == []
    clock.time += 10
    assert values(load.data(SERVES), "ConcurrentRequestsPerModel") == {40: 0}


def test_it_is_divided_by_the_instances(clock, load):
    load.enter("e", "v")
    clock.time += 10
    assert values(load.data({("e", "v"): 4}), "ConcurrentRequestsPerModel") == {0: 0.25}


def test_a_minute_without_a_request_has_no_invocations_per_instance(clock, load):
    clock.time += MINUTE
    assert values(load.data(SERVES), "InvocationsPerInstance") == {50: 0}
    load.enter("e", "v")
    load.leave("e", "v")
    clock.time += 2 * MINUTE
    assert values(load.data(SERVES), "InvocationsPerInstance") == {170: 0}


def test_a_variant_that_serves_no_more_is_forgotten_once_it_is_idle(clock, load):
    load.enter("e", "v")
    clock.time += 10
    assert load.data({}) == []
    load.leave("e", "v")
    assert load.data({}) == []
    clock.time += 10
    assert values(load.data(SERVES), "ConcurrentRequestsPerModel") == {}
    clock.time += 10
    assert values(load.data(SERVES), "ConcurrentRequestsPerModel") == {20: 0}
