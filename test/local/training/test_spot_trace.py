"""Traces: each form that is read, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from local.training.spot_trace import Step, TraceProblem, read_trace


def trace(folder: Path, text: str) -> Path:
    file = folder / "trace"
    file.write_text(text)
    return file


FORMS = {
    "json": json.dumps({"metadata": {"gap_seconds": 300}, "data": [1, 1, 0, 1], "prices": []}),
    "events": "0,add,a\n600000,remove,a\n900000,add,b\n",
    "counts": "0,1\n300000,1\n600000,0\n900000,1\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_read(tmp_path: Path, form: str) -> None:
    assert read_trace(trace(tmp_path, FORMS[form])) == (Step(0, 1), Step(600, 0), Step(900, 1))


def test_of_several_counts_at_one_moment_the_last_counts(tmp_path: Path) -> None:
    text = "480000,add,a\n480000,add,b\n540000,remove,a\n540000,add,c\n540000,add,d\n"
    assert read_trace(trace(tmp_path, text)) == (Step(480, 2), Step(540, 3))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("{", 'is no JSON of the form {"metadata": {"gap_seconds": 600}, "data": [1, 0]}'),
        ('{"metadata": {"gap_seconds": 0}, "data": [1]}', "gap_seconds is 0, it must be a number greater than 0"),
        ('{"metadata": {"gap_seconds": 60}, "data": [1, -1]}', "data[1] is -1, it must be a whole number from 0"),
        ('{"metadata": {"gap_seconds": 60}, "data": {"0": 1}}', "data is no list"),
        ("0,add,a\n60000,remove,b\n", "line 2: b is removed, but was not there"),
        ("60000,1\n0,1\n", "line 2: the time goes back, from 60 s to 0 s"),
        ("2021-12-11, 11:11:30, 55\n", 'line 1 is "2021-12-11, 11:11:30, 55"; allowed are "milliseconds,add,node"'),
    ],
)
def test_other_traces_are_refused(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(TraceProblem) as refused:
        read_trace(trace(tmp_path, text))
    assert why in str(refused.value)


def test_a_missing_trace_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TraceProblem, match="cannot be read"):
        read_trace(tmp_path / "none")
