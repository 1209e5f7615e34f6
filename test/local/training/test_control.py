"""The local cloud's own request for training."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from fakes import Cloud

from local.training.control import TrainingControl


def ask(cloud: Cloud, method: str, content: Any = None) -> tuple[int, Any]:
    sent: list[dict[str, Any]] = []
    body = b"" if content is None else json.dumps(content).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(TrainingControl(cloud.training)({"type": "http", "method": method}, receive, send))
    return sent[0]["status"], json.loads(sent[1]["body"])


def test_without_a_word_there_is_capacity_always(cloud: Cloud) -> None:
    status, told = ask(cloud, "GET")
    assert status == 200
    assert told == {
        "spot": "always",
        "onDemand": "always",
        "noticeSeconds": 120,
        "spotPriceRatio": 0.3,
        "cutUploads": None,
        "uploadsCut": [],
    }


def test_everything_can_be_changed(cloud: Cloud, tmp_path: Path) -> None:
    file = tmp_path / "trace.csv"
    file.write_text("0,0\n60000,4\n")
    cut = {"key": "*slot*", "bytes": 10, "uploads": 2}
    status, told = ask(
        cloud,
        "POST",
        {
            "spot": {"steps": [[0, 1], [600, 0]]},
            "onDemand": {"trace": str(file)},
            "noticeSeconds": 0,
            "spotPriceRatio": 0.5,
            "cutUploads": cut,
        },
    )
    assert status == 200
    assert told["spot"]["steps"] == [[0, 1], [600, 0]]
    assert told["onDemand"]["steps"] == [[0, 0], [60, 4]]
    assert (told["noticeSeconds"], told["spotPriceRatio"], told["cutUploads"]) == (0, 0.5, cut)
    assert told["spot"]["start"] == pytest.approx(cloud.clock.now(), abs=600)
    assert not cloud.training.capacity.on_demand.offers(1)
    assert ask(cloud, "POST", {"spot": "never"})[1]["spot"]["steps"] == [[0, 0]]
    assert ask(cloud, "POST", {"spot": "always", "cutUploads": None})[1]["cutUploads"] is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "takes a JSON object with one or more of spot, onDemand, noticeSeconds, spotPriceRatio, cutUploads"),
        ([], "takes a JSON object"),
        ({"spots": "always"}, "has no spots; allowed are spot,"),
        ({"spot": "sometimes"}, 'spot is "sometimes"; allowed are "always", "never"'),
        ({"spot": {"steps": []}}, 'spot is {"steps": []}; allowed are'),
        ({"spot": {"steps": [[0]]}}, "spot: a step is [0]; allowed is [SECOND, INSTANCES]"),
        ({"spot": {"steps": [[0, 0.5]]}}, "spot: instances is 0.5, it must be a whole number"),
        ({"spot": {"steps": [[60, 1], [0, 0]]}}, "spot: the seconds of steps go back"),
        ({"onDemand": {"trace": "/nowhere"}}, "The trace /nowhere cannot be read"),
        ({"noticeSeconds": -1}, "noticeSeconds is -1; allowed are 0 to 86400"),
        ({"spotPriceRatio": True}, "spotPriceRatio is true; allowed are 0 to 1"),
        ({"cutUploads": {"key": "*"}}, 'cutUploads is {"key": "*"}; allowed are null and'),
    ],
)
def test_what_is_refused_changes_nothing(cloud: Cloud, content: Any, why: str) -> None:
    given = {"spotPriceRatio": 0.9, **content} if isinstance(content, dict) else content
    status, told = ask(cloud, "POST", given)
    assert status == 400
    assert why in told["message"]
    assert cloud.training.capacity.spot_price_ratio == 0.3


def test_other_methods_are_refused(cloud: Cloud) -> None:
    assert ask(cloud, "DELETE") == (400, {"message": "/_local/training takes GET and POST, DELETE was sent."})
