"""Folders and objects: what S3 has comes here, and what is written here goes there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from batch_entry.errors import EntryError
from batch_entry.settings import Location

Signature = tuple[int, int]
"""Size and time of change of a file: another one is another content."""


def keys(s3: Any, location: Location) -> Iterator[str]:
    """Keys below a prefix, in their order; without those of empty folders that consoles make."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=location.bucket, Prefix=location.prefix):
        for entry in page.get("Contents", []):
            if not entry["Key"].endswith("/"):
                yield entry["Key"]


def download(s3: Any, location: Location, folder: Path, wanted: Callable[[int, str], bool] = lambda *_: True) -> int:
    """Every object below a prefix that is wanted, by its number and the rest of its key. Returns how many came."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for number, key in enumerate(keys(s3, location)):
        name = key.removeprefix(location.prefix).lstrip("/") or key.rsplit("/", 1)[-1]
        if not wanted(number, name):
            continue
        target = (folder / name).resolve()
        if not target.is_relative_to(folder.resolve()):
            raise EntryError(f"s3://{location.bucket}/{key} would be written outside of {folder}")
        target.parent.mkdir(parents=True, exist_ok=True)
        s3.download_file(location.bucket, key, str(target))
        count += 1
    return count


class Mirror:
    """Uploads what has changed below a folder."""

    def __init__(self, s3: Any, folder: Path, location: Location) -> None:
        self._s3 = s3
        self._folder = folder
        self._location = location
        self._known: dict[str, Signature] = {}

    def adopt(self) -> None:
        """Takes what is in the folder for uploaded."""
        self._known = self._files()

    def upload(self) -> int:
        """
        Every file that is new or another, the oldest first: a trainer writes what it refers to before the reference,
        and renames a file into place when it is whole. Files whose names begin with a dot, or end in .tmp or .new, are
        not in place yet.

        Returns how many went.
        """
        count = 0
        changed = [(name, found) for name, found in self._files().items() if self._known.get(name) != found]
        for name, found in sorted(changed, key=lambda one: (one[1][1], one[0])):
            try:
                self._s3.upload_file(str(self._folder / name), self._location.bucket, self._location.key(name))
            except FileNotFoundError:
                # The trainer took it away meanwhile.
                continue
            self._known[name] = found
            count += 1
        return count

    def _files(self) -> dict[str, Signature]:
        found: dict[str, Signature] = {}
        for path in self._folder.rglob("*"):
            if path.name.startswith(".") or path.name.endswith((".tmp", ".new")):
                continue
            try:
                state = path.stat()
            except FileNotFoundError:
                continue
            if path.is_file():
                found[path.relative_to(self._folder).as_posix()] = (state.st_size, state.st_mtime_ns)
        return found
