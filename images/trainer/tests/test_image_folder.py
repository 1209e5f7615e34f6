"""What is committed for the image: the folder that reaches it, its Dockerfile, its requirements, its page."""

import dataclasses
import re

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
    assert 'ENTRYPOINT ["python", "-m", "batch_entry", "-m", "trainer"]' in lines
    assert all(re.fullmatch(r"ENV \w+=\S+", line) for line in lines if line.startswith("ENV"))


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
