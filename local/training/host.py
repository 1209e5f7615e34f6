"""One host of a job: its folder, which stands for /opt/ml, and its process."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.sagemaker.image_manifest import RunnableImage
from local.sagemaker.lifeline import Lifeline
from local.sagemaker.ports import Params
from local.sagemaker.process import ContainerProcess
from local.training.channels import input_data_config
from local.training.definition import CHECKPOINTS, local_path

_JOB_TIME = str(Path(__file__).resolve().parent / "job_time")
INTERFACE = "lo"
"""Name of the loopback interface, as resourceconfig.json gives it."""


def host_names(instances: int) -> list[str]:
    """Addresses of the loopback interface, one a host: each can be resolved and reached, and no two are the same."""
    return [f"127.0.0.{number}" for number in range(1, instances + 1)]


@dataclass(frozen=True)
class HostFolder:
    """:param base: stands for /opt/ml."""

    base: Path

    @property
    def model(self) -> Path:
        return self.base / "model"

    @property
    def output(self) -> Path:
        return self.base / "output"

    @property
    def channels(self) -> Path:
        return self.base / "input" / "data"

    def checkpoints(self, params: Params) -> Path:
        inside = local_path(params) if "CheckpointConfig" in params else Path(CHECKPOINTS).name
        return self.base / inside

    def prepare(self, params: Params, name: str, names: Sequence[str]) -> None:
        """Makes the folders, and the files that tell the container what it has to do."""
        for folder in (self.model, self.output / "data", self.channels, self.checkpoints(params)):
            folder.mkdir(parents=True, exist_ok=True)
        instance_type = params["ResourceConfig"]["InstanceType"]
        configuration: dict[str, Any] = {
            "hyperparameters": params.get("HyperParameters", {}),
            "inputdataconfig": input_data_config(params),
            "resourceconfig": {
                "current_host": name,
                "current_instance_type": instance_type,
                "current_group_name": "homogeneousCluster",
                "hosts": list(names),
                "instance_groups": [
                    {
                        "instance_group_name": "homogeneousCluster",
                        "instance_type": instance_type,
                        "hosts": list(names),
                    }
                ],
                "network_interface_name": INTERFACE,
            },
        }
        folder = self.base / "input" / "config"
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in configuration.items():
            (folder / f"{file}.json").write_text(json.dumps(content))


@dataclass(frozen=True)
class Host:
    name: str
    folder: HostFolder
    log: Path

    def start(self, image: RunnableImage, variables: Mapping[str, str], lifeline: Lifeline) -> ContainerProcess:
        """Runs the image with the argument `train`. Nothing of the launcher's own environment reaches it.

        :raises OSError: it does not start.
        """
        contract = {
            "SAGEMAKER_BASE_DIR": str(self.folder.base),
            "PATH": os.pathsep.join([str(image.python.parent), os.defpath]),
            "HOME": str(self.folder.base.parent),
            "PYTHONUNBUFFERED": "1",
            # Its torch has no CUDA, whatever this machine has.
            "CUDA_VISIBLE_DEVICES": "",
        }
        environment = {"LANG": "C.UTF-8", **image.environment, **variables, **contract}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [_JOB_TIME, environment.get("PYTHONPATH", "")]))
        command = [str(image.python), *image.entrypoint, "train"]
        return ContainerProcess(command, image.source, environment, self.log, lifeline)
