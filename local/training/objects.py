"""Objects of S3 below a prefix, copied to a folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.training.s3_location import S3Location

_ABSENT = {"NoSuchBucket", "404"}


def keys_below(s3: Any, location: S3Location, prefix: str) -> Iterator[str]:
    """Keys that begin with `prefix`, in alphabetical order; none where the bucket is missing."""
    token: dict[str, str] = {}
    while True:
        try:
            page = s3.list_objects_v2(Bucket=location.bucket, Prefix=prefix, **token)
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return
            raise
        yield from (row["Key"] for row in page.get("Contents", ()))
        if not page.get("IsTruncated"):
            return
        token = {"ContinuationToken": page["NextContinuationToken"]}


def download(s3: Any, bucket: str, keys: Iterable[str], prefix: str, folder: Path) -> list[Path]:
    """Copies objects to where their keys lead from `prefix` on; keys that end in a slash are no files.

    :param keys: each begins with `prefix`.

    :raises ValueError: a key leads out of the folder.
    """
    copied = []
    folder.mkdir(parents=True, exist_ok=True)
    for key in keys:
        if key.endswith("/"):
            continue
        target = (folder / key.removeprefix(prefix).lstrip("/")).resolve()
        if not target.is_relative_to(folder.resolve()):
            raise ValueError(f"s3://{bucket}/{key} leads out of the folder it is copied to.")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            shutil.copyfileobj(s3.get_object(Bucket=bucket, Key=key)["Body"], file)
        copied.append(target)
    return copied
