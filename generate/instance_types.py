"""Facts of the instance types that SageMaker hosts or trains on, and of EC2's GPU types, which AWS Batch trains on."""

from __future__ import annotations

import gzip
import json
import re
from importlib.resources import files
from typing import Any

import botocore.session

from .facts import Facts
from .gaps import GAPS
from .typescript import header, package, row

Description = dict[str, Any]


def facts() -> dict[str, Facts]:
    """By EC2's name of the type, without `ml.`."""
    described = _described()
    covered = sorted(GAPS.keys() & described.keys())
    if covered:
        raise ValueError(f"generate/gaps.py has {', '.join(covered)}, which moto has too now: take it out there")

    hosting = _sagemaker("ProductionVariantInstanceType")
    training = _sagemaker("TrainingInstanceType")
    gpus = {name for name, description in described.items() if "GpuInfo" in description}
    names = hosting | training | gpus
    missing = sorted(names - described.keys() - GAPS.keys())
    if missing:
        raise ValueError(f"SageMaker names {', '.join(missing)}, which moto lacks: add it to generate/gaps.py")

    known = {name: _facts(name, described[name]) if name in described else GAPS[name] for name in names}
    return {
        name: known[name]._replace(hosting=name in hosting, training=name in training)
        for name in sorted(names, key=_by_family_and_size)
    }


def render(types: dict[str, Facts]) -> str:
    packages = f"{package('moto', 'Apache-2.0')} and {package('botocore', 'Apache-2.0')}"
    lines = [
        *header(f"{packages}; what they lack stands in generate/gaps.py"),
        "import type { Row } from './instance-types';",
        "",
        "/** A fact that no source has. */",
        "const UNKNOWN = undefined;",
        "",
        "export const ROWS: readonly Row[] = [",
        *(row(name, *known) for name, known in types.items()),
        "];",
        "",
    ]
    return "\n".join(lines)


def _described() -> dict[str, Description]:
    packed = files("moto").joinpath("ec2", "resources", "instance_types.json.gz").read_bytes()
    descriptions: dict[str, Description] = json.loads(gzip.decompress(packed))
    return descriptions


def _sagemaker(shape: str) -> set[str]:
    model = botocore.session.get_session().get_service_model("sagemaker")
    return {name.removeprefix("ml.") for name in model.shape_for(shape).enum}


def _facts(name: str, description: Description) -> Facts:
    kinds = description.get("GpuInfo", {}).get("Gpus", [])
    if len(kinds) > 1:
        raise ValueError(f"{name} has GPUs of {len(kinds)} kinds, the table has room for one")
    storage = description.get("InstanceStorageInfo", {})
    return Facts(
        architecture=_architecture(name, description["ProcessorInfo"]["SupportedArchitectures"]),
        # As the operating system sees them: a type with an eighth of a GPU shows one, with an eighth of the memory.
        gpus=kinds[0]["LogicalGpuCount"] if kinds else 0,
        gpu_memory_mib=kinds[0]["MemoryInfo"]["SizeInMiB"] if kinds else 0,
        nvme_gb=storage["TotalSizeInGB"] if storage.get("NvmeSupport") == "required" else 0,
        efa_interfaces=description["NetworkInfo"].get("EfaInfo", {}).get("MaximumEfaInterfaces", 0),
        burstable=description["BurstablePerformanceSupported"],
        vcpus=description["VCpuInfo"]["DefaultVCpus"],
        memory_mib=description["MemoryInfo"]["SizeInMiB"],
    )


def _architecture(name: str, supported: list[str]) -> str:
    """The 64-bit one: old types run 32-bit images as well."""
    known = [architecture for architecture in supported if architecture in ("x86_64", "arm64")]
    if len(known) != 1:
        raise ValueError(f"{name} has processors {supported}, known are x86_64 and arm64")
    return known[0]


_SIZES = ["nano", "micro", "small", "medium", "large", "xlarge"]


def _by_family_and_size(name: str) -> tuple[str, int, int]:
    family, size = name.split(".")
    times = re.fullmatch(r"(\d+)xlarge", size)
    if times:
        return family, len(_SIZES), int(times[1])
    return family, _SIZES.index(size) if size in _SIZES else len(_SIZES) + 1, 0
