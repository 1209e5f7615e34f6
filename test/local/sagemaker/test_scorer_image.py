"""The repository's own image, published from an assembly and run with its committed archives."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from pathlib import Path

import pytest

from local.images import publish_images
from local.sagemaker import Response

SCORER = Path(__file__).parents[3] / "images" / "scorer"
REPOSITORY = "cdk-hnb659fds-container-assets-123456789012-us-east-1"


@pytest.fixture
def image(cloud, tmp_path):
    """URI of the scorer, as an asset of the files that its .dockerignore lets into the image."""
    root = tmp_path / "cdk.out"
    asset = root / "asset.scorer"
    (asset / "scorer").mkdir(parents=True)
    for file in [SCORER / "Dockerfile", SCORER / "requirements.txt", *SCORER.glob("scorer/*.py")]:
        shutil.copy(file, asset / file.relative_to(SCORER))
    destination = {"repositoryName": REPOSITORY, "imageTag": "scorer"}
    entry = {"source": {"directory": "asset.scorer"}, "destinations": {"here": destination}}
    (root / "manifest.json").write_text("{}")
    (root / "stack.assets.json").write_text(json.dumps({"dockerImages": {"scorer": entry}}))
    cloud.ecr.repositories[REPOSITORY] = {}
    [image] = publish_images(
        root, cloud.ecr, "123456789012", "us-east-1", cloud.folder / "state", cloud.folder / "cache", print
    )
    assert image.problem is None
    return image.uri


def test_predicts_as_its_archive_says_and_swapping_the_archive_changes_that(cloud, image):
    for version in ("v1", "v2"):
        archive = (SCORER / "models" / version / "model.tar.gz").read_bytes()
        cloud.s3.objects["models", f"{version}/model.tar.gz"] = archive
        cloud.model(version, image=image, url=f"s3://models/{version}/model.tar.gz")
        cloud.config(version, {"primary": version})
    described = cloud.deploy("e", "v1")
    assert described["EndpointStatus"] == "InService", described["FailureReason"]
    assert predicts_its_examples(cloud, "v1")
    assert not predicts_its_examples(cloud, "v2")
    cloud.call("UpdateEndpoint", {"EndpointName": "e", "EndpointConfigName": "v2"})
    described = cloud.settled()
    assert described["EndpointConfigName"] == "v2", described["FailureReason"]
    assert predicts_its_examples(cloud, "v2")
    refused = cloud.invoke("no numbers")
    assert refused.status == 424
    assert json.loads(refused.body)["OriginalStatusCode"] == 400


def predicts_its_examples(cloud, version):
    """Whether the endpoint answers the examples in the archive's model.json as they say."""
    with tarfile.open(fileobj=io.BytesIO(cloud.s3.objects["models", f"{version}/model.tar.gz"])) as tar:
        examples = json.load(tar.extractfile("model.json"))["examples"]
    response: Response = cloud.invoke(json.dumps({"instances": [example["features"] for example in examples]}))
    assert response.status == 200, response
    answers = [p["probabilities"] for p in json.loads(response.body)["predictions"]]
    expected = [dict(zip(("malignant", "benign"), example["probabilities"], strict=True)) for example in examples]
    return all(a == pytest.approx(e, abs=1e-5) for a, e in zip(answers, expected, strict=True))
