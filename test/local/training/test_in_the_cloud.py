"""Training jobs behind the endpoint: HTTP, the real S3 and ECR of the local cloud, permissions, the control."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from local_cloud import LocalCloud, running

from local.sagemaker.image_manifest import MEDIA_TYPE, RunnableImage, to_manifest

HERE = Path(__file__).resolve().parent
BUCKET = "training"
TRUST = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
POLICY = [
    {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": f"arn:aws:s3:::{BUCKET}/*"},
    {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{BUCKET}"},
    {"Effect": "Allow", "Action": ["logs:*", "cloudwatch:PutMetricData", "ecr:*"], "Resource": "*"},
]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A fast one, in which Spot capacity comes after ten minutes."""
    folder = tmp_path_factory.mktemp("training")
    trace = folder / "trace.json"
    trace.write_text(json.dumps({"metadata": {"gap_seconds": 600}, "data": [0, 1]}))
    command = (sys.executable, "-m", "local", "serve", "--clock-factor", "600", "--spot-trace", str(trace))
    with running(folder, command=command) as running_cloud:
        prepare(running_cloud)
        yield running_cloud


def prepare(cloud: LocalCloud) -> None:
    cloud.client("s3").create_bucket(Bucket=BUCKET)
    cloud.client("s3").put_object(Bucket=BUCKET, Key="data/a.csv", Body=b"1,2")
    ecr = cloud.client("ecr")
    ecr.create_repository(repositoryName="trainer")
    manifest = to_manifest(RunnableImage(HERE / "image", Path(sys.executable), ("train.py",)), "asset")
    ecr.put_image(repositoryName="trainer", imageManifest=manifest, imageManifestMediaType=MEDIA_TYPE, imageTag="v1")
    make_role(cloud, "trainer", POLICY)


def make_role(cloud: LocalCloud, name: str, statements: list[dict[str, Any]]) -> str:
    iam = cloud.client("iam")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document([TRUST]))
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(statements))
    return str(made["Role"]["Arn"])


def document(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def definition(cloud: LocalCloud, name: str, role: str = "trainer", **changes: Any) -> dict[str, Any]:
    account = cloud.ready["account"]
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/data/"}
    return {
        "TrainingJobName": name,
        "RoleArn": f"arn:aws:iam::{account}:role/{role}",
        "AlgorithmSpecification": {
            "TrainingImage": f"{account}.dkr.ecr.us-east-1.amazonaws.com/trainer:v1",
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+);"}],
        },
        "HyperParameters": {"steps": "10"},
        "InputDataConfig": [{"ChannelName": "train", "DataSource": {"S3DataSource": source}}],
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models/"},
        "CheckpointConfig": {"S3Uri": f"s3://{BUCKET}/checkpoints/{name}/"},
        "ResourceConfig": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
        "StoppingCondition": {"MaxRuntimeInSeconds": 80_000, "MaxWaitTimeInSeconds": 90_000},
        "EnableManagedSpotTraining": True,
        **changes,
    }


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "the awaited state did not come"
        time.sleep(0.05)


def ended(cloud: LocalCloud, name: str) -> dict[str, Any]:
    sagemaker = cloud.client("sagemaker")
    final = ("Completed", "Failed", "Stopped")
    until(lambda: sagemaker.describe_training_job(TrainingJobName=name)["TrainingJobStatus"] in final)
    found: dict[str, Any] = sagemaker.describe_training_job(TrainingJobName=name)
    return found


def states(cloud: LocalCloud, name: str) -> list[str]:
    job = cloud.client("sagemaker").describe_training_job(TrainingJobName=name)
    return [each["Status"] for each in job["SecondaryStatusTransitions"]]


def control(cloud: LocalCloud, content: dict[str, Any] | None = None) -> dict[str, Any]:
    body = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(f"{cloud.endpoint}/_local/training", data=body)
    with urllib.request.urlopen(request) as response:
        found: dict[str, Any] = json.load(response)
    return found


