"""A fault to switch on: uploads of checkpoints that arrive cut off."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class CutUploads:
    """The next `uploads` uploads whose key matches `key` keep their first `bytes` bytes."""

    key: str
    """Shell pattern for the whole key, such as `*slot-1*`."""
    bytes: int
    uploads: int


class UploadFault:
    """Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted: CutUploads | None = None
        self.keys: list[str] = []
        """Keys whose uploads were cut, in order."""

    @property
    def wanted(self) -> CutUploads | None:
        """What is still to be cut."""
        with self._lock:
            return self._wanted

    def switch(self, wanted: CutUploads | None) -> None:
        with self._lock:
            self._wanted = wanted

    def cut(self, key: str, body: bytes) -> bytes:
        with self._lock:
            wanted = self._wanted
            if wanted is None or not fnmatchcase(key, wanted.key):
                return body
            left = wanted.uploads - 1
            self._wanted = CutUploads(wanted.key, wanted.bytes, left) if left else None
            self.keys.append(key)
        return body[: wanted.bytes]
