"""What the packages lack. A type that comes into a newer version of them leaves this file: the generator insists."""

from __future__ import annotations

from .facts import UNKNOWN, Facts

# Types that SageMaker still names and moto's newer tables no longer have. Source: moto 5.1.0 (Apache-2.0).
RETIRED = {
    "dl1.24xlarge": Facts("x86_64", gpus=8, gpu_memory_mib=32768, nvme_gb=4000, efa_interfaces=4, burstable=False),
    "p2.xlarge": Facts("x86_64", gpus=1, gpu_memory_mib=12288, nvme_gb=0, efa_interfaces=0, burstable=False),
    "p2.8xlarge": Facts("x86_64", gpus=8, gpu_memory_mib=12288, nvme_gb=0, efa_interfaces=0, burstable=False),
    "p2.16xlarge": Facts("x86_64", gpus=16, gpu_memory_mib=12288, nvme_gb=0, efa_interfaces=0, burstable=False),
    "p3.2xlarge": Facts("x86_64", gpus=1, gpu_memory_mib=16384, nvme_gb=0, efa_interfaces=0, burstable=False),
    "p3.8xlarge": Facts("x86_64", gpus=4, gpu_memory_mib=16384, nvme_gb=0, efa_interfaces=0, burstable=False),
    "p3.16xlarge": Facts("x86_64", gpus=8, gpu_memory_mib=16384, nvme_gb=0, efa_interfaces=0, burstable=False),
}

# Types that SageMaker names and no source describes (November 2026). A rule that needs a fact of theirs refuses them.
GAPS = {**RETIRED, "p6e-gb200.36xlarge": UNKNOWN}
