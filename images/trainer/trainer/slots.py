"""Two places for checkpoints, of which a damaged or half-uploaded one is never taken for whole.

Files reach S3 in any order, and none by renaming, so nothing is concluded from a file being there: a slot counts when
its manifest is whole and every file has the size and the SHA-256 that the manifest names. The slots are written in
turns, so the other one stays as it is while one is written or uploaded.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

SLOTS = ("slot-0", "slot-1")
MANIFEST = "manifest.json"
_CHUNK = 1 << 20


@dataclass(frozen=True, order=True)
class WrittenFile:
    """A file of a checkpoint, as it must be found again."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What one checkpoint consists of."""

    step: int
    """Steps of the whole run that it holds."""
    processes: int
    files: tuple[WrittenFile, ...]

    def to_text(self) -> str:
        document = {"version": 1, **asdict(self)}
        return json.dumps({**document, "sha256": _digest(document)}, indent=1) + "\n"

    @classmethod
    def from_text(cls, text: str) -> Manifest:
        """:raises ValueError: the text is not whole, or not a manifest."""
        document = json.loads(text)
        if not isinstance(document, dict) or document.pop("sha256", None) != _digest(document):
            raise ValueError("the manifest is not whole")
        if document["version"] != 1:
            raise ValueError(f"the manifest is of version {document['version']}, known is 1")
        return cls(document["step"], document["processes"], tuple(WrittenFile(**file) for file in document["files"]))


@dataclass(frozen=True)
class Checkpoint:
    """A slot with its manifest; its files may not be verified yet."""

    slot: str
    manifest: Manifest

    @property
    def identity(self) -> tuple[int, str, str]:
        """Newer ones sort later; the same on every host that holds the same checkpoint."""
        return self.manifest.step, self.slot, _digest(asdict(self.manifest))


def read_checkpoints(folder: Path) -> list[Checkpoint]:
    """The slots whose manifest is whole, the newest first."""
    found = []
    for slot in SLOTS:
        try:
            found.append(Checkpoint(slot, Manifest.from_text((folder / slot / MANIFEST).read_text("utf-8"))))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return sorted(found, key=lambda checkpoint: checkpoint.identity, reverse=True)


def problem(folder: Path, checkpoint: Checkpoint, files: Iterable[WrittenFile] | None = None) -> str | None:
    """What is wrong with the files of a checkpoint, or None; of all its files unless some are named."""
    for file in checkpoint.manifest.files if files is None else files:
        path = folder / checkpoint.slot / file.name
        try:
            size = path.stat().st_size
            if size != file.bytes:
                return f"{checkpoint.slot}/{file.name} has {size} bytes instead of {file.bytes}"
            with path.open("rb") as data:
                if hashlib.file_digest(data, "sha256").hexdigest() != file.sha256:
                    return f"{checkpoint.slot}/{file.name} has another content than was written"
        except OSError as error:
            return f"{checkpoint.slot}/{file.name} cannot be read: {error.strerror}"
    return None


def other_slot(slot: str | None) -> str:
    """Where to write next, when this slot holds the checkpoint to fall back to."""
    return SLOTS[1] if slot == SLOTS[0] else SLOTS[0]


def write_file(folder: Path, slot: str, name: str, write: Callable[[io.RawIOBase], Any]) -> WrittenFile:
    """Writes one file of a checkpoint, and sees it on the disk."""
    (folder / slot).mkdir(parents=True, exist_ok=True)
    with (folder / slot / name).open("wb", buffering=_CHUNK) as file:
        hashing = _Hashing(file)
        write(hashing)
        file.flush()
        os.fsync(file.fileno())
    return WrittenFile(name, hashing.count, hashing.digest.hexdigest())


def seal(folder: Path, slot: str, manifest: Manifest) -> None:
    """Makes a checkpoint of the files that are there: the same bytes on every host."""
    replace_file(folder / slot / MANIFEST, manifest.to_text())


def replace_file(path: Path, text: str) -> None:
    """Readers see the old content or the new one, and after a crash as well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Hashing(io.RawIOBase):
    """Passes on what is written, and sums it up."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.count = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.digest.update(data)
        self.count += len(data)
        return self._file.write(data)


def _digest(document: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
