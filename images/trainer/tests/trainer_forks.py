"""Training processes forked from this one, which has loaded torch already: they start in a second instead of ten.

torch must not have computed gradients in this process before: its threads do not live on in a fork.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import tempfile
from pathlib import Path

import torch
import torch._dynamo  # DDP loads it, which takes two seconds
from trainer import worker
from trainer.launch import RUN_FOLDER
from trainer.stop import PARENT_FILE
from trainer_harness import WITHOUT_GPUS, Job


class Forks:
    """The processes of a job, as torchrun would start them, with their output in `log-<number>`."""

    def __init__(self, job: Job, number: int = 0, processes: int = 2) -> None:
        self.log = job.base / f"log-{number}"
        self._run = tempfile.TemporaryDirectory()
        Path(self._run.name, PARENT_FILE).write_text(str(os.getpid()))
        self.log.touch()
        port = free_port()
        self.pids = [self._fork(job, rank, processes, port) for rank in range(processes)]

    def wait(self) -> list[int]:
        """The exit codes; negative for a signal."""
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in self.pids]
        self._run.cleanup()
        return codes

    def has_ended(self) -> bool:
        return all(os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) for pid in self.pids)

    def has_begun(self) -> bool:
        return re.search("starts anew|resumes", self.log.read_text()) is not None or self.has_ended()

    def _fork(self, job: Job, rank: int, processes: int, port: int) -> int:
        pid = os.fork()
        if pid:
            return pid
        code = 1
        try:
            descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(descriptor, 1)
            os.dup2(descriptor, 2)
            sys.stdout = sys.stderr = open(descriptor, "w", buffering=1)  # noqa: SIM115  pytest has replaced them
            ranks = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": processes, "LOCAL_WORLD_SIZE": processes}
            os.environ.update({name: str(value) for name, value in ranks.items()})
            os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
            os.environ.update({"SAGEMAKER_BASE_DIR": str(job.base), RUN_FOLDER: self._run.name})
            os.environ.update(WITHOUT_GPUS)
            # Before there are other threads: they would race for torch's pool of threads, which a fork makes anew.
            torch.set_num_threads(1)
            code = worker.main()
        finally:
            sys.stdout.flush()
            os._exit(code)


def run_forked(job: Job, number: int = 0, processes: int = 2) -> str:
    """Trains to the end, and returns the output; fails when a process does."""
    forks = Forks(job, number, processes)
    codes = forks.wait()
    assert codes == [0] * processes, forks.log.read_text()
    return forks.log.read_text()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
