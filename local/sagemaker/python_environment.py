"""Virtual environments for images, made once per set of requirements."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from filelock import FileLock

from local.torch_on_cpu import StandInFailed, make_stand_ins

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


def place(requirements: Path, cache: Path) -> Path:
    """Where the interpreter of such an environment is, made or not."""
    version = "{}.{}.{}".format(*sys.version_info[:3])
    key = hashlib.sha256(requirements.read_bytes() + version.encode()).hexdigest()[:16]
    return cache / f"python-{version}-{key}" / "bin" / "python"


def prepare(requirements: Path, cache: Path, progress: Callable[[str], None]) -> Path:
    """The interpreter of an environment that holds the requirements; made where it is not there yet.

    Several processes may ask for the same one: the first makes it, the others wait.

    :param cache: folder of all environments; one subfolder for each pair of requirements and Python version.
    :raises InstallFailed: neither uv nor pip could install the requirements.
    """
    python = place(requirements, cache)
    folder = python.parents[1]
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / f"{folder.name}.lock"):
        complete = folder / ".complete"
        if not (complete.exists() and _starts(python)):
            _make(folder, python, requirements, progress)
            complete.touch()
    return python


def _make(folder: Path, python: Path, requirements: Path, progress: Callable[[str], None]) -> None:
    """With uv, which takes seconds where pip takes half a minute; with pip where uv is missing or fails.

    torch comes without NVIDIA's libraries, which are gigabytes: only what its requirements.txt lists is installed.
    """
    needs_torch = re.search(r"^torch\b", requirements.read_text(), re.MULTILINE) is not None
    options = [*(["--no-deps"] if needs_torch else []), "--requirement", str(requirements)]
    _install(folder, python, options, progress)
    if needs_torch:
        try:
            make_stand_ins(python)
        except StandInFailed as failure:
            raise InstallFailed(f"{failure}.") from failure


def _install(folder: Path, python: Path, options: list[str], progress: Callable[[str], None]) -> None:
    if uv := _uv():
        progress("installing requirements with uv")
        shutil.rmtree(folder, ignore_errors=True)  # what an interrupted installation left
        try:
            _run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)])
            _run([uv, "pip", "install", "--quiet", "--python", str(python), *options])
            return
        except _ToolFailed:
            progress("uv could not do it, installing requirements with pip")
    else:
        progress("installing requirements with pip")
    shutil.rmtree(folder, ignore_errors=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        _run([sys.executable, "-m", "venv", str(folder)])
        _run([*pip, *options])
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
