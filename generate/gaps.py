"""What the packages lack. A type that comes into a newer version of them leaves this file: the generator insists."""

from __future__ import annotations

from .facts import UNKNOWN, Facts


def _retired(gpus: int, gpu_memory_mib: int, nvme_gb: int, efa_interfaces: int, vcpus: int, memory_mib: int) -> Facts:
    return Facts("x86_64", gpus, gpu_memory_mib, nvme_gb, efa_interfaces, False, vcpus, memory_mib)


# Types that SageMaker still names and moto's newer tables no longer have. Source: moto 5.1.0 (Apache-2.0).
RETIRED = {
    "dl1.24xlarge": _retired(gpus=8, gpu_memory_mib=32768, nvme_gb=4000, efa_interfaces=4, vcpus=96, memory_mib=786432),
    "p2.xlarge": _retired(gpus=1, gpu_memory_mib=12288, nvme_gb=0, efa_interfaces=0, vcpus=4, memory_mib=62464),
    "p2.8xlarge": _retired(gpus=8, gpu_memory_mib=12288, nvme_gb=0, efa_interfaces=0, vcpus=32, memory_mib=499712),
    "p2.16xlarge": _retired(gpus=16, gpu_memory_mib=12288, nvme_gb=0, efa_interfaces=0, vcpus=64, memory_mib=749568),
    "p3.2xlarge": _retired(gpus=1, gpu_memory_mib=16384, nvme_gb=0, efa_interfaces=0, vcpus=8, memory_mib=62464),
    "p3.8xlarge": _retired(gpus=4, gpu_memory_mib=16384, nvme_gb=0, efa_interfaces=0, vcpus=32, memory_mib=249856),
    "p3.16xlarge": _retired(gpus=8, gpu_memory_mib=16384, nvme_gb=0, efa_interfaces=0, vcpus=64, memory_mib=499712),
}

# Types that SageMaker names and no source describes (November 2026). A rule that needs a fact of theirs refuses them.
GAPS = {**RETIRED, "p6e-gb200.36xlarge": UNKNOWN}
