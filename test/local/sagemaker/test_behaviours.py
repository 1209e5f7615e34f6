"""The table of behaviours."""

from __future__ import annotations

from local.sagemaker.behaviours import BEHAVIOURS, assumed


def test_each_behaviour_stands_once_and_has_a_source():
    texts = [behaviour.what for behaviour in BEHAVIOURS]
    assert len(set(texts)) == len(texts)
    assert all(behaviour.source for behaviour in BEHAVIOURS)


def test_the_assumed_ones_can_be_asked_for():
    assert {behaviour.basis for behaviour in BEHAVIOURS} == {"documented", "observed", "assumed"}
    assert assumed() == [behaviour for behaviour in BEHAVIOURS if behaviour.basis == "assumed"]
