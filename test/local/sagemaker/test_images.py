"""Publishing the image assets of a cloud assembly, and running what was published."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from local.images import PublishError, find_assets, publish_images
from local.sagemaker import python_environment
from local.sagemaker.image_manifest import RunnableImage, UnrunnableImage, from_manifest, to_manifest

ACCOUNT, REGION = "123456789012", "us-east-1"
REPOSITORY = "cdk-hnb659fds-container-assets-123456789012-us-east-1"
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
            "imageTag": "abc",
            **(destination or {}),
        }
        entry = {"source": source or {"directory": "asset.abc"}, "destinations": {"here": place}}
        (root / "manifest.json").write_text("{}")
        (folder / "stack.assets.json").write_text(json.dumps({"version": "1", "dockerImages": {"abc": entry}}))
        return root

    return make


@pytest.fixture
def publish(cloud):
    cloud.ecr.repositories[REPOSITORY] = {}
    progress = []

    def run(root):
        published = publish_images(
            root, cloud.ecr, ACCOUNT, REGION, cloud.folder / "state", cloud.folder / "cache", progress.append
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
    assert image.uri == f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{REPOSITORY}:abc"
    recipe = recipes["abc"]
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
    told = [line for line in publish.progress if line.startswith(("installing requirements", "requirements already"))]
    assert [line.split()[0] for line in told] == ["installing", "requirements"]


def test_an_interrupted_installation_is_made_again(assembly, publish):
    root = assembly({"Dockerfile": DOCKERFILE, "requirements.txt": ""})
    _, recipes = publish(root)
    environment = recipes["abc"].python.parent.parent
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
    assert f"with {'uv' if uv else 'pip'} into" in lines[0]
    assert subprocess.run([python, "-c", "import tiny; print(tiny.SIZE)"], capture_output=True).stdout == b"1\n"


def test_a_failed_installation_is_told_with_the_last_lines_of_the_tool(assembly, publish):
    root = assembly({"Dockerfile": DOCKERFILE, "requirements.txt": "/no/such/folder/tiny-1-py3-none-any.whl\n"})
    with pytest.raises(PublishError, match=r"could not be installed: .* ended with exit code [12]:\n") as error:
        publish(root)
    assert "/no/such/folder" in str(error.value)


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
    assert isinstance(recipes["abc"], UnrunnableImage)
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
    assert (recipes["abc"].entrypoint, recipes["abc"].environment) == (("-m", "app"), {"LEVEL": "9"})


def test_assets_of_other_regions_are_left_out_and_an_asset_of_two_stages_is_found_once(assembly):
    files = {"Dockerfile": DOCKERFILE, "requirements.txt": ""}
    root = assembly(files, stage="assembly-local")
    assembly(files, stage="assembly-dev")
    assembly(files, stage="assembly-prod", destination={"region": "eu-west-1"})
    [asset] = find_assets(root, ACCOUNT, REGION)
    assert asset.destinations == ((REPOSITORY, "abc"),)
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
