"""All hosts of a job must have the same data: the order of samples is one for all, and each process reads its own."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from trainer.errors import TrainingError
from trainer.folders import read_object

if TYPE_CHECKING:
    from trainer.group import Group  # it loads torch, for which whoever launches has no use

_NO_DATA = "__pycache__"
"""Python makes it beside the code that one process has imported already."""


def refuse_shards(inputs: Path, hosts: int) -> None:
    """:param inputs: inputdataconfig.json.
    :raises TrainingError: a host has a part of a channel only.
    """
    for name, channel in read_object(inputs).items():
        distribution = channel.get("S3DistributionType") if isinstance(channel, dict) else None
        if hosts > 1 and distribution == "ShardedByS3Key":
            raise TrainingError(
                f"channel {name} is ShardedByS3Key, allowed with {hosts} hosts is FullyReplicated: samples are drawn "
                "from all of the data, so each host must have it; a process reads those that it trains on"
            )


def refuse_differences(samples: Mapping[str, int], channels: Mapping[str, Path], group: Group) -> None:
    """Compares how many samples each process has, and which files each host has. Called by all processes.

    :param samples: of each data set, by its name.
    :raises TrainingError: they differ; in all processes.
    """
    found = {name: f"{count} samples" for name, count in samples.items()}
    if group.size > group.local_size and group.local_rank == 0:
        found["channels"] = ", ".join(f"{name} ({_files(folder)})" for name, folder in channels.items())
    everyones = group.gather(found)
    for process, theirs in enumerate(everyones):
        for name in everyones[0].keys() & theirs.keys():
            if theirs[name] != everyones[0][name]:
                raise TrainingError(
                    f"the data is not the same everywhere: as {name}, process 0 has {everyones[0][name]}, and process "
                    f"{process} has {theirs[name]}. Each host must have all of the data"
                )


def _files(folder: Path) -> str:
    """How many files, and a digest of their names: reading all would take as long as an epoch."""
    names = sorted(
        os.path.join(path, name)
        for path, _, files in os.walk(folder)
        if os.path.basename(path) != _NO_DATA
        for name in files
    )
    relative = "\n".join(os.path.relpath(name, folder) for name in names)
    return f"{len(names)} files, names {hashlib.sha256(relative.encode()).hexdigest()[:8]}"
