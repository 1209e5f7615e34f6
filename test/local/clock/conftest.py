"""A local cloud whose day takes a minute."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from clouds import DAY_IN_A_MINUTE, running_at
from local_cloud import LocalCloud


@pytest.fixture(scope="session")
def fast_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with running_at(DAY_IN_A_MINUTE, tmp_path_factory.mktemp("fast")) as cloud:
        yield cloud
