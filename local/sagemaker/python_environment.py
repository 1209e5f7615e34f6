"""Virtual environments for images, made once per set of requirements."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

_UNREACHABLE = (
    "error sending request",
    "dns error",
    "failed to establish a new connection",
    "temporary failure in name resolution",
    "network is unreachable",
    "connection refused",
    "connecttimeout",
)
"""What uv and pip say, in lower case, where the package index cannot be reached."""


class InstallFailed(Exception):
    """The requirements could not be installed; the message is one sentence."""


class _ToolFailed(Exception):
    """A command failed; the message is all that it said."""


@dataclass(frozen=True)
class PythonEnvironment:
    """One set of requirements, installed or not."""

    requirements: Path
    cache: Path
    """Folder of all environments; one subfolder for each set of requirements and Python version."""
    with_dependencies: bool = True
    """Whether packages are installed that the requirements need and do not name."""

    @property
    def folder(self) -> Path:
        version = "{}.{}.{}".format(*sys.version_info[:3])
        content = self.requirements.read_bytes() + version.encode() + (b"" if self.with_dependencies else b"--no-deps")
        return self.cache / f"python-{version}-{hashlib.sha256(content).hexdigest()[:16]}"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def prepare(self, progress: Callable[[str], None]) -> Path:
        """Its interpreter; the environment is made where it is not there yet.

        Several processes may ask for the same one: the first makes it, the others wait.

        :raises InstallFailed: neither uv nor pip could install the requirements.
        """
        folder, python = self.folder, self.python
        self.cache.mkdir(parents=True, exist_ok=True)
        with FileLock(self.cache / f"{folder.name}.lock"):
            complete = folder / ".complete"
            if not (complete.exists() and _starts(python)):
                self._make(folder, python, progress)
                complete.touch()
        return python

    def _make(self, folder: Path, python: Path, progress: Callable[[str], None]) -> None:
        """With uv, which takes seconds where pip takes half a minute; with pip where uv is missing or fails."""
        what = ["--quiet", *([] if self.with_dependencies else ["--no-deps"]), "--requirement", str(self.requirements)]
        if uv := _uv():
            progress("installing requirements with uv")
            shutil.rmtree(folder, ignore_errors=True)  # what an interrupted installation left
            try:
                _run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)])
                _run([uv, "pip", "install", "--python", str(python), *what])
                return
            except _ToolFailed:
                progress("uv could not do it, installing requirements with pip")
        else:
            progress("installing requirements with pip")
        shutil.rmtree(folder, ignore_errors=True)
        try:
            _run([sys.executable, "-m", "venv", str(folder)])
            _run([str(python), "-m", "pip", "install", "--disable-pip-version-check", *what])
        except _ToolFailed as failure:
            raise InstallFailed(_in_one_sentence(str(failure))) from failure


def _uv() -> str | None:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.is_file() else shutil.which("uv")


def _starts(python: Path) -> bool:
    """Whether the interpreter runs: a stamp outlives the Python that its environment was made of."""
    try:
        return subprocess.run([python, "-c", ""], stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
    except OSError:
        return False


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as error:
        raise _ToolFailed(f"{command[0]} does not start: {error.strerror}") from error
    if done.returncode != 0:
        raise _ToolFailed(done.stdout.decode("utf-8", "replace"))


def _in_one_sentence(said: str) -> str:
    if any(sign in said.lower() for sign in _UNREACHABLE):
        return "Cannot reach the Python package index; connect, or set PIP_INDEX_URL to a mirror."
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["the tool says nothing"]
    last = next((line for line in reversed(lines) if line.lower().startswith("error")), lines[-1])
    return f"requirements.txt cannot be installed: {last}"
