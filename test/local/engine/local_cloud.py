"""The local cloud as a process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

REPOSITORY = Path(__file__).resolve().parents[3]
HERE = Path(__file__).resolve().parent
_START_FAKE = "import sys; from local.launcher import serve; sys.exit(serve(engine_module='fake_engine'))"
FAKE = (sys.executable, "-c", _START_FAKE)


@dataclass
class LocalCloud:
    """A running launcher. `ready` is its ready line."""

    process: subprocess.Popen[bytes]
    ready: dict[str, Any]
    stderr: Path

    @property
    def endpoint(self) -> str:
        return str(self.ready["endpoint"])

    def client(self, service: str) -> Any:
        return boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1").client(
            service,
            endpoint_url=self.endpoint,
            config=Config(retries={"total_max_attempts": 1}, inject_host_prefix=False),
        )

    def stop(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(30)


@contextmanager
def running(folder: Path, *, command: Sequence[str] = FAKE, **environment: str) -> Iterator[LocalCloud]:
    """Starts the launcher in a session of its own, waits for its ready line, and stops it at the end."""
    stderr = folder / "stderr.log"
    with stderr.open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={**os.environ, "TMPDIR": str(folder), "PYTHONPATH": str(HERE), **environment},
            start_new_session=True,
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, f"the local cloud did not start:\n{stderr.read_text()}"
        cloud = LocalCloud(process, json.loads(line), stderr)
        yield cloud
        if process.poll() is None:
            cloud.stop()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
