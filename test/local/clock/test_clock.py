"""Simulated time."""

from __future__ import annotations

import json
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from local_cloud import LocalCloud, running
from resources import alarm

from local.clock import Clock
from local.clock.clock import Pace
from local.clock.event import ClockEvent

_START_FAST = (
    "import sys; from local.launcher import serve; sys.exit(serve(engine_module='fake_engine', clock_factor=60))"
)


class Real:
    """The machine's time, as a test sets it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 100.0
        stand_in = SimpleNamespace(time=lambda: 5000.0, monotonic=lambda: self.seconds)
        monkeypatch.setattr("local.clock.clock.time", stand_in)


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Real:
    return Real(monkeypatch)


def test_real_time_by_default() -> None:
    before = time.time()
    assert Clock().now() == pytest.approx(before, abs=1)


def test_runs_as_many_times_faster_as_its_factor(real: Real) -> None:
    clock = Clock(60.0)
    assert clock.now() == 5000
    real.seconds += 2
    assert clock.now() == 5120
    assert clock.real_seconds(30) == 0.5
    assert clock.real_seconds(-1) == 0


def test_changes_its_pace_without_a_jump_and_stays_ahead(real: Real) -> None:
    clock = Clock(60.0)
    real.seconds += 2
    clock.run_at(1)
    assert clock.now() == 5120
    assert clock.factor == 1
    real.seconds += 3
    assert clock.now() == 5123
    clock.run_at(1)
    assert clock.now() == 5123
    assert clock.real_seconds(30) == 30
    clock.run_at(120.0)
    real.seconds += 1
    assert clock.now() == 5243


def test_a_sleeper_follows_a_change_of_pace() -> None:
    clock = Clock(0.001)
    begun, moment = time.monotonic(), clock.now() + 0.05  # fifty real seconds at this pace
    sleeper = threading.Thread(target=clock.sleep_until, args=[moment])
    sleeper.start()
    clock.run_at(1)
    sleeper.join(20)
    assert not sleeper.is_alive()
    assert clock.now() >= moment
    assert time.monotonic() - begun < 20


def test_an_event_is_waited_for_in_simulated_time() -> None:
    clock = Clock(1000.0)
    event, before = ClockEvent(clock), clock.now()
    assert event.wait(500) is False
    assert clock.now() - before >= 500
    threading.Timer(0.05, event.set).start()
    assert event.wait(1_000_000) is True
    assert event.wait() is True


def test_whoever_follows_hears_of_each_pace(real: Real) -> None:
    clock, heard = Clock(60.0), list[Pace]()
    clock.follow(heard.append)
    real.seconds += 2
    clock.run_at(1)
    assert heard == [Pace(5000, 5000, 60), Pace(5000, 5120, 1)]


def test_refuses_to_stand_still() -> None:
    with pytest.raises(ValueError, match=r"factor is 0, it must be greater than 0"):
        Clock(0)
    with pytest.raises(ValueError, match=r"factor is -1, it must be greater than 0"):
        Clock().run_at(-1)


def ask(cloud: LocalCloud, body: bytes | None, method: str = "POST") -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(f"{cloud.endpoint}/_local/clock", data=body, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


def test_a_running_cloud_changes_its_pace(tmp_path: Path) -> None:
    with running(tmp_path, command=(sys.executable, "-c", _START_FAST)) as cloud:
        time.sleep(0.2)
        before = time.monotonic()
        status, first = ask(cloud, b'{"factor": 1}')
        assert (status, first["factor"]) == (200, 1)
        assert first["now"] > time.time() + 5
        time.sleep(0.2)
        _, second = ask(cloud, b'{"factor": 1.0}')
        assert 0.2 <= second["now"] - first["now"] <= time.monotonic() - before
        assert ask(cloud, b'{"factor": 600}')[1]["factor"] == 600
        time.sleep(0.2)
        _, third = ask(cloud, None, "GET")
        assert third["now"] - second["now"] >= 120
        ask(cloud, b'{"factor": 1}')
        alarms, name = cloud.client("cloudwatch"), alarm(cloud)
        alarms.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="r")
        updated = alarms.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["StateUpdatedTimestamp"]
        assert updated.timestamp() >= int(second["now"])


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"factor": 0}', "factor is 0; allowed are numbers above 0, up to 86,400."),
        (b'{"factor": 1e9}', "factor is 1000000000.0; allowed are"),
        (b'{"factor": NaN}', "factor is NaN; allowed are"),
        (b'{"factor": "1"}', 'factor is "1"; allowed are'),
        (b'{"factor": true}', "factor is true; allowed are"),
        (b'{"factor": 1, "now": 0}', 'takes {"factor": NUMBER} as JSON, and nothing else.'),
        (b"[]", 'takes {"factor": NUMBER} as JSON'),
        (b"factor=1", 'takes {"factor": NUMBER} as JSON'),
    ],
)
def test_anything_else_is_refused(cloud: LocalCloud, body: bytes | None, why: str) -> None:
    status, answer = ask(cloud, body)
    assert status == 400
    assert why in answer["message"]


def test_tells_the_time(cloud: LocalCloud) -> None:
    before = time.time()
    status, answer = ask(cloud, None, "GET")
    assert (status, answer["factor"]) == (200, 1)
    assert before - 1 <= answer["now"] <= time.time() + 1
    assert ask(cloud, b"", "PUT") == (400, {"message": "/_local/clock takes GET and POST, PUT was sent."})
