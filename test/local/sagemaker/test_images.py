"""Publishing the image assets of a cloud assembly, and running what was published."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from local.images import PublishError, find_assets, publish_images
from local.sagemaker import python_environment
from local.sagemaker.image_manifest import RunnableImage, UnrunnableImage, from_manifest, to_manifest
from local.training.image import find_image

ACCOUNT, REGION = "123456789012", "us-east-1"
REPOSITORY = "cdk-hnb659fds-container-assets-123456789012-us-east-1"
HASH = "0123456789abcdef" * 4
TOOL = "uv" if python_environment._uv() else "pip"
DOCKERFILE = 'FROM python:3.11-slim\nENV A=1 B="two words"\nCOPY . .\nENTRYPOINT ["python", "app.py"]\n'


@pytest.fixture
def assembly(tmp_path):
    """Makes an assembly with one asset in a stage of it; `files` are those of the source folder."""

    def make(files, source=None, destination=None, stage="assembly-local"):
        root = tmp_path / "cdk.out"
        folder = root / stage
        asset = folder / "asset.abc"
        asset.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (asset / name).write_text(text)
        place = {
            "repositoryName": "cdk-hnb659fds-container-assets-${AWS::AccountId}-${AWS::Region}",
            "imageTag": HASH,
            **(destination or {}),
        }
        entry = {
            "displayName": "Model/Image",
            "source": source or {"directory": "asset.abc"},
            "destinations": {"here": place},
        }
        (root / "manifest.json").write_text("{}")
        (folder / "stack.assets.json").write_text(json.dumps({"version": "1", "dockerImages": {HASH: entry}}))
        return root

    return make


@pytest.fixture
def publish(cloud):
    cloud.ecr.repositories[REPOSITORY] = {}
    progress = []

    def run(root, **options):
        published = publish_images(
            root, cloud.ecr, ACCOUNT, REGION, cloud.folder / "state", cloud.folder / "cache", progress.append, **options
        )
        manifests = cloud.ecr.repositories[REPOSITORY]
        return published, {tag: from_manifest(text) for tag, text in manifests.items()}

    run.progress = progress
    return run


def test_an_asset_becomes_an_image_that_runs(cloud, assembly, publish):
    app = (cloud.runnable.source / "app.py").read_text()
    root = assembly({"Dockerfile": DOCKERFILE, "requirements.txt": "", "app.py": app})
    [image], recipes = publish(root)
    assert image.problem is None
    assert image.uri == f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{REPOSITORY}:{HASH}"
    recipe = recipes[HASH]
    assert (recipe.entrypoint, recipe.environment) == (("app.py",), {"A": "1", "B": "two words"})
    shutil.rmtree(root)
    cloud.model("m", image=image.uri)
    cloud.config("c", {"primary": "m"})
    assert cloud.deploy("e", "c")["EndpointStatus"] == "InService"
    environment = json.loads(cloud.invoke("environment:").body)
    assert environment["B"] == "two words"
    assert environment["PATH"].startswith(str(recipe.python.parent))


def test_the_same_requirements_are_installed_once(assembly, publish):
    root = assembly({"Dockerfile": DOCKERFILE, "requirements.txt": ""})
    _, first = publish(root)
    _, second = publish(root)
    assert first == second
    assert publish.progress == [
        f"image Model/Image {HASH[:12]}: installing requirements with {TOOL}",
        f"image Model/Image {HASH[:12]}: published",
        f"image Model/Image {HASH[:12]}: published",
    ]


def test_the_environment_of_an_image_that_trains_waits_for_a_job(cloud, assembly, publish):
    root = assembly({"Dockerfile": DOCKERFILE + '\nCMD ["train"]\n', "requirements.txt": ""})
    [image], recipes = publish(root)
    assert (image.problem, recipes[HASH].python.exists()) == (None, False)
    assert publish.progress == [f"image Model/Image {HASH[:12]}: published"]
    params = {"AlgorithmSpecification": {"TrainingImage": image.uri}, "RoleArn": "arn:aws:iam::1:role/r"}
    assert find_image(SimpleNamespace(ecr=cloud.ecr), params).python.exists()


def test_it_can_be_made_before(cloud, assembly, publish):
    root = assembly({"Dockerfile": DOCKERFILE + '\nCMD ["train"]\n', "requirements.txt": ""})
    _, recipes = publish(root, ready_to_train=True)
    assert recipes[HASH].python.exists()


def test_an_environment_whose_python_is_gone_is_made_again(assembly, publish):
    root = assembly({"Dockerfile": DOCKERFILE, "requirements.txt": ""})
    _, recipes = publish(root)
    python = recipes[HASH].python
    python.unlink()
    python.symlink_to("/no/such/python")
    publish(root)
    assert subprocess.run([python, "-c", "print(1)"], capture_output=True).stdout == b"1\n"


def test_two_publishes_at_a_time_make_one_environment(tmp_path):
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("")
    prepare = (
        "import sys; from pathlib import Path; from local.sagemaker.python_environment import prepare; "
        "print(prepare(Path(sys.argv[1]), Path(sys.argv[2]), print))"
    )
    command = [sys.executable, "-c", prepare, str(requirements), str(tmp_path / "cache")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    told = [process.communicate()[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0] * 4
    assert len({lines[-1] for lines in told}) == 1
    assert sorted(len(lines) for lines in told) == [1, 1, 1, 2]


def test_an_interrupted_installation_is_made_again(assembly, publish):
    root = assembly({"Dockerfile": DOCKERFILE, "requirements.txt": ""})
    _, recipes = publish(root)
    environment = recipes[HASH].python.parent.parent
    (environment / ".complete").unlink()
    (environment / "left-over").touch()
    publish(root)
    assert (environment / ".complete").exists() and not (environment / "left-over").exists()


@pytest.mark.parametrize("uv", [True, False], ids=["uv", "pip"])
def test_the_environment_holds_the_requirements(tmp_path, monkeypatch, uv):
    wheel = tmp_path / "tiny-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "SIZE = 1")
        archive.writestr("tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1\n")
        archive.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("tiny-1.dist-info/RECORD", "")
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"{wheel}\n")
    if uv and python_environment._uv() is None:
        pytest.skip("uv is not installed here")
    if not uv:
        monkeypatch.setattr(python_environment, "_uv", lambda: None)
    lines = []
    python = python_environment.prepare(requirements, tmp_path / "cache", lines.append)
    assert lines == [f"installing requirements with {'uv' if uv else 'pip'}"]
    assert subprocess.run([python, "-c", "import tiny; print(tiny.SIZE)"], capture_output=True).stdout == b"1\n"


def test_pip_takes_over_where_uv_fails(tmp_path, monkeypatch):
    broken = tmp_path / "uv"
    broken.write_text("#!/bin/sh\necho 'error: no'\nexit 2\n")
    broken.chmod(0o755)
    monkeypatch.setattr(python_environment, "_uv", lambda: str(broken))
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("")
    lines = []
    python = python_environment.prepare(requirements, tmp_path / "cache", lines.append)
    assert lines == ["installing requirements with uv", "uv could not do it, installing requirements with pip"]
    assert subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0


def test_a_failed_installation_is_one_sentence(assembly, publish):
    root = assembly({"Dockerfile": DOCKERFILE, "requirements.txt": "/no/such/folder/tiny-1-py3-none-any.whl\n"})
    with pytest.raises(PublishError) as error:
        publish(root)
    told = str(error.value)
    assert told.startswith(f"image Model/Image {HASH[:12]}: requirements.txt cannot be installed: ERROR: ")
    assert "/no/such/folder" in told and "\n" not in told


def test_a_failure_is_told_by_the_tool_s_own_error_not_by_its_hints():
    said = "error: subprocess-exited-with-error\n  ERROR: No matching distribution for a\n\nhint: see above\n"
    told = python_environment._in_one_sentence(said)
    assert told == "requirements.txt cannot be installed: ERROR: No matching distribution for a"


@pytest.mark.parametrize("uv", [True, False], ids=["uv", "pip"])
def test_a_package_index_out_of_reach_is_one_sentence_with_the_remedy(tmp_path, monkeypatch, uv):
    if not uv:
        monkeypatch.setattr(python_environment, "_uv", lambda: None)
    for name in ("PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/simple")
    for name in ("PIP_RETRIES", "UV_HTTP_RETRIES"):
        monkeypatch.setenv(name, "1")
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("six==1.17.0\n")
    with pytest.raises(python_environment.InstallFailed) as error:
        python_environment.prepare(requirements, tmp_path / "cache", lambda line: None)
    assert str(error.value) == ("Cannot reach the Python package index; connect, or set PIP_INDEX_URL to a mirror.")


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"requirements.txt": ""}, "its source folder has no Dockerfile"),
        ({"Dockerfile": DOCKERFILE}, "has no requirements.txt"),
        ({"Dockerfile": "FROM python\n", "requirements.txt": ""}, "its Dockerfile has no ENTRYPOINT"),
        ({"Dockerfile": "FROM a\nENTRYPOINT python app.py\n", "requirements.txt": ""}, "only the exec form"),
        ({"Dockerfile": 'FROM a\nENTRYPOINT ["java"]\n', "requirements.txt": ""}, "begins with java"),
        ({"Dockerfile": f"FROM a AS b\n{DOCKERFILE}", "requirements.txt": ""}, "has 2 build stages"),
    ],
)
def test_an_image_it_cannot_run_is_published_with_the_reason_and_fails_its_endpoint(
    cloud, assembly, publish, files, reason
):
    [image], recipes = publish(assembly(files))
    assert reason in image.problem
    assert isinstance(recipes[HASH], UnrunnableImage)
    cloud.model("m", image=image.uri)
    cloud.config("c", {"primary": "m"})
    described = cloud.deploy("e", "c")
    assert described["EndpointStatus"] == "Failed"
    assert reason in described["FailureReason"]


def test_an_image_built_by_a_command_is_published_with_the_reason(assembly, publish):
    [image], _ = publish(assembly({}, source={"executable": ["make", "image"]}))
    assert "a command of its own builds it" in image.problem


def test_build_arguments_and_another_dockerfile_count(assembly, publish):
    text = 'FROM python\nARG LEVEL=1\nENV LEVEL=$LEVEL\nENTRYPOINT ["python3", "-m", "app"]\n'
    source = {"directory": "asset.abc", "dockerFile": "Local.dockerfile", "dockerBuildArgs": {"LEVEL": "9"}}
    root = assembly({"Local.dockerfile": text, "requirements.txt": ""}, source=source)
    _, recipes = publish(root)
    assert (recipes[HASH].entrypoint, recipes[HASH].environment) == (("-m", "app"), {"LEVEL": "9"})


def test_assets_of_other_regions_are_left_out_and_an_asset_of_two_stages_is_found_once(assembly):
    files = {"Dockerfile": DOCKERFILE, "requirements.txt": ""}
    root = assembly(files, stage="assembly-local")
    assembly(files, stage="assembly-dev")
    assembly(files, stage="assembly-prod", destination={"region": "eu-west-1"})
    [asset] = find_assets(root, ACCOUNT, REGION)
    assert asset.destinations == ((REPOSITORY, HASH),)
    shutil.rmtree(root / "assembly-local")
    shutil.rmtree(root / "assembly-dev")
    assert find_assets(root, ACCOUNT, REGION) == []


def test_a_missing_repository_and_a_folder_that_is_no_assembly_are_told(cloud, assembly, publish, tmp_path):
    root = assembly({"Dockerfile": DOCKERFILE, "requirements.txt": ""})
    cloud.ecr.repositories.clear()
    with pytest.raises(PublishError, match=f"The repository {REPOSITORY} does not exist; run `cdk bootstrap` first."):
        publish(root)
    with pytest.raises(PublishError, match="is no cloud assembly"):
        publish(tmp_path)


def test_a_manifest_says_what_was_put_into_it():
    recipe = RunnableImage(Path("/source"), Path(sys.executable), ("-m", "app"), {"A": "ä"})
    assert from_manifest(to_manifest(recipe, "hash")) == recipe
    assert from_manifest(to_manifest(UnrunnableImage("because"), "hash")) == UnrunnableImage("because")
    assert "does not say how to run it" in from_manifest("no JSON").reason
