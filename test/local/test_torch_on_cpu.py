"""Stand-ins for NVIDIA's libraries, made for a library that is linked against them."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local.torch_on_cpu import StandInFailed, make_stand_ins

needs_compiler = pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")


def compiled(target: Path, source: str, *options: str) -> None:
    path = target.with_suffix(".c")
    path.write_text(source)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(target), str(path), *options], check=True)


@pytest.fixture
def torch_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What passes for torch's library: it wants a versioned and an unversioned library of NVIDIA's, both gone."""
    folder, gone = tmp_path / "torch" / "lib", tmp_path / "gone"
    folder.mkdir(parents=True)
    gone.mkdir()
    (folder.parent / "__init__.py").touch()
    (gone / "versions").write_text("libcudart.so.99 { global: *; };\n")
    compiled(
        gone / "libcudart.so.99",
        "int cudaGetDeviceCount(int *count) { return 0; }",
        f"-Wl,--version-script={gone / 'versions'},-soname,libcudart.so.99",
    )
    compiled(gone / "libnccl.so.9", "int ncclGetVersion(int *version) { return 0; }", "-Wl,-soname,libnccl.so.9")
    compiled(
        folder / "libtorch_fake.so",
        "int cudaGetDeviceCount(int *); int ncclGetVersion(int *);\n"
        "int devices(void) { int n; return cudaGetDeviceCount(&n); }\n"
        "int version(void) { int n; return ncclGetVersion(&n); }\n",
        *("-Wl,-rpath,$ORIGIN", "-Wl,--no-as-needed", f"-L{gone}", "-l:libcudart.so.99", "-l:libnccl.so.9"),
    )
    shutil.rmtree(gone)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return folder / "libtorch_fake.so"


@needs_compiler
def test_a_library_that_lacks_others_loads_and_finds_no_gpu(torch_library: Path) -> None:
    with pytest.raises(OSError, match="cannot open shared object file"):
        ctypes.CDLL(str(torch_library))
    assert make_stand_ins(Path(sys.executable)) == ["libcudart.so.99", "libnccl.so.9"]
    library = ctypes.CDLL(str(torch_library))
    assert (library.devices(), library.version()) == (100, 100)
    assert make_stand_ins(Path(sys.executable)) == []


def test_fails_when_there_is_no_torch() -> None:
    with pytest.raises(StandInFailed, match=r" has no torch; install its requirements first$"):
        make_stand_ins(Path(sys.executable))


@needs_compiler
def test_fails_when_there_is_no_compiler(torch_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    for tool in ("ldd", "nm", "readelf", "bash", "cat"):
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    message = "cc is missing: torch from PyPI needs a C compiler and binutils to run without CUDA "
    with pytest.raises(StandInFailed, match=f"^{re.escape(message)}"):
        make_stand_ins(Path(sys.executable))
