"""What is known of an instance type."""

from __future__ import annotations

from typing import NamedTuple


class Facts(NamedTuple):
    """None is a fact that no source has."""

    architecture: str | None
    gpus: int | None
    gpu_memory_mib: int | None
    nvme_gb: int | None
    efa_interfaces: int | None
    burstable: bool | None
    vcpus: int | None
    memory_mib: int | None
    hosting: bool = False
    training: bool = False


UNKNOWN = Facts(None, None, None, None, None, None, None, None)