def permissions(cloud: LocalCloud, role: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{cloud.endpoint}/_local/access") as response:
        report = json.load(response)
    found: dict[str, Any] = next(each for each in report["roles"] if each["role"] == role)
    return found


def test_a_job_waits_for_the_trace_and_is_interrupted_by_the_control(cloud: LocalCloud) -> None:
    sagemaker, s3 = cloud.client("sagemaker"), cloud.client("s3")
    sagemaker.create_training_job(**definition(cloud, "first", HyperParameters={"steps": "80"}))
    progress = "checkpoints/first/progress.json"
    until(lambda: bool(s3.list_objects_v2(Bucket=BUCKET, Prefix=progress)["KeyCount"]))
    assert control(cloud, {"spot": "never"})["spot"]["steps"] == [[0, 0]]
    until(lambda: "Interrupted" in states(cloud, "first"))
    control(cloud, {"spot": "always"})
    job = ended(cloud, "first")
    assert job["TrainingJobStatus"] == "Completed", job
    assert states(cloud, "first").count("Training") == 2
    archive = s3.get_object(Bucket=BUCKET, Key="models/first/output/model.tar.gz")["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        assert files.getnames() == ["result-0.json"]
    metrics = cloud.client("cloudwatch").list_metrics(Namespace="/aws/sagemaker/TrainingJobs")["Metrics"]
    assert [metric["MetricName"] for metric in metrics] == ["loss"]


def test_each_change_of_a_job_s_state_is_an_event(cloud: LocalCloud) -> None:
    sqs, events = cloud.client("sqs"), cloud.client("events")
    url = sqs.create_queue(QueueName="states")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    detail = {"TrainingJobName": ["sixth"], "TrainingJobStatus": ["Completed"]}
    pattern = {"source": ["aws.sagemaker"], "detail-type": ["SageMaker Training Job State Change"], "detail": detail}
    events.put_rule(Name="states", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="states", Targets=[{"Id": "queue", "Arn": arn}])
    cloud.client("sagemaker").create_training_job(**definition(cloud, "sixth", HyperParameters={"steps": "1"}))
    told: list[dict[str, Any]] = []
    until(lambda: bool(told.extend(sqs.receive_message(QueueUrl=url).get("Messages", [])) or told))
    (event,) = (json.loads(message["Body"]) for message in told)
    assert event["detail"]["SecondaryStatus"] == "Completed"
    assert event["detail"]["FinalMetricDataList"][0]["MetricName"] == "loss"


def test_the_role_of_a_job_is_judged(cloud: LocalCloud) -> None:
    account = cloud.ready["account"]
    reads = [{**POLICY[0], "Action": "s3:GetObject"}, *POLICY[1:]]
    role = make_role(cloud, "reader", reads)
    sagemaker = cloud.client("sagemaker")
    sagemaker.create_training_job(
        **definition(
            cloud,
            "second",
            "reader",
            EnableManagedSpotTraining=False,
            StoppingCondition={"MaxRuntimeInSeconds": 80_000},
            HyperParameters={"steps": "2"},
        )
    )
    assert ended(cloud, "second")["RoleArn"] == role == f"arn:aws:iam::{account}:role/reader"
    calls = {(call["action"], call["outcome"]) for call in permissions(cloud, "reader")["calls"]}
    assert {("s3:PutObject", "missing"), ("s3:GetObject", "allowed"), ("s3:ListBucket", "allowed")} <= calls
    assert {outcome for action, outcome in calls if action != "s3:PutObject"} == {"allowed"}


def test_a_role_that_sagemaker_may_not_assume_is_refused(cloud: LocalCloud) -> None:
    other = document([{**TRUST, "Principal": {"Service": "lambda.amazonaws.com"}}])
    cloud.client("iam").create_role(RoleName="other", AssumeRolePolicyDocument=other)
    with pytest.raises(ClientError, match="Could not assume role arn:aws:iam::123456789012:role/other"):
        cloud.client("sagemaker").create_training_job(**definition(cloud, "third", "other"))


def test_a_name_that_is_taken_has_its_own_error(cloud: LocalCloud) -> None:
    sagemaker = cloud.client("sagemaker")
    sagemaker.create_training_job(**definition(cloud, "fourth", HyperParameters={"steps": "1"}))
    with pytest.raises(sagemaker.exceptions.ResourceInUse):
        sagemaker.create_training_job(**definition(cloud, "fourth"))
    arn = sagemaker.describe_training_job(TrainingJobName="fourth")["TrainingJobArn"]
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "b"}]


