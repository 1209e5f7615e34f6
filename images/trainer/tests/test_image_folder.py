"""What is committed for the image: the folder that reaches it, its Dockerfile, its requirements, its page."""

import dataclasses
import os
import re
import subprocess
from pathlib import Path

import pytest
from image_folder import admitted
from trainer.metrics import METRICS
from trainer.settings import Settings
from trainer_harness import IMAGE


def test_dockerignore_admits_exactly_what_the_image_needs() -> None:
    committed = [
        str(path.relative_to(IMAGE)) for path in IMAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    strays = ["trainer/__pycache__/fields.cpython-311.pyc", "trainer/notes.txt", ".env", "trainer/tasks/data.csv"]
    package = [path for path in committed if re.match(r"trainer/|batch_entry/\w+\.py$", path)]
    assert {"trainer/worker.py", "trainer/tasks/table.py", "batch_entry/job.py"} <= set(package)
    assert admitted(IMAGE, committed + strays) == sorted([".dockerignore", "Dockerfile", "requirements.txt", *package])


def test_the_dockerfile_keeps_to_its_rules() -> None:
    lines = [line for line in (IMAGE / "Dockerfile").read_text().splitlines() if line]
    assert not any(re.match(r"#\s*syntax\s*=", line) for line in lines)
    assert "ARG PLATFORM=linux/amd64" in lines
    assert [line for line in lines if line.startswith("FROM")] == ["FROM --platform=${PLATFORM} ${PYTHON_IMAGE}"]
    assert [line for line in lines if line.startswith("USER")] == ["USER ${RUN_AS}"]
    assert {"ENV NVIDIA_VISIBLE_DEVICES=all", "ENV NVIDIA_DRIVER_CAPABILITIES=compute,utility"} <= set(lines)
    assert 'ENTRYPOINT ["python", "-m", "batch_entry", "-m", "trainer"]' in lines
    assert all(re.fullmatch(r"ENV \w+=\S+", line) for line in lines if line.startswith("ENV"))


@pytest.mark.parametrize(
    ("torch", "installed"),
    [
        ("cpu", "--no-deps --torch-backend cpu --requirement requirements.txt"),
        ("cuda", "--requirement requirements.txt"),
    ],
)
def test_torch_is_installed_for_cpus_alone_or_with_all_that_gpus_need(
    tmp_path: Path, torch: str, installed: str
) -> None:
    done = run_step(tmp_path, torch)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "python -m pip install --no-cache-dir uv==0.9.11",
        f"uv pip install --system --no-cache --compile-bytecode {installed}",
        "python -m pip uninstall --yes uv",
    ]


def test_no_image_is_built_with_another_torch(tmp_path: Path) -> None:
    done = run_step(tmp_path, "cu128")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "TORCH is cu128, allowed are cpu and cuda\n")


def run_step(folder: Path, torch: str) -> "subprocess.CompletedProcess[str]":
    """The RUN step of the Dockerfile, with programs that print how they were called."""
    for name in ("python", "uv"):
        program = folder / name
        program.write_text(f'#!/bin/sh\necho {name} "$@"\n')
        program.chmod(0o755)
    text = re.sub(r"\\\n", "", (IMAGE / "Dockerfile").read_text())
    (script,) = re.findall(r"^RUN (.*)$", text, re.MULTILINE)
    environment = {"PATH": f"{folder}:{os.defpath}", "TORCH": torch}
    return subprocess.run(["/bin/sh", "-c", script], env=environment, capture_output=True, text=True, check=False)


def test_requirements_are_pinned_and_leave_cuda_to_torch() -> None:
    lines = {
        name: [line for line in (IMAGE / name).read_text().splitlines() if line and not line.lstrip().startswith("#")]
        for name in ("requirements.txt", "tests/requirements.txt", "requirements.cuda.txt")
    }
    pinned = lines["requirements.txt"] + lines["tests/requirements.txt"]
    assert all(re.match(r"[\w.-]+==[\w.]+( ;|$)", line) for line in pinned)
    assert not set(lines["requirements.cuda.txt"]) & {line.split("==")[0] for line in pinned}


def test_the_page_describes_every_hyperparameter_and_metric() -> None:
    page = (IMAGE / "README.md").read_text()
    kinds = {each.name: (each.metadata["kind"], each.default) for each in dataclasses.fields(Settings) if each.metadata}
    rows = {row[0]: row[1:] for row in re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \| .+ \|$", page, re.MULTILINE)}
    assert list(rows) == list(kinds)
    for name, (kind, default) in kinds.items():
        allowed, unset = rows[name]
        assert allowed == kind.allowed, name
        assert unset.split(", or ")[-1] == (f"`{_text(default)}`" if default != () else "none"), name
    assert re.findall(r"^\| `([a-z]+:[a-z_]+)` \|", page, re.MULTILINE) == list(METRICS)


def _text(value: object) -> str:
    """A default as it would be given."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
