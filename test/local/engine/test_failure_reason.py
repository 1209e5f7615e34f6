"""The reason of a failed endpoint, as CloudFormation's event tells it."""

from __future__ import annotations

from local.cloudformation.endpoint import _failure


def reason(text: str | None) -> str:
    return _failure("e", {"EndpointStatus": "Failed", "EndpointConfigName": "c", "FailureReason": text})


def test_all_of_it_is_on_one_line() -> None:
    told = reason("It ended. Log a.log ends with:\nstarting\n\n  no such weights: layer 7\r\n")
    assert told == "Endpoint e is Failed on c: It ended. Log a.log ends with: | starting | no such weights: layer 7"


def test_the_oldest_lines_go_first() -> None:
    told = reason("It ended.\n" + "\n".join(f"line {number}" for number in range(1000)))
    assert len(told) == 1500
    assert told.startswith("Endpoint e is Failed on c: It ended. | …")
    assert told.endswith("| line 998 | line 999")
    assert "line 1 " not in told


def test_no_log_and_no_reason() -> None:
    assert reason("It is unknown.") == "Endpoint e is Failed on c: It is unknown."
    assert reason(None) == "Endpoint e is Failed on c: no reason given"
    assert _failure("e", None) == "Endpoint e went away while CloudFormation waited for it."
