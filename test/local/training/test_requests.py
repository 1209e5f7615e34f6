"""What the operations refuse, list and delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fakes import ACCOUNT, BUCKET, REGION, Cloud

from local.sagemaker.errors import AwsError


def refusal(cloud: Cloud, operation: str, params: dict[str, Any]) -> AwsError:
    with pytest.raises(AwsError) as refused:
        cloud.call(operation, params)
    return refused.value


def in_member(member: str, **changes: Any) -> Callable[[Cloud], dict[str, Any]]:
    """An acceptable definition with changes in one of its members; None takes one away."""

    def make(cloud: Cloud) -> dict[str, Any]:
        definition = cloud.definition()
        changed = {**definition.get(member, {}), **changes}
        return {**definition, member: {key: value for key, value in changed.items() if value is not None}}

    return make


def of(**changes: Any) -> Callable[[Cloud], dict[str, Any]]:
    return lambda cloud: cloud.definition(**changes)


def channel(**changes: Any) -> Callable[[Cloud], dict[str, Any]]:
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/data/", **changes.pop("source", {})}
    return of(InputDataConfig=[{"ChannelName": "train", "DataSource": {"S3DataSource": source}, **changes}])


GROUP = {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "InstanceGroupName": "a"}
SPOT = {"EnableManagedSpotTraining": True}
REFUSED: list[tuple[Callable[[Cloud], dict[str, Any]], str]] = [
    (of(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/nobody"), "Could not assume role"),
    (of(TrainingJobName="under_score"), "Member must satisfy regular expression pattern"),
    (of(HyperParameters={"steps": 10}), "cannot be converted to a string"),
    (of(**SPOT), "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to"),
    (
        of(**SPOT, StoppingCondition={"MaxRuntimeInSeconds": 20, "MaxWaitTimeInSeconds": 10}),
        "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to MaxRuntimeInSeconds",
    ),
    (
        in_member("StoppingCondition", MaxWaitTimeInSeconds=200_000),
        "It is only supported when EnableManagedSpotTraining is set to true",
    ),
    (
        lambda cloud: {
            **cloud.on_spot(),
            "ResourceConfig": {**cloud.definition()["ResourceConfig"], "KeepAlivePeriodInSeconds": 600},
        },
        "KeepAlivePeriodInSeconds is not supported",
    ),
    (in_member("ResourceConfig", InstanceType=None), "ResourceConfig needs an InstanceType"),
    (in_member("ResourceConfig", InstanceCount=0), "ResourceConfig needs an InstanceType, and an InstanceCount of 1"),
    (
        in_member("ResourceConfig", InstanceGroups=[GROUP]),
        "ResourceConfig.InstanceGroups: the local cloud does not run jobs with InstanceGroups",
    ),
    (in_member("AlgorithmSpecification", TrainingImage=None), "Give either TrainingImage or AlgorithmName"),
    (in_member("AlgorithmSpecification", TrainingImage=None, AlgorithmName="xgboost"), "does not run xgboost"),
    (in_member("AlgorithmSpecification", TrainingImage="python:3"), "does not run python:3"),
    (in_member("AlgorithmSpecification", TrainingInputMode="Pipe"), "does not run Pipe mode"),
    (in_member("AlgorithmSpecification", ContainerArguments=["fit"]), "does not run fit"),
    (
        in_member("AlgorithmSpecification", MetricDefinitions=[{"Name": "loss", "Regex": "loss=("}]),
        "The regular expression of metric loss is invalid",
    ),
    (
        in_member("AlgorithmSpecification", MetricDefinitions=[{"Name": "loss", "Regex": "loss=.*"}]),
        "The regular expression of metric loss has no group",
    ),
    (in_member("CheckpointConfig", LocalPath="/checkpoints"), "does not run /checkpoints. It runs folders below /opt"),
    (in_member("CheckpointConfig", LocalPath="/opt/ml/../etc"), "does not run /opt/ml/../etc"),
    (in_member("CheckpointConfig", S3Uri="https://example.com/a"), "CheckpointConfig.S3Uri is https://example.com/a"),
    (in_member("OutputDataConfig", CompressionType="NONE"), "does not run NONE"),
    (channel(), f'No S3 objects found under S3 URL "s3://{BUCKET}/data/" given in input data source'),
    (channel(source={"S3Uri": "s3://elsewhere/data/"}), "No S3 objects found under S3 URL"),
    (channel(source={"S3DataType": "ManifestFile"}), "does not run ManifestFile"),
    (channel(InputMode="Pipe"), "InputDataConfig train: the local cloud does not run Pipe mode"),
    (channel(CompressionType="Gzip"), "does not run compressed or wrapped channels"),
    (
        of(
            InputDataConfig=[
                {
                    "ChannelName": "train",
                    "DataSource": {
                        "FileSystemDataSource": {
                            "FileSystemId": "fs-0123456789a",
                            "FileSystemAccessMode": "ro",
                            "FileSystemType": "FSxLustre",
                            "DirectoryPath": "/fsx",
                        }
                    },
                }
            ]
        ),
        "does not run a file system as data source",
    ),
    (of(DebugHookConfig={"S3OutputPath": "s3://bucket/debug"}), "DebugHookConfig: the local cloud does not run"),
    (of(ProfilerConfig={"DisableProfiler": False}), "ProfilerConfig: the local cloud does not run the profiler"),
]


@pytest.mark.parametrize(("make", "text"), REFUSED, ids=[text[:40] for _, text in REFUSED])
def test_a_job_is_refused(cloud: Cloud, make: Callable[[Cloud], dict[str, Any]], text: str) -> None:
    refused = refusal(cloud, "CreateTrainingJob", make(cloud))
    assert text in refused.message
    assert cloud.call("ListTrainingJobs", {})["TrainingJobSummaries"] == []


def test_a_name_is_used_once(cloud: Cloud) -> None:
    """Also after the job has ended."""
    cloud.start(cloud.definition())
    text = (
        "Training job names must be unique within an AWS account and region, and a training job with this name "
        f"already exists (arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/run-1-1)"
    )
    for _ in range(2):
        refused = refusal(cloud, "CreateTrainingJob", cloud.definition())
        assert (refused.code, refused.message) == ("ResourceInUse", text)
        cloud.ended()


def test_unknown_jobs_are_not_found(cloud: Cloud) -> None:
    for operation in ("DescribeTrainingJob", "StopTrainingJob", "DeleteTrainingJob"):
        refused = refusal(cloud, operation, {"TrainingJobName": "nobody"})
        assert (refused.code, refused.message) == ("ValidationException", "Requested resource not found.")


def test_a_job_that_has_ended_cannot_be_stopped(cloud: Cloud) -> None:
    cloud.run(cloud.definition())
    refused = refusal(cloud, "StopTrainingJob", {"TrainingJobName": "run-1-1"})
    assert refused.message == "The request was rejected because the training job is in status Completed."


def test_a_job_is_deleted_once_it_has_ended(cloud: Cloud) -> None:
    cloud.start(cloud.definition())
    assert refusal(cloud, "DeleteTrainingJob", {"TrainingJobName": "run-1-1"}).code == "ResourceInUse"
    cloud.ended()
    cloud.call("DeleteTrainingJob", {"TrainingJobName": "run-1-1"})
    assert cloud.run(cloud.definition())["TrainingJobStatus"] == "Completed"


def test_a_description_has_what_was_asked_for(cloud: Cloud) -> None:
    definition = cloud.on_spot(
        Environment={"A": "b"}, RetryStrategy={"MaximumRetryAttempts": 3}, Tags=[{"Key": "a", "Value": "b"}]
    )
    cloud.start(definition)
    job = cloud.ended()
    asked = {key: value for key, value in definition.items() if key != "Tags"}
    assert {key: job[key] for key in asked} == asked
    assert "Tags" not in job


def test_jobs_are_listed(cloud: Cloud) -> None:
    for number in (1, 2, 3):
        cloud.run(cloud.definition(f"run-{number}", HyperParameters={"steps": "1"}))

    def names(**params: Any) -> list[str]:
        return [row["TrainingJobName"] for row in cloud.call("ListTrainingJobs", params)["TrainingJobSummaries"]]

    assert names() == ["run-3", "run-2", "run-1"]
    assert names(NameContains="2", StatusEquals="Completed") == ["run-2"]
    assert names(StatusEquals="Failed") == []
    first = cloud.call("ListTrainingJobs", {"MaxResults": 2, "SortBy": "Name", "SortOrder": "Ascending"})
    assert [row["TrainingJobName"] for row in first["TrainingJobSummaries"]] == ["run-1", "run-2"]
    assert names(MaxResults=2, SortBy="Name", SortOrder="Ascending", NextToken=first["NextToken"]) == ["run-3"]


def test_jobs_have_tags(cloud: Cloud) -> None:
    cloud.start(cloud.definition(Tags=[{"Key": "team", "Value": "blue"}]))
    arn = cloud.describe()["TrainingJobArn"]
    assert cloud.training.owns_arn(arn)
    cloud.call("AddTags", {"ResourceArn": arn, "Tags": [{"Key": "run", "Value": "1"}]})
    cloud.call("DeleteTags", {"ResourceArn": arn, "TagKeys": ["team"]})
    assert cloud.call("ListTags", {"ResourceArn": arn}) == {"Tags": [{"Key": "run", "Value": "1"}]}
