"""Packs a model archive so that the same contents always give the same bytes."""

import gzip
import io
import tarfile
from collections.abc import Mapping

COMPRESSION_LEVEL = 9


def pack(files: Mapping[str, bytes]) -> bytes:
    """A model.tar.gz of regular files at its top level.

    Entries are sorted by name; owner, mode and times are fixed, and the gzip header carries neither name nor time.
    The compressed bytes are zlib's: a Python built on another deflate (zlib-ng) packs the same contents differently.
    """
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mode = 0o644
            archive.addfile(entry, io.BytesIO(content))
    packed = io.BytesIO()
    # GzipFile writes the same header in every Python; gzip.compress() has changed its operating-system byte.
    with gzip.GzipFile(filename="", mode="wb", compresslevel=COMPRESSION_LEVEL, fileobj=packed, mtime=0) as stream:
        stream.write(plain.getvalue())
    return packed.getvalue()
