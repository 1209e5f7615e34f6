"""Checkpoints of one host: copied from S3 before the training, and to S3 whenever a file has changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.training.channels import DownloadFailed
from local.training.objects import download, keys_below
from local.training.s3_location import S3Location

Cut = Callable[[str, bytes], bytes]
"""What arrives of a body that is uploaded to a key: a fault may cut it off."""
_State = tuple[int, int, int]


class Checkpoints:
    """A folder and its prefix. Files that are removed here stay in S3; files go in no particular order.

    :param folder: CheckpointConfig.LocalPath, on this host.
    """

    def __init__(self, s3: Any, location: S3Location, folder: Path, cut: Cut) -> None:
        self._s3 = s3
        self._location = location
        self._folder = folder
        self._cut = cut
        self._known: dict[Path, _State] = {}

    def restore(self) -> None:
        """Copies every object whose key begins with the prefix to the folder, which is made.

        A prefix without a slash at its end takes in its neighbours: `run-1` has the objects of `run-10/` too.

        :raises DownloadFailed: an object is gone meanwhile, or its key leads elsewhere.
        """
        bucket, prefix = self._location.bucket, self._location.key
        try:
            keys = list(keys_below(self._s3, self._location, prefix))
            files = download(self._s3, bucket, keys, prefix, self._folder.resolve())
        except (ClientError, ValueError) as error:
            raise DownloadFailed(f"ClientError: Checkpoint download failed:{error}") from error
        self._known = {file: _state(file.stat()) for file in files}

    def sync(self) -> None:
        """Uploads every file that has changed since the last time, as it is at this moment.

        :raises ClientError: S3 refuses.
        """
        for file, state in self._files():
            if self._known.get(file) == state:
                continue
            try:
                body = file.read_bytes()
            except FileNotFoundError:
                continue  # a temporary one that has got its name meanwhile
            key = self._location.below(str(file.relative_to(self._folder.resolve()))).key
            self._s3.put_object(Bucket=self._location.bucket, Key=key, Body=self._cut(key, body))
            self._known[file] = state

    def _files(self) -> Iterator[tuple[Path, _State]]:
        for folder, _, names in os.walk(self._folder.resolve()):
            for name in names:
                file = Path(folder, name)
                try:
                    status = file.stat()
                except FileNotFoundError:
                    continue
                if file.is_file():
                    yield file, _state(status)


def _state(status: os.stat_result) -> _State:
    return status.st_mtime_ns, status.st_size, status.st_ino
