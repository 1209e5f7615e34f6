"""The archive of a model: is it there, and unpacking it."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

_ABSENT = {"404", "NoSuchKey", "NoSuchBucket", "NotFound"}


class ModelDataError(Exception):
    """The archive cannot be used; the message is a whole sentence that names its URL."""


class ModelData:
    def __init__(self, s3: Any) -> None:
        self._s3 = s3

    def exists(self, url: str) -> bool:
        bucket, key = _split(url)
        try:
            self._s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return False
            raise
        return True

    def unpack(self, url: str, into: Path) -> None:
        """Fetches a .tar.gz archive and unpacks it into the folder `into`, which is made.

        Nothing is written outside the folder: links, devices and paths that lead out of it are refused.

        :raises ModelDataError: no such object, or not a readable archive.
        """
        into.mkdir(parents=True)
        if not url.endswith(".tar.gz"):
            raise ModelDataError(f'The model data "{url}" must be a gzip-compressed tar archive ending in .tar.gz.')
        bucket, key = _split(url)
        with tempfile.TemporaryFile() as archive:
            try:
                body = self._s3.get_object(Bucket=bucket, Key=key)["Body"]
            except ClientError as error:
                if error.response["Error"]["Code"] not in _ABSENT:
                    raise
                raise ModelDataError(
                    f'Failed to download model data from URL: "{url}". Please ensure that there is an object located '
                    "at the URL and that the role passed to CreateModel has permissions to download the object."
                ) from error
            shutil.copyfileobj(body, archive)
            archive.seek(0)
            try:
                with tarfile.open(fileobj=archive, mode="r:gz") as tar:
                    tar.extractall(into, filter="data")
            except (tarfile.TarError, EOFError, OSError) as error:
                raise ModelDataError(f'The model data "{url}" cannot be unpacked: {error}.') from error


def _split(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.netloc, parts.path.lstrip("/")
