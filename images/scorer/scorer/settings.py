"""Settings of one server process, read once from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from scorer.errors import StartError


@dataclass(frozen=True)
class Settings:
    """Where to listen, what to serve, and how much work to do at once.

    host: SCORER_HOST, the address to bind; 127.0.0.1 unless set (the image sets 0.0.0.0).
    port: SAGEMAKER_BIND_TO_PORT, 8080 unless set; 0 takes a free port, which the log then names.
    model_dir: SM_MODEL_DIR, /opt/ml/model unless set; where SageMaker unpacks model.tar.gz.
    concurrency: SCORER_CONCURRENCY, requests scored at once (1 to 256); one per CPU unless set. Others wait.
    intra_op_threads: SCORER_INTRA_OP_THREADS, onnxruntime threads for one request (1 to 256); 1 unless set.
    """

    host: str
    port: int
    model_dir: Path
    concurrency: int
    intra_op_threads: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Reads the variables named above; a value that is not allowed raises StartError."""
        return cls(
            host=environment.get("SCORER_HOST", "127.0.0.1"),
            port=_whole_number(environment, "SAGEMAKER_BIND_TO_PORT", default=8080, low=0, high=65535),
            model_dir=Path(environment.get("SM_MODEL_DIR", "/opt/ml/model")),
            concurrency=_whole_number(environment, "SCORER_CONCURRENCY", default=os.cpu_count() or 1, low=1, high=256),
            intra_op_threads=_whole_number(environment, "SCORER_INTRA_OP_THREADS", default=1, low=1, high=256),
        )


def _whole_number(environment: Mapping[str, str], name: str, *, default: int, low: int, high: int) -> int:
    given = environment.get(name)
    if given is None:
        return default
    if not (given.isascii() and given.isdigit() and low <= int(given) <= high):
        raise StartError(f"{name} is {given!r}; give a whole number from {low} to {high}.")
    return int(given)
