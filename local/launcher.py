"""Starts the engine as a process group of its own, and ends that group however the stop comes."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from .environment import engine_environment

PORT_NOT_TAKEN = 2
_SECONDS_TO_STOP = 15.0


def serve(
    *,
    port: int = 0,
    state_dir: Path | None = None,
    clock_factor: float = 1.0,
    spot_trace: Path | None = None,
    engine_module: str = "local.engine",
) -> int:
    """Runs the local cloud until it is asked to stop; returns the exit code.

    It stops on SIGTERM, SIGINT or SIGHUP, when standard input closes (where that is a pipe: its writer is then gone),
    or when the engine ends by itself. `port` 0 takes a free one. `state_dir` None takes a temporary folder and removes
    it; a folder that was given stays, less its `tmp`.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(128)
        except (OSError, OverflowError) as failure:
            print(f"local cloud: {_port_problem(port, failure)}", file=sys.stderr)
            return PORT_NOT_TAKEN
        with _state_folder(state_dir) as folder:
            options = ["--state-dir", str(folder), "--clock-factor", str(clock_factor)]
            if spot_trace is not None:
                options += ["--spot-trace", str(spot_trace.resolve())]
            return _run_engine(listener, folder, options, engine_module)


def _port_problem(port: int, failure: OSError | OverflowError) -> str:
    """Why the port cannot be had and what to do, in one sentence."""
    otherwise = "choose another --port, or leave --port out for a free one."
    if isinstance(failure, OverflowError):
        return f"port {port} is none: ports go from 1 to 65535; {otherwise}"
    if failure.errno == errno.EADDRINUSE:
        return f"port {port} of 127.0.0.1 is in use; end what listens there, {otherwise}"
    if failure.errno == errno.EACCES:
        return f"port {port} of 127.0.0.1 is not allowed: ports below 1024 need rights that you lack; {otherwise}"
    return f"port {port} of 127.0.0.1 cannot be taken ({failure.strerror}); {otherwise}"


@contextlib.contextmanager
def _state_folder(given: Path | None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="local-cloud-")) if given is None else given.resolve()
    scratch = folder / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder if given is None else scratch, ignore_errors=True)


def _run_engine(listener: socket.socket, folder: Path, options: Sequence[str], engine_module: str) -> int:
    endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
    stop, asked = threading.Event(), threading.Event()

    def ask(*_: object) -> None:
        asked.set()
        stop.set()

    def stop_with_the_engine() -> None:
        engine.wait()
        stop.set()

    def ask_when_input_closes() -> None:
        _read_to_the_end(0)
        ask()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, ask)
    engine = subprocess.Popen(
        [
            *(sys.executable, "-m", engine_module, "--listener", str(listener.fileno()), "--endpoint", endpoint),
            *options,
        ],
        stdin=subprocess.PIPE,
        cwd=Path(__file__).resolve().parent.parent,
        env=engine_environment(os.environ, endpoint, folder),
        pass_fds=[listener.fileno()],
        start_new_session=True,
    )
    listener.close()
    _in_background(stop_with_the_engine)
    if stat.S_ISFIFO(os.fstat(0).st_mode) or stat.S_ISSOCK(os.fstat(0).st_mode):
        _in_background(ask_when_input_closes)
    stop.wait()
    _end(engine)
    if asked.is_set():
        return 0
    print(f"local cloud: the engine ended by itself (exit code {engine.returncode}).", file=sys.stderr)
    return 1


def _end(engine: subprocess.Popen[bytes]) -> None:
    """Asks by closing the engine's input; then ends the whole group, hanging Lambda workers included."""
    assert engine.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        engine.stdin.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        engine.wait(_SECONDS_TO_STOP)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(engine.pid, signal.SIGKILL)
    engine.wait()


def _in_background(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()


def _read_to_the_end(descriptor: int) -> None:
    with contextlib.suppress(OSError):
        while os.read(descriptor, 4096):
            pass
