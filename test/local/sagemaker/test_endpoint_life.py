"""Creating, InService, Failed, Deleting: as the containers really come and go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from local.sagemaker import AwsError
from local.sagemaker.image_manifest import UnrunnableImage


def test_is_in_service_once_every_container_answers(cloud):
    cloud.model("m", DELAY="0.5")
    cloud.config("c", {"primary": "m"}, counts={"primary": 2})
    answer = cloud.call("CreateEndpoint", {"EndpointName": "e", "EndpointConfigName": "c"})
    first = cloud.describe()
    assert first["EndpointStatus"] == "Creating"
    assert first["ProductionVariants"][0]["CurrentInstanceCount"] == 0
    described = cloud.settled()
    assert described["EndpointArn"] == answer["EndpointArn"] == "arn:aws:sagemaker:us-east-1:123456789012:endpoint/e"
    assert described["EndpointStatus"] == "InService"
    assert described["LastModifiedTime"] >= described["CreationTime"]
    variant = described["ProductionVariants"][0]
    assert (variant["CurrentWeight"], variant["DesiredWeight"]) == (1.0, 1.0)
    assert (variant["CurrentInstanceCount"], variant["DesiredInstanceCount"]) == (2, 2)
    image = variant["DeployedImages"][0]
    assert image["SpecifiedImage"] == cloud.image
    assert image["ResolvedImage"].endswith("scorer@sha256:" + "a" * 64)
    assert cloud.answer() == "m"
    statuses = [detail["EndpointStatus"] for kind, detail in cloud.events if kind == "SageMaker Endpoint State Change"]
    assert statuses == ["CREATING", "IN_SERVICE"]


def test_the_container_gets_the_contract_and_nothing_of_the_launcher(cloud, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of the launcher")
    cloud.model("m", THRESHOLD="0.5", LISTEN="0.0.0.0")
    cloud.config("c", {"primary": "m"})
    cloud.deploy("e", "c")
    environment = json.loads(cloud.invoke("environment:").body)
    assert environment["FROM_DOCKERFILE"] == "yes"
    assert environment["THRESHOLD"] == "0.5"
    assert environment["LISTEN"] == "127.0.0.1"
    assert environment["AWS_REGION"] == "us-east-1"
    assert (Path(environment["SM_MODEL_DIR"]) / "answer.txt").read_text() == "m"
    assert "AWS_SECRET_ACCESS_KEY" not in environment
    log = next((cloud.folder / "state" / "logs" / "e").iterdir())
    assert "starting in mode serve ['serve']" in log.read_text()


def test_fails_with_the_last_log_lines_when_the_container_ends(cloud):
    cloud.model("m", MODE="crash")
    cloud.config("c", {"primary": "m"})
    described = cloud.deploy("e", "c")
    assert described["EndpointStatus"] == "Failed"
    reason = described["FailureReason"]
    assert reason.startswith("The primary container for production variant primary did not pass the ping health check")
    assert "exit code 1" in reason
    assert reason.endswith("no such weights: layer 7")
    assert len(reason) <= 1024
    assert cloud.events[-1][1]["EndpointStatus"] == "FAILED"


def test_a_long_log_keeps_the_beginning_of_the_reason_and_the_end_of_the_log(cloud):
    cloud.model("m", MODE="crash", WORDS="2000")
    cloud.config("c", {"primary": "m"})
    reason = cloud.deploy("e", "c")["FailureReason"]
    assert len(reason) == 1024
    assert reason.startswith("The primary container for production variant primary")
    assert reason.endswith("no such weights: layer 7")


def test_fails_when_the_container_never_answers_ping(make_cloud):
    cloud = make_cloud(startup_floor=0.5)
    cloud.model("m", MODE="never")
    cloud.config("c", {"primary": "m"})
    described = cloud.deploy("e", "c")
    assert described["EndpointStatus"] == "Failed"
    assert "gave no 200 within 480 seconds" in described["FailureReason"]


def test_a_fast_clock_does_not_fail_a_container_that_is_starting(make_cloud):
    cloud = make_cloud(factor=1e6)
    assert cloud.serve()["EndpointStatus"] == "InService"


def test_one_failing_variant_fails_the_endpoint_and_ends_the_others(cloud):
    cloud.model("good")
    cloud.model("bad", MODE="crash")
    cloud.config("c", {"blue": "good", "green": "bad"})
    assert cloud.deploy("e", "c")["EndpointStatus"] == "Failed"
    assert not (cloud.folder / "state" / "endpoints").exists() or not list(
        (cloud.folder / "state" / "endpoints").iterdir()
    )


def test_an_image_that_cannot_run_here_fails_with_its_reason(cloud):
    image = cloud.push("foreign", UnrunnableImage("its ENTRYPOINT begins with java, and only python is understood"))
    cloud.model("m", image=image)
    cloud.config("c", {"primary": "m"})
    described = cloud.deploy("e", "c")
    assert described["EndpointStatus"] == "Failed"
    assert "begins with java" in described["FailureReason"]
    assert image in described["FailureReason"]


def test_an_image_that_was_not_published_from_an_assembly_fails(cloud):
    cloud.ecr.repositories["other"] = {"latest": '{"schemaVersion": 2, "layers": []}'}
    cloud.model("m", image="123456789012.dkr.ecr.us-east-1.amazonaws.com/other")
    cloud.config("c", {"primary": "m"})
    described = cloud.deploy("e", "c")
    assert "runs only images that it published from a cloud assembly" in described["FailureReason"]


def test_an_unknown_image_and_a_missing_archive_are_refused_with_the_model(cloud):
    unknown = "123456789012.dkr.ecr.us-east-1.amazonaws.com/nothing:v1"
    with pytest.raises(AwsError, match=f"Requested image {unknown} not found."):
        cloud.model("m", image=unknown)
    with pytest.raises(AwsError, match=r"Could not find model data at s3://models/nothing/model.tar.gz\."):
        cloud.model("m", url="s3://models/nothing/model.tar.gz")


def test_an_image_or_archive_that_went_away_after_the_model_fails_the_endpoint(cloud):
    cloud.model("m")
    cloud.config("c", {"primary": "m"})
    archive = cloud.s3.objects.pop(("models", "m/model.tar.gz"))
    described = cloud.deploy("no-archive", "c")
    assert described["EndpointStatus"] == "Failed"
    assert "s3://models/m/model.tar.gz" in described["FailureReason"]
    cloud.s3.objects["models", "m/model.tar.gz"] = archive
    cloud.ecr.repositories["scorer"].clear()
    described = cloud.deploy("no-image", "c")
    assert cloud.image in described["FailureReason"]
    assert "does not exist" in described["FailureReason"]


def test_an_archive_that_is_none_fails_the_endpoint(cloud):
    cloud.s3.objects["models", "bad/model.tar.gz"] = b"not an archive"
    cloud.model("m", url="s3://models/bad/model.tar.gz")
    cloud.config("c", {"primary": "m"})
    described = cloud.deploy("e", "c")
    assert described["EndpointStatus"] == "Failed"
    assert "s3://models/bad/model.tar.gz" in described["FailureReason"]
    assert "cannot be unpacked" in described["FailureReason"]


def test_an_archive_cannot_write_outside_its_folder(cloud, archive_of):
    cloud.s3.objects["models", "bad/model.tar.gz"] = archive_of({"../../escaped.txt": "x"})
    cloud.model("m", url="s3://models/bad/model.tar.gz")
    cloud.config("c", {"primary": "m"})
    described = cloud.deploy("e", "c")
    assert described["EndpointStatus"] == "Failed"
    assert "escaped.txt" in described["FailureReason"]
    assert not list(cloud.folder.rglob("escaped.txt"))


def test_an_unexpected_error_fails_the_endpoint_and_says_what_it_was(cloud, monkeypatch):
    cloud.model("m")
    cloud.config("c", {"primary": "m"})
    monkeypatch.setattr(cloud.ecr, "batch_get_image", lambda **_: 1 / 0)
    described = cloud.deploy("e", "c")
    assert described["EndpointStatus"] == "Failed"
    assert described["FailureReason"] == "The local cloud failed: ZeroDivisionError: division by zero"


def test_an_archive_must_be_a_tar_gz(cloud):
    cloud.s3.objects["models", "model.zip"] = b""
    cloud.model("m", url="s3://models/model.zip")
    cloud.config("c", {"primary": "m"})
    assert "ending in .tar.gz" in cloud.deploy("e", "c")["FailureReason"]


def test_deletion_ends_the_processes_and_forgets_the_endpoint(cloud, processes):
    cloud.serve()
    assert processes(cloud)
    cloud.call("DeleteEndpoint", {"EndpointName": "e"})
    cloud.until(lambda: not cloud.call("ListEndpoints", {})["Endpoints"])
    assert processes(cloud) == []
    with pytest.raises(AwsError) as refused:
        cloud.describe()
    assert refused.value.message == 'Could not find endpoint "arn:aws:sagemaker:us-east-1:123456789012:endpoint/e".'
    assert cloud.events[-1][1]["EndpointStatus"] == "DELETING"
    assert cloud.invoke().status == 400


def test_only_deletion_is_allowed_on_a_failed_endpoint(cloud):
    cloud.model("m", MODE="crash")
    cloud.config("c", {"primary": "m"})
    cloud.deploy("e", "c")
    with pytest.raises(AwsError, match="Only DeleteEndpoint"):
        cloud.call("UpdateEndpoint", {"EndpointName": "e", "EndpointConfigName": "c"})
    cloud.call("DeleteEndpoint", {"EndpointName": "e"})
    cloud.until(lambda: not cloud.call("ListEndpoints", {})["Endpoints"])


def test_an_endpoint_in_progress_is_neither_changed_nor_deleted(cloud):
    cloud.model("m", DELAY="0.5")
    cloud.config("c", {"primary": "m"})
    cloud.call("CreateEndpoint", {"EndpointName": "e", "EndpointConfigName": "c"})
    change = {"EndpointName": "e", "DesiredWeightsAndCapacities": [{"VariantName": "primary", "DesiredWeight": 2.0}]}
    for operation, params in [
        ("DeleteEndpoint", {"EndpointName": "e"}),
        ("UpdateEndpoint", {"EndpointName": "e", "EndpointConfigName": "c"}),
        ("UpdateEndpointWeightsAndCapacities", change),
    ]:
        with pytest.raises(AwsError, match=r'Cannot update in-progress endpoint "arn:aws:.*:endpoint/e"\.'):
            cloud.call(operation, params)
    cloud.settled()


def test_a_container_that_dies_is_started_again_once(cloud, caplog):
    cloud.serve()
    assert cloud.invoke("die:").status == 424
    cloud.until(lambda: cloud.invoke().status == 200)
    assert cloud.describe()["EndpointStatus"] == "InService"
    assert [r for r in caplog.records if "is started again" in r.message and "exit code 7" in r.message]


def test_closing_while_an_endpoint_is_being_created_leaves_no_process(make_cloud, processes):
    cloud = make_cloud(factor=1.0)
    cloud.model("m", MODE="never")
    cloud.config("c", {"primary": "m"})
    cloud.call("CreateEndpoint", {"EndpointName": "e", "EndpointConfigName": "c"})
    cloud.until(lambda: bool(processes(cloud)))
    cloud.hosting.close()
    assert processes(cloud) == []
