"""Fixtures: the committed models, each behind a running server."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from scorer_harness import IMAGE, VERSIONS, Server, serving, unpack

sys.path[:0] = [str(IMAGE), str(IMAGE.parent)]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "training: retrains the models; needs training/requirements.txt")


@pytest.fixture(scope="session", params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    """One ready server for each committed version."""
    folder = tmp_path_factory.mktemp("servers")
    first, second = VERSIONS
    with (
        serving(unpack(first, folder / first), folder / f"{first}.log") as one,
        serving(unpack(second, folder / second), folder / f"{second}.log") as two,
    ):
        one.wait_until_ready()
        two.wait_until_ready()
        yield {first: one, second: two}


@pytest.fixture(scope="session")
def server(servers: dict[str, Server]) -> Server:
    return servers["v2"]


@pytest.fixture(scope="session")
def cards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """model.json of each committed version."""
    folder = tmp_path_factory.mktemp("cards")
    return {each: json.loads((unpack(each, folder / each) / "model.json").read_text()) for each in VERSIONS}


@pytest.fixture(scope="session")
def rows(cards: dict[str, dict[str, Any]]) -> list[list[float]]:
    """Held-out rows, the same for both versions."""
    return [example["features"] for example in cards["v2"]["examples"]]
