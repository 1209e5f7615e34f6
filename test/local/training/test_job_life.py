"""A job from its start to each of its ends, on-demand."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from fakes import BUCKET, NEVER, ROLE, Cloud

from local.sagemaker import python_environment
from local.sagemaker.image_manifest import RunnableImage, UnrunnableImage


def test_a_job_trains_and_leaves_its_model(cloud: Cloud) -> None:
    job = cloud.run(cloud.definition())
    assert job["TrainingJobStatus"] == "Completed", job
    assert cloud.states() == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    assert job["ModelArtifacts"]["S3ModelArtifacts"] == f"s3://{BUCKET}/models/run-1-1/output/model.tar.gz"
    state = cloud.result()["state"]
    assert (state["step"], state["attempts"]) == (10, [0])


def test_times_are_those_of_the_clock(cloud: Cloud) -> None:
    job = cloud.run(cloud.definition())
    transitions = job["SecondaryStatusTransitions"]
    for before, after in pairwise(transitions):
        assert before["EndTime"] == after["StartTime"]
    assert transitions[0]["StartTime"] >= job["CreationTime"]
    assert job["TrainingStartTime"] <= transitions[1]["StartTime"]
    assert job["TrainingStartTime"] - job["CreationTime"] >= 60  # instances take a minute
    assert job["TrainingEndTime"] == transitions[-1]["EndTime"]
    on_instances = job["TrainingEndTime"] - job["TrainingStartTime"]
    assert 0.5 * on_instances <= job["TrainingTimeInSeconds"] <= on_instances + 1
    assert job["BillableTimeInSeconds"] == job["TrainingTimeInSeconds"]


def test_a_container_reads_the_time_of_the_clock_and_waits_in_real_time(cloud: Cloud) -> None:
    """Ten steps of a 50th of a second each are two minutes at this pace, and are measured as such."""
    cloud.clock.sleep(600)
    real = time.monotonic()
    cloud.run(cloud.definition(HyperParameters={"steps": "10", "pace": "0.02"}))
    state = cloud.result()["state"]
    told, _, monotonic = state["clocks"]
    transitions = {each["Status"]: each for each in cloud.describe()["SecondaryStatusTransitions"]}
    assert transitions["Training"]["StartTime"] <= told <= transitions["Training"]["EndTime"]
    assert real <= monotonic <= time.monotonic()
    assert 10 * 0.02 * 600 <= state["seconds"] <= cloud.describe()["TrainingTimeInSeconds"]


def test_the_container_finds_what_the_contract_promises(cloud: Cloud) -> None:
    cloud.s3.objects |= {"data/a.csv": b"1", "data/more/b.csv": b"2", "data/": b"", "database/c.csv": b"3"}
    job = cloud.run(
        cloud.definition(
            HyperParameters={"steps": "3"},
            Environment={"FLAVOUR": "sweet"},
            InputDataConfig=[channel("train", "data/"), channel("all", "data", InputMode="FastFile")],
        )
    )
    assert job["TrainingJobStatus"] == "Completed", job
    result = cloud.result()
    assert result["data"] == {
        "input/data/train/a.csv": "1",
        "input/data/train/more/b.csv": "2",
        "input/data/all/data/a.csv": "1",
        "input/data/all/data/more/b.csv": "2",
        "input/data/all/database/c.csv": "3",
    }
    environment = result["environment"]
    assert environment["TRAINING_JOB_NAME"] == "run-1-1"
    assert environment["TRAINING_JOB_ARN"] == job["TrainingJobArn"]
    assert environment["AWS_REGION"] == "us-east-1"
    assert (environment["FLAVOUR"], environment["FROM_DOCKERFILE"]) == ("sweet", "yes")
    assert environment["AWS_ACCESS_KEY_ID"] == "of-the-role"
    resources, channels = output(cloud)["hosts-0.json"]
    assert resources["hosts"] == ["127.0.0.1"]
    assert (resources["current_host"], resources["network_interface_name"]) == ("127.0.0.1", "lo")
    assert channels["all"]["TrainingInputMode"] == "FastFile"


def test_a_container_without_network_has_no_credentials(cloud: Cloud) -> None:
    cloud.run(cloud.definition(EnableNetworkIsolation=True))
    assert "AWS_ACCESS_KEY_ID" not in cloud.result()["environment"]


def test_a_job_fails_with_the_reason_that_its_container_wrote(cloud: Cloud) -> None:
    job = cloud.run(cloud.definition(HyperParameters={"mode": "fail"}))
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Failed", "Failed")
    assert job["FailureReason"] == "AlgorithmError: the weights of layer 7 are missing, exit code: 3"
    assert cloud.states() == ["Starting", "Downloading", "Training", "Failed"]
    assert not [key for key in cloud.s3.objects if key.startswith("models/")]


def test_a_job_fails_when_its_image_is_missing_or_cannot_run(cloud: Cloud) -> None:
    definition = cloud.definition()
    image = definition["AlgorithmSpecification"]
    missing = cloud.run({**definition, "AlgorithmSpecification": {**image, "TrainingImage": cloud.image + "2"}})
    assert missing["FailureReason"].startswith("ClientError: Cannot find image"), missing
    stranger = cloud.push("stranger", UnrunnableImage("its Dockerfile has two stages"))
    other = cloud.definition("run-1-2", AlgorithmSpecification={**image, "TrainingImage": stranger})
    assert cloud.run(other)["FailureReason"].endswith("cannot run here: its Dockerfile has two stages")


def test_a_job_makes_the_environment_of_its_image_where_nobody_has(cloud: Cloud, tmp_path: Path) -> None:
    source = Path(shutil.copytree(Path(__file__).parent / "image", tmp_path / "image"))
    (source / "requirements.txt").write_text("")
    python = python_environment.place(source / "requirements.txt", tmp_path / "cache")
    image = cloud.push("fresh", RunnableImage(source, python, ("train.py",)))
    algorithm = {"TrainingImage": image, "TrainingInputMode": "File"}
    assert cloud.run(cloud.definition(AlgorithmSpecification=algorithm))["TrainingJobStatus"] == "Completed"
    assert python.exists()

    (source / "requirements.txt").write_text(f"{tmp_path}/none-1-py3-none-any.whl")
    job = cloud.run(cloud.definition("run-1-2", AlgorithmSpecification=algorithm))
    assert "cannot run here: requirements.txt cannot be installed" in job["FailureReason"]


def test_a_job_that_is_stopped_saves_before_it_ends(cloud: Cloud) -> None:
    cloud.start(cloud.definition(HyperParameters={"steps": "100000"}))
    cloud.until(lambda: cloud.progress() > 3)
    cloud.call("StopTrainingJob", {"TrainingJobName": "run-1-1"})
    job = cloud.ended()
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped")
    assert cloud.states()[-3:] == ["Training", "Stopping", "Stopped"]
    assert "told to stop" in cloud.log()
    assert newest_step(cloud) == cloud.progress()
    assert job["ModelArtifacts"]["S3ModelArtifacts"] == ""  # the container left no model


def test_a_job_that_does_not_listen_is_killed(make_cloud: Any) -> None:
    cloud = make_cloud(notice_floor=0.3)
    cloud.start(cloud.definition(HyperParameters={"mode": "deaf", "steps": "100000"}))
    cloud.until(lambda: "begins" in cloud.log() if cloud.describe()["SecondaryStatus"] == "Training" else False)
    cloud.call("StopTrainingJob", {"TrainingJobName": "run-1-1"})
    assert cloud.ended()["SecondaryStatus"] == "Stopped"
    stopping, stopped = cloud.describe()["SecondaryStatusTransitions"][-2:]
    assert stopped["StartTime"] - stopping["StartTime"] >= 120


def test_a_job_is_stopped_before_it_has_instances(make_cloud: Any) -> None:
    cloud = make_cloud(factor=1)
    cloud.start(cloud.definition())
    cloud.call("StopTrainingJob", {"TrainingJobName": "run-1-1"})
    job = cloud.ended()
    assert cloud.states() == ["Starting", "Stopping", "Stopped"]
    assert "TrainingTimeInSeconds" not in job


def test_a_job_runs_no_longer_than_it_may(cloud: Cloud) -> None:
    job = cloud.run(
        cloud.definition(HyperParameters={"steps": "100000"}, StoppingCondition={"MaxRuntimeInSeconds": 300})
    )
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    assert cloud.states()[-3:] == ["Training", "Stopping", "MaxRuntimeExceeded"]
    assert job["TrainingTimeInSeconds"] >= 300
    assert newest_step(cloud) == cloud.progress() > 0


def test_a_job_fails_when_on_demand_capacity_does_not_come(make_cloud: Any) -> None:
    cloud = make_cloud(on_demand_patience=300)
    cloud.training.capacity.on_demand.follow(NEVER)
    job = cloud.run(cloud.definition())
    assert job["FailureReason"].startswith("CapacityError: Unable to provision requested ML compute capacity")
    assert cloud.states() == ["Starting", "Failed"]
    assert job["SecondaryStatusTransitions"][0]["StatusMessage"].startswith("Insufficient capacity error from EC2")


def test_a_new_job_goes_on_from_the_checkpoints_of_the_last(cloud: Cloud) -> None:
    cloud.start(cloud.definition(HyperParameters={"steps": "60"}))
    cloud.until(lambda: cloud.progress() > 3)
    cloud.call("StopTrainingJob", {"TrainingJobName": "run-1-1"})
    cloud.ended()
    reached = cloud.progress()
    job = cloud.run(cloud.definition("run-1-2", HyperParameters={"steps": "60"}))
    assert job["TrainingJobStatus"] == "Completed", job
    assert cloud.result("run-1-2")["state"]["attempts"] == [0, reached]


def test_prefixes_that_end_in_a_slash_never_mix(cloud: Cloud) -> None:
    """Not even where one is the beginning of the other: run-1/ and run-10/."""
    cloud.run(cloud.definition("run-10-1", CheckpointConfig=checkpoints("run-10/")))
    cloud.run(cloud.definition("run-1-1", CheckpointConfig=checkpoints("run-1/")))
    assert cloud.result("run-1-1")["state"]["attempts"] == [0]
    assert "0/progress.json" not in cloud.result("run-1-1")["checkpoints"]


def test_a_prefix_without_a_slash_takes_in_its_neighbours(cloud: Cloud) -> None:
    """As was seen on AWS."""
    cloud.run(cloud.definition("run-10-1", CheckpointConfig=checkpoints("run-10/")))
    cloud.run(cloud.definition("run-1-1", CheckpointConfig=checkpoints("run-1")))
    assert "0/progress.json" in cloud.result("run-1-1")["checkpoints"]
    assert cloud.progress("checkpoints/run-1/") == 10


def test_metrics_are_read_from_the_output(cloud: Cloud) -> None:
    job = cloud.run(cloud.definition(HyperParameters={"steps": "4", "rate": "8"}))
    (final,) = job["FinalMetricDataList"]
    assert (final["MetricName"], final["Value"]) == ("loss", 2.0)
    assert [datum["Value"] for _, datum in cloud.cloudwatch.puts] == [8.0, 4.0, 2.6667, 2.0]
    assert {namespace for namespace, _ in cloud.cloudwatch.puts} == {"/aws/sagemaker/TrainingJobs"}
    assert cloud.cloudwatch.puts[0][1]["Dimensions"] == [{"Name": "TrainingJobName", "Value": "run-1-1"}]


def test_each_change_of_state_is_an_event(cloud: Cloud) -> None:
    cloud.run(cloud.definition(Tags=[{"Key": "team", "Value": "blue"}]))
    assert {kind for kind, _ in cloud.events} == {"SageMaker Training Job State Change"}
    details = [detail for _, detail in cloud.events]
    assert [detail["SecondaryStatus"] for detail in details] == cloud.states()
    last = details[-1]
    assert (last["TrainingJobStatus"], last["Tags"]) == ("Completed", {"team": "blue"})
    assert last["CreationTime"] == round(cloud.describe()["CreationTime"] * 1000)
    ended = cloud.describe()["SecondaryStatusTransitions"][-1]["EndTime"]
    assert last["SecondaryStatusTransitions"][-1]["EndTime"] == round(ended * 1000)


def test_the_role_does_what_it_does_on_aws(cloud: Cloud) -> None:
    cloud.run(cloud.definition())
    assert set(cloud.clients.acted) == {ROLE}
    assert {"ecr:GetAuthorizationToken", "logs:PutLogEvents", "logs:CreateLogStream"} <= cloud.clients.implied.keys()


def test_a_key_of_the_output_is_used(cloud: Cloud) -> None:
    cloud.run(cloud.definition(OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/models", "KmsKeyId": "alias/models"}))
    options = cloud.s3.options["models/run-1-1/output/model.tar.gz"]
    assert options == {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "alias/models"}


def channel(name: str, key: str, **more: Any) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/{key}"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}, **more}


def checkpoints(prefix: str) -> dict[str, str]:
    return {"S3Uri": f"s3://{BUCKET}/checkpoints/{prefix}"}


def output(cloud: Cloud) -> dict[str, Any]:
    """Files of the output's archive."""
    body = io.BytesIO(cloud.s3.objects["models/run-1-1/output/output.tar.gz"])
    with tarfile.open(fileobj=body) as archive:
        return {name: json.load(archive.extractfile(name)) for name in archive.getnames()}  # type: ignore[arg-type]


def newest_step(cloud: Cloud) -> int:
    """The newest step in the slots of the checkpoint in S3."""
    slots = [body for key, body in cloud.s3.objects.items() if "/slot-" in key]
    return max(int(json.loads(body.partition(b"\n")[2])["step"]) for body in slots)
