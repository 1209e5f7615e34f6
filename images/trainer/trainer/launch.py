"""Starts the training processes of one host, tells them to stop, and makes one exit code of how they ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from trainer.agreement import refuse_shards
from trainer.cluster import Cluster, gpus
from trainer.errors import TrainingError
from trainer.folders import Folders
from trainer.settings import Settings
from trainer.stop import PARENT_FILE, STOP_FILE, die_with_parent

RUN_FOLDER = "TRAINER_RUN_FOLDER"
"""Names the folder by which the processes of one host tell their launcher how they ended."""


def launch(folders: Folders, settings: Settings, environment: Mapping[str, str]) -> None:
    """Runs the training processes to their end: finished, or stopped with a checkpoint after SIGTERM or SIGINT.

    The signal goes no further than this process: torchrun would kill what it started after a time of its own, and exit
    with 1 even if all of it ended in order. A file asks the processes to stop.

    :raises TrainingError: one of them ended otherwise.
    """
    cluster = Cluster.from_file(folders.resources)
    refuse_shards(folders.inputs, len(cluster.hosts))
    processes = settings.processes_per_node or gpus(environment) or 1
    with tempfile.TemporaryDirectory(prefix="trainer-") as run:
        command = [
            *(sys.executable, "-m", "torch.distributed.run"),
            *cluster.torchrun_arguments(processes, environment),
            *("-m", "trainer.worker"),
        ]
        told = {**environment, **cluster.network_environment(), RUN_FOLDER: run}
        told.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // processes)))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: Path(run, STOP_FILE).touch())
        torchrun = subprocess.Popen(command, env=told, preexec_fn=partial(_become_parent, os.getpid(), Path(run)))
        code = torchrun.wait()
        ended = len(list(Path(run).glob("ended-*")))
    if ended < processes:
        raise TrainingError(
            f"{processes - ended} of {processes} training processes ended early, and torchrun with exit code {code}: "
            "killed, perhaps for want of memory; the log may say more"
        )


def _become_parent(launcher: int, run: Path) -> None:
    """What torchrun's process does before it is torchrun."""
    die_with_parent(launcher)
    (run / PARENT_FILE).write_text(str(os.getpid()))
