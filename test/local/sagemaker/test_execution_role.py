"""What the hosting does in the name of a model's execution role."""

from __future__ import annotations

import json
from typing import Any

import pytest

ROLE = "arn:aws:iam::123456789012:role/endpoint"
OTHER = "arn:aws:iam::123456789012:role/other"


def serve(cloud: Any, capture: bool = False, **model: Any) -> None:
    """An endpoint with one variant, whose model runs as `ROLE`."""
    container = {"Image": cloud.image, "ModelDataUrl": cloud.archive("one")}
    cloud.call("CreateModel", {"ModelName": "m", "PrimaryContainer": container, "ExecutionRoleArn": ROLE, **model})
    captured = {
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": "s3://captured/data",
        "CaptureOptions": [{"CaptureMode": "Input"}],
    }
    cloud.config("c", {"primary": "m"}, capture=captured if capture else None)
    cloud.clients.acted.clear()
    assert cloud.deploy("e", "c")["EndpointStatus"] == "InService"


def test_image_and_archive_are_fetched_as_the_role(cloud: Any) -> None:
    serve(cloud)
    assert set(cloud.clients.acted) == {ROLE}


def test_records_and_metrics_are_put_as_the_role(cloud: Any) -> None:
    serve(cloud, capture=True)
    cloud.clients.acted.clear()
    cloud.invoke("x")
    cloud.until(lambda: bool(cloud.cloudwatch.puts) and any(bucket == "captured" for bucket, _ in cloud.s3.objects))
    # What SageMaker measures without a request, it puts as itself.
    assert [role for role in cloud.clients.acted if role is not None] == [ROLE, ROLE]


@pytest.mark.parametrize(("given", "role"), [({}, ROLE), ({"ExecutionRoleArn": OTHER}, OTHER)])
def test_rollback_alarms_are_read_as_the_role_of_the_configuration_or_of_the_model(
    cloud: Any, given: dict[str, str], role: str
) -> None:
    serve(cloud)
    cloud.config("next", {"primary": "m"}, **given)
    cloud.cloudwatch.alarms["slow"] = "OK"
    alarms = {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "slow"}]}}
    policy = {"TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}}
    update = {"EndpointName": "e", "EndpointConfigName": "next"}
    cloud.clients.acted.clear()
    cloud.call("UpdateEndpoint", {**update, "DeploymentConfig": {**alarms, "BlueGreenUpdatePolicy": policy}})
    assert cloud.clients.acted[0] == role
    assert cloud.settled()["EndpointStatus"] == "InService"


def test_what_is_done_otherwise_here_is_implied(cloud: Any) -> None:
    serve(cloud)
    repository = "arn:aws:ecr:us-east-1:123456789012:repository/scorer"
    group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/sagemaker/Endpoints/e:log-stream:"
    assert cloud.clients.implied == {
        "ecr:GetAuthorizationToken": "*",
        "ecr:BatchCheckLayerAvailability": repository,
        "ecr:GetDownloadUrlForLayer": repository,
        "logs:CreateLogGroup": group,
        "logs:DescribeLogStreams": group,
        "logs:CreateLogStream": f"{group}primary/i-local",
        "logs:PutLogEvents": f"{group}primary/i-local",
    }


@pytest.mark.parametrize(("isolated", "key"), [(False, "of-the-role"), (True, None)])
def test_a_container_has_the_role_s_credentials_unless_it_is_isolated(
    cloud: Any, isolated: bool, key: str | None
) -> None:
    serve(cloud, EnableNetworkIsolation=isolated)
    assert json.loads(cloud.invoke("environment:").body).get("AWS_ACCESS_KEY_ID") == key
