"""What is committed for the image: the folder that reaches it, its Dockerfile, its archives."""

import gzip
import importlib.util
import io
import re
import tarfile
from pathlib import Path
from types import ModuleType

import pytest
from image_folder import admitted
from scorer_harness import IMAGE


def test_dockerignore_admits_exactly_what_the_image_needs() -> None:
    committed = [str(path.relative_to(IMAGE)) for path in IMAGE.rglob("*") if path.is_file()]
    strays = ["scorer/__pycache__/app.cpython-311.pyc", "scorer/notes.txt", ".env", "tests/__pycache__/a.pyc"]
    modules = ("__init__", "__main__", "app", "archive", "errors", "media", "model", "payload", "server", "settings")
    assert admitted(IMAGE, committed + strays) == sorted(
        [".dockerignore", "Dockerfile", "requirements.txt", *(f"scorer/{module}.py" for module in modules)]
    )


def test_the_dockerfile_keeps_to_its_rules() -> None:
    lines = [line for line in (IMAGE / "Dockerfile").read_text().splitlines() if line]
    assert not any(re.match(r"#\s*syntax\s*=", line) for line in lines)
    assert "ARG PLATFORM=linux/amd64" in lines
    assert [line for line in lines if line.startswith("FROM")] == ["FROM --platform=${PLATFORM} ${PYTHON_IMAGE}"]
    assert [line for line in lines if line.startswith("USER")] == ["USER ${RUN_AS}"]
    assert re.search(r"^ARG RUN_AS=[1-9]\d*:[1-9]\d*$", "\n".join(lines), re.MULTILINE)
    assert 'ENTRYPOINT ["python", "-m", "scorer"]' in lines
    assert all(re.fullmatch(r"ENV \w+=\S+", line) for line in lines if line.startswith("ENV"))


def test_requirements_are_pinned() -> None:
    for name in ("requirements.txt", "training/requirements.txt"):
        lines = [line for line in (IMAGE / name).read_text().splitlines() if not line.lstrip().startswith("#")]
        assert lines and all(re.match(r"[\w.-]+==[\w.]+( ;|$)", line) for line in lines)


@pytest.fixture
def packing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pack", IMAGE / "training" / "pack.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_packing_twice_gives_the_same_bytes(packing: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    first = packing.pack({"a": b"1", "b": b"2"})
    monkeypatch.setattr("time.time", lambda: 1e9)
    monkeypatch.setattr("os.getuid", lambda: 4321)
    assert packing.pack({"b": b"2", "a": b"1"}) == first


def test_committed_archives_are_in_packed_form(packing: ModuleType, version: str) -> None:
    committed = (IMAGE / "models" / version / "model.tar.gz").read_bytes()
    assert len(committed) < 50_000
    assert committed[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff", "gzip header: no name, no time"
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(committed))) as archive:
        members = archive.getmembers()
        files = {member.name: archive.extractfile(member).read() for member in members}
    assert [member.name for member in members] == ["model.json", "model.onnx"]
    for member in members:
        assert (member.isreg(), member.mtime, member.uid, member.gid, member.mode) == (True, 0, 0, 0, 0o644)
    assert packing.pack(files) == committed


def test_committed_archives_are_one_folder_each(version: str) -> None:
    assert [path.name for path in Path(IMAGE / "models" / version).iterdir()] == ["model.tar.gz"]
