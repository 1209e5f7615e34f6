"""Lambda functions on the clock: what they read as the time of day is simulated."""

from __future__ import annotations

import json
from pathlib import Path

from .. import contract
from .clock import Clock
from .pace_file import keep_pace

_HERE = Path(__file__).resolve().parent


class Functions:
    """Starts the workers of functions with a preload that reads the time by the pace in `file`."""

    def __init__(self, clock: Clock, file: Path) -> None:
        self._clock = clock
        self._file = file

    def take_over(self) -> None:
        """Writes the pace of the clock down, now and at each change, and has new workers follow it."""
        keep_pace(self._clock, self._file)
        detect = contract.LAMBDA_WORKER.value()

        def detect_with_preload(runtime: str) -> tuple[str, str]:
            binary, script = detect(runtime)
            return binary, self._preload(runtime) + script

        contract.LAMBDA_WORKER.replace(detect_with_preload)

    def _preload(self, runtime: str) -> str:
        """What stands before the script of a worker, on its first line."""
        if runtime.startswith("nodejs"):
            return f"require({json.dumps(str(_HERE / 'worker_time.cjs'))})({json.dumps(str(self._file))});"
        if runtime.startswith("python"):
            load = f"import sys; sys.path.insert(0, {str(_HERE)!r}); import worker_time; del sys.path[0]; "
            return f"{load}worker_time.follow({str(self._file)!r}); "
        return ""
