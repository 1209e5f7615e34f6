"""The notice that a Spot instance is taken, two minutes before. ECS tells tasks of services, and no others."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Callable

ENDPOINT = "http://169.254.169.254"
"""Of the instance metadata service; AWS_EC2_METADATA_SERVICE_ENDPOINT moves it, as for the SDKs."""

POLL_SECONDS = 5.0
"""EC2 user guide, "Spot Instance interruption notices" (November 2026): check every 5 seconds."""


def watch(endpoint: str, noticed: Callable[[], None], ended: threading.Event, seconds: float = POLL_SECONDS) -> None:
    """Calls `noticed` once the instance is to be taken; returns then, or when `ended` is set."""
    while not ended.wait(seconds):
        if is_taken(endpoint):
            noticed()
            return


def is_taken(endpoint: str) -> bool:
    """Whether there is a notice. What cannot be asked has given none: the instance may be of another kind."""
    try:
        asked = urllib.request.Request(
            f"{endpoint}/latest/api/token", method="PUT", headers={"X-aws-ec2-metadata-token-ttl-seconds": "60"}
        )
        with urllib.request.urlopen(asked, timeout=2) as answer:
            token = answer.read().decode()
        action = urllib.request.Request(
            f"{endpoint}/latest/meta-data/spot/instance-action", headers={"X-aws-ec2-metadata-token": token}
        )
        with urllib.request.urlopen(action, timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False
