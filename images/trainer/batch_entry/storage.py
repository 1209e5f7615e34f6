"""Folders and objects: what S3 has comes here, and what is written here goes there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from batch_entry.errors import EntryError
from batch_entry.settings import Location

Signature = tuple[int, int]
"""Size and time of change of a file: another one is another content."""

MANIFEST = "manifest.json"
"""A folder that has one is a checkpoint, which counts as a whole or not at all."""


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
    """
    Uploads what has changed below a folder: the oldest first, since a trainer writes what it refers to before the
    reference. Files whose names begin with a dot, or end in .tmp or .new, are not in place yet.

    A folder with a manifest.json is a checkpoint, and counts as a whole. One that the trainer writes over while it is
    uploaded is not whole in S3. The last that is whole there is not touched while another is under way, so one always
    is, however slow the upload.
    """

    def __init__(self, s3: Any, folder: Path, location: Location) -> None:
        self._s3 = s3
        self._folder = folder
        self._location = location
        self._known: dict[str, Signature] = {}
        self._whole: set[str] = set()
        """Checkpoints that are whole in S3."""
        self._partial: set[str] = set()
        """Those that are not: some of their files there are of an earlier one, or mixed."""

    def adopt(self) -> None:
        """Takes what is in the folder for uploaded."""
        self._known = self._files()
        self._whole = {_parent(name) for name in self._known if _is_manifest(name)}

    def upload(self, *, ended: bool = False) -> int:
        """
        :param ended: whether nobody writes any more; then nothing is left behind.

        Returns how many files went.
        """
        count = 0
        pending = self._pending()
        while pending:
            ready = [unit for unit in pending if not self._must_wait(unit, pending)]
            if not ready and not ended:
                break
            unit = next(iter(ready or pending))
            count += self._send(unit, pending.pop(unit))
        if pending:
            print(
                f"batch_entry: {', '.join(sorted(pending))} waits, since the checkpoint beside it was written over "
                "while it was uploaded: save less often than an upload takes",
                file=sys.stderr,
            )
        return count

    def _pending(self) -> dict[str, list[str]]:
        """What has changed, in its order: files by their name, those of a checkpoint together by its name."""
        files = self._files()
        units: dict[str, list[str]] = {}
        for name in sorted(files, key=lambda name: (files[name][1], name)):
            if self._known.get(name) != files[name]:
                folder = _parent(name)
                units.setdefault(folder if f"{folder}/{MANIFEST}" in files else name, []).append(name)
        return units

    def _must_wait(self, unit: str, pending: Iterable[str]) -> bool:
        others = self._partial.union(pending) - {unit}
        return self._whole == {unit} and any((self._folder / other).is_dir() for other in others)

    def _send(self, unit: str, names: list[str]) -> int:
        self._whole.discard(unit)
        if (self._folder / unit).is_dir():
            self._partial.add(unit)
        count = 0
        for name in names:
            path = self._folder / name
            try:
                found = _signature(path)
                self._s3.upload_file(str(path), self._location.bucket, self._location.key(name))
            except FileNotFoundError:
                # The trainer took it away meanwhile.
                continue
            self._known[name] = found
            count += 1
        if self._is_whole(unit):
            self._whole.add(unit)
            self._partial.discard(unit)
        return count

    def _is_whole(self, unit: str) -> bool:
        """Whether nothing has changed in a checkpoint since it was uploaded, and its manifest was written last."""
        files = {name: found for name, found in self._files().items() if _parent(name) == unit}
        manifest = files.get(f"{unit}/{MANIFEST}")
        return manifest is not None and all(
            self._known.get(name) == found and found[1] <= manifest[1] for name, found in files.items()
        )

    def _files(self) -> dict[str, Signature]:
        found: dict[str, Signature] = {}
        for path in self._folder.rglob("*"):
            if path.name.startswith(".") or path.name.endswith((".tmp", ".new")):
                continue
            try:
                if path.is_file():
                    found[path.relative_to(self._folder).as_posix()] = _signature(path)
            except FileNotFoundError:
                continue
        return found


def _signature(path: Path) -> Signature:
    state = path.stat()
    return state.st_size, state.st_mtime_ns


def _parent(name: str) -> str:
    return name.rpartition("/")[0]


def _is_manifest(name: str) -> bool:
    return name.endswith(f"/{MANIFEST}")
