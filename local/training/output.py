"""What a job leaves behind: the model's archive, the output's archive, and the reason of a failure."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from local.sagemaker.ports import Params
from local.training.s3_location import S3Location

_MAX_REASON = 1024


class Output:
    """:param s3: acts as the job's role."""

    def __init__(self, s3: Any, params: Params, job: str) -> None:
        self._s3 = s3
        self._config = params["OutputDataConfig"]
        path = S3Location.parse("OutputDataConfig.S3OutputPath", self._config["S3OutputPath"])
        self._model = path.below(job, "output", "model.tar.gz")
        self._output = path.below(job, "output", "output.tar.gz")

    @property
    def model_url(self) -> str:
        return str(self._model)

    def put_model(self, folders: Sequence[Path]) -> None:
        """The files of all hosts in one archive; where two hosts have the same name, it is the first host's."""
        self._put(self._model, folders)

    def put_output(self, folders: Sequence[Path]) -> None:
        """Nothing where no host has a file."""
        if has_files(folders):
            self._put(self._output, folders)

    def _put(self, location: S3Location, folders: Sequence[Path]) -> None:
        key = self._config.get("KmsKeyId")
        options = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}
        self._s3.put_object(Bucket=location.bucket, Key=location.key, Body=_archive(folders), **options)


def has_files(folders: Sequence[Path]) -> bool:
    return any(path.is_file() for folder in folders for path in folder.rglob("*"))


def failure_text(folder: Path) -> str:
    """What the container wrote of its failure, at most 1024 characters; empty where it wrote nothing."""
    file = folder / "failure"
    return file.read_text(encoding="utf-8", errors="replace")[:_MAX_REASON].strip() if file.is_file() else ""


def _archive(folders: Sequence[Path]) -> bytes:
    stream, seen = io.BytesIO(), set[str]()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                name = str(path.relative_to(folder))
                if path.is_file() and name not in seen:
                    seen.add(name)
                    archive.add(path, name)
    return stream.getvalue()
