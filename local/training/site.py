"""What all training jobs have in common."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Event

from local.sagemaker.lifeline import Lifeline
from local.sagemaker.ports import Clients, Clock
from local.training.capacity import Capacity
from local.training.settings import Settings
from local.training.upload_fault import UploadFault


@dataclass(frozen=True)
class Site:
    """Where they run, and with what."""

    clients: Clients
    lifeline: Lifeline
    clock: Clock
    capacity: Capacity
    fault: UploadFault
    settings: Settings
    state_dir: Path
    region: str
    pace: Path
    """File with the pace of the clock, for the containers."""
    closing: Event
    """Set when the local cloud ends: nothing is waited for any more."""