def machine(cloud: LocalCloud, role: str, states: dict[str, Any]) -> str:
    machines = cloud.client("stepfunctions")
    text = json.dumps({"StartAt": next(iter(states)), "States": states})
    made = machines.create_state_machine(
        name=f"machine-{len(states)}-{time.monotonic_ns()}", definition=text, roleArn=role
    )
    return str(made["stateMachineArn"])


def executed(cloud: LocalCloud, arn: str) -> dict[str, Any]:
    machines = cloud.client("stepfunctions")
    execution = machines.start_execution(stateMachineArn=arn)["executionArn"]
    until(lambda: machines.describe_execution(executionArn=execution)["status"] != "RUNNING")
    found: dict[str, Any] = machines.describe_execution(executionArn=execution)
    return found


def test_a_state_machine_makes_describes_and_stops_jobs_as_its_role(cloud: LocalCloud) -> None:
    jobs = f"arn:aws:sagemaker:us-east-1:{cloud.ready['account']}:training-job/fifth"
    allowed = [
        {
            "Effect": "Allow",
            "Action": ["sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob"],
            "Resource": jobs,
        },
        {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::123456789012:role/trainer"},
    ]
    role = make_role(cloud, "machine", allowed)
    task, name = "arn:aws:states:::aws-sdk:sagemaker", {"TrainingJobName": "fifth"}
    long = definition(cloud, "fifth", HyperParameters={"steps": "100000"})
    taken = [{"ErrorEquals": ["SageMaker.ResourceInUseException"], "ResultPath": None, "Next": "Describe"}]
    states = {
        "Create": {"Type": "Task", "Resource": f"{task}:createTrainingJob", "Parameters": long, "Next": "Again"},
        "Again": {**_task(f"{task}:createTrainingJob", long), "Catch": taken, "Next": "Unreached"},
        "Unreached": {"Type": "Fail"},
        "Describe": {**_task(f"{task}:describeTrainingJob", name), "ResultPath": "$.job", "Next": "Stop"},
        "Stop": {**_task(f"{task}:stopTrainingJob", name), "ResultPath": None, "End": True},
    }
    done = executed(cloud, machine(cloud, role, states))
    assert done["status"] == "SUCCEEDED", done
    job = json.loads(done["output"])["job"]
    assert job["TrainingJobStatus"] == "InProgress"
    assert job["CreationTime"].endswith("Z")
    assert ended(cloud, "fifth")["SecondaryStatus"] == "Stopped"
    calls = {(call["action"], call["outcome"]) for call in permissions(cloud, "machine")["calls"]}
    assert calls == {
        ("sagemaker:CreateTrainingJob", "allowed"),
        ("sagemaker:DescribeTrainingJob", "allowed"),
        ("iam:PassRole", "allowed"),
        ("sagemaker:StopTrainingJob", "missing"),
    }


@pytest.mark.parametrize(
    ("resource", "parameters", "error"),
    [
        ("aws-sdk:sagemaker:describeTrainingJob", {"TrainingJobName": "nobody"}, "SageMaker.SageMakerException"),
        ("aws-sdk:sagemaker:describeTrainingJob", {"Name": "nobody"}, "SageMaker.SageMakerException"),
        ("aws-sdk:sagemaker:trainModel", {}, "States.Runtime"),
        ("sagemaker:createTrainingJob.sync", {}, "States.Runtime"),
    ],
)
def test_calls_of_a_state_machine_fail_with_the_names_of_errors(
    cloud: LocalCloud, resource: str, parameters: dict[str, Any], error: str
) -> None:
    role = f"arn:aws:iam::{cloud.ready['account']}:role/trainer"
    states = {"Call": {**_task(f"arn:aws:states:::{resource}", parameters), "End": True}}
    assert executed(cloud, machine(cloud, role, states))["error"] == error


def _task(resource: str, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"Type": "Task", "Resource": resource, "Parameters": parameters}


def test_a_trace_that_cannot_be_used_ends_the_start(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "local", "serve", "--spot-trace", str(tmp_path / "none")]
    done = subprocess.run(command, cwd=HERE.parents[2], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 1
    assert "local cloud: The trace" in done.stderr
