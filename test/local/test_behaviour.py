"""The tables of what the emulators do, and on whose word."""

from __future__ import annotations

import pytest
from local_cloud import LocalCloud

from local.access.behaviours import BEHAVIOURS as PERMISSIONS
from local.alarms.rules import RULES
from local.autoscaling.behaviours import BEHAVIOURS as SCALING
from local.behaviour import Basis, Behaviour
from local.clock.behaviours import BEHAVIOURS as CLOCK
from local.cloudformation.behaviours import BEHAVIOURS as STACKS
from local.sagemaker.behaviours import BEHAVIOURS as ENDPOINTS
from local.training.behaviours import BEHAVIOURS as TRAINING

TABLES = {
    "endpoints": ENDPOINTS,
    "training": TRAINING,
    "scaling": SCALING,
    "stacks": STACKS,
    "alarms": RULES,
    "clock": CLOCK,
    "permissions": PERMISSIONS,
}
LONGEST_LINE = 160


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_each_behaviour_stands_once_and_has_a_source(table: tuple[Behaviour, ...]) -> None:
    assert len({(row.topic, row.what) for row in table}) == len(table)
    assert [row for row in table if not (row.topic and row.what and len(row.source) > 2)] == []


def test_the_ready_line_names_every_assumption_of_every_table(cloud: LocalCloud) -> None:
    told = cloud.ready["assumed"]
    for area, table in TABLES.items():
        assumptions = [row for row in table if row.basis is Basis.ASSUMED]
        assert assumptions
        for row in assumptions:
            assert f"{area}, {row.topic}: {row.what}" in told
    assert len(told) == sum(row.basis is Basis.ASSUMED for table in TABLES.values() for row in table)
    assert [line for line in told if len(line) > LONGEST_LINE] == []


def test_the_ready_line_keeps_what_is_documented_or_observed_to_itself(cloud: LocalCloud) -> None:
    known = [row.what for table in TABLES.values() for row in table if row.basis is not Basis.ASSUMED]
    assert [line for line in cloud.ready["assumed"] for what in known if line.endswith(f": {what}")] == []
