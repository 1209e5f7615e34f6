"""Virtual environments for images, made once per set of requirements."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

_TAIL_LINES = 15


class InstallFailed(Exception):
    """The requirements could not be installed; the message has the tool's last lines."""


def prepare(requirements: Path, cache: Path, progress: Callable[[str], None]) -> Path:
    """The interpreter of an environment that holds the requirements; made where it is not there yet.

    :param cache: folder of all environments; one subfolder for each pair of requirements and Python version.
    """
    version = "{}.{}.{}".format(*sys.version_info[:3])
    key = hashlib.sha256(requirements.read_bytes() + version.encode()).hexdigest()[:16]
    folder = cache / f"python-{version}-{key}"
    python = folder / "bin" / "python"
    complete = folder / ".complete"
    if complete.exists():
        progress(f"requirements already installed in {folder}")
        return python
    shutil.rmtree(folder, ignore_errors=True)  # what an interrupted installation left
    cache.mkdir(parents=True, exist_ok=True)
    uv = _uv()
    progress(f"installing requirements with {'uv' if uv else 'pip'} into {folder}")
    if uv:
        _run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], requirements)
        install = [uv, "pip", "install", "--quiet", "--python", str(python)]
    else:
        _run([sys.executable, "-m", "venv", str(folder)], requirements)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*install, "--requirement", str(requirements)], requirements)
    complete.touch()
    return python


def _uv() -> str | None:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.is_file() else shutil.which("uv")


def _run(command: Sequence[str], requirements: Path) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        lines = done.stdout.decode("utf-8", "replace").strip().splitlines()[-_TAIL_LINES:]
        tool = Path(command[0]).name
        raise InstallFailed(
            f"{requirements} could not be installed: {tool} ended with exit code {done.returncode}:\n"
            + "\n".join(lines)
        )
