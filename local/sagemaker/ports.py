"""What the hosting needs from its surroundings, and what it hands back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from local.sagemaker.errors import Stopped

Params = Mapping[str, Any]
Events = Callable[[str, dict[str, Any]], None]
"""Puts an event of source aws.sagemaker on the default bus: (detail type, detail)."""


class Clock(Protocol):
    """Simulated time: `factor` simulated seconds pass in one real second."""

    @property
    def factor(self) -> float: ...

    def now(self) -> float:
        """Seconds since the epoch, simulated."""
        ...


class Acting(Protocol):
    """boto3 clients on the local endpoint that act as a role.

    Give them short timeouts: they are called while closing.
    """

    @property
    def s3(self) -> Any: ...
    @property
    def ecr(self) -> Any: ...
    @property
    def cloudwatch(self) -> Any: ...

    def environment(self) -> Mapping[str, str]:
        """Variables by which a process acts as the role."""
        ...

    def implies(self, actions: Mapping[str, str], source: str) -> None:
        """Notes calls that the service makes as the role on AWS, and that are not made here: action -> resource."""
        ...


class Clients(Protocol):
    """boto3 clients on the local endpoint that act as the account."""

    @property
    def s3(self) -> Any: ...
    @property
    def ecr(self) -> Any: ...

    def acting_as(self, role_arn: str | None) -> Acting:
        """Clients of a role; for None, of the account itself."""
        ...


@dataclass(frozen=True)
class Response:
    """An HTTP answer of the runtime API."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def pause(clock: Clock, seconds: float, stop: threading.Event) -> None:
    """Waits `seconds` of simulated time.

    :raises Stopped: as soon as `stop` is set.
    """
    end = clock.now() + seconds
    while (left := end - clock.now()) > 0:
        if stop.wait(max(0.001, min(0.05, left / clock.factor))):
            raise Stopped
