"""The hosts of a job, and what torchrun and NCCL must be told of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Self

from trainer.errors import TrainingError
from trainer.folders import read_object

MASTER_PORT = 29400
"""Port on which the processes of several hosts meet, unless MASTER_PORT says another."""
SHUTDOWN_SECONDS = 110
"""How long torchrun waits for its processes once it was told to end; its own default is 30 (torch 2.15).
SageMaker kills after 120."""


@dataclass(frozen=True)
class Cluster:
    """This host among all of the job, from resourceconfig.json. The first host by name is the master."""

    hosts: tuple[str, ...]
    current: str
    interface: str

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """One host where there is no file. :raises TrainingError: the file does not say who takes part."""
        document = read_object(path)
        current = document.get("current_host", "algo-1")
        hosts = document.get("hosts", [current])
        interface = document.get("network_interface_name", "")
        if not (isinstance(hosts, list) and all(isinstance(host, str) and host for host in hosts)):
            raise TrainingError(f"{path}: 'hosts' is {hosts!r}; it must be a list of host names")
        if current not in hosts:
            raise TrainingError(f"{path}: 'current_host' is {current!r}; it must be one of {', '.join(hosts)}")
        if not isinstance(interface, str):
            raise TrainingError(f"{path}: 'network_interface_name' is {interface!r}; it must be a name such as eth0")
        # algo-10 comes after algo-9.
        return cls(tuple(sorted(set(hosts), key=lambda host: (len(host), host))), current, interface)

    def torchrun_arguments(self, processes: int, environment: Mapping[str, str]) -> list[str]:
        """:param processes: how many this host runs; the same on each."""
        common = [
            f"--nproc-per-node={processes}",
            "--max-restarts=0",
            f"--shutdown-timeout={SHUTDOWN_SECONDS}",
        ]
        if len(self.hosts) == 1:
            return ["--standalone", *common]
        return [
            f"--nnodes={len(self.hosts)}",
            f"--node-rank={self.hosts.index(self.current)}",
            f"--master-addr={environment.get('MASTER_ADDR', self.hosts[0])}",
            f"--master-port={environment.get('MASTER_PORT', MASTER_PORT)}",
            *common,
        ]

    def network_environment(self, devices: Path = Path("/sys/class/infiniband")) -> dict[str, str]:
        """Which interface gloo and NCCL talk over; and that NCCL takes EFA, where the host has it."""
        if len(self.hosts) == 1:
            return {}
        found: dict[str, str] = {}
        if self.interface:
            found |= {"GLOO_SOCKET_IFNAME": self.interface, "NCCL_SOCKET_IFNAME": self.interface}
        if devices.is_dir() and any(device.name.startswith(("efa", "rdmap")) for device in devices.iterdir()):
            found |= {"FI_PROVIDER": "efa"}
        return found


def gpus(environment: Mapping[str, str] = os.environ, drivers: Path = Path("/proc/driver/nvidia/gpus")) -> int:
    """How many GPUs NVIDIA's driver shows on this host. CUDA_VISIBLE_DEVICES may leave fewer of them, or none."""
    shown = len(list(drivers.iterdir())) if drivers.is_dir() else 0
    visible = environment.get("CUDA_VISIBLE_DEVICES")
    if visible is None:
        return shown
    # CUDA ends the list at what names no device (CUDA C++ programming guide, "CUDA Environment Variables").
    return min(shown, len(list(takewhile(lambda name: name.strip() not in ("", "-1"), visible.split(",")))))
