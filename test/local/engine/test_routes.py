"""Which part of the local cloud answers which request."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from local_cloud import LocalCloud


def test_invocations_reach_the_hosting_with_their_bytes(cloud: LocalCloud) -> None:
    runtime = cloud.client("sagemaker-runtime")
    body = bytes(range(256))
    answer = runtime.invoke_endpoint(EndpointName="any", Body=body, ContentType="application/octet-stream")
    assert answer["Body"].read() == body[::-1]
    with pytest.raises(ClientError) as missing:
        runtime.invoke_endpoint(EndpointName="missing", Body=b"")
    assert missing.value.response["Error"]["Code"] == "ValidationError"


@pytest.mark.parametrize("content_type", ["application/json", "text/csv", "application/x-npy"])
def test_invocations_keep_the_content_type_of_the_answer(cloud: LocalCloud, content_type: str) -> None:
    answer = cloud.client("sagemaker-runtime").invoke_endpoint(EndpointName="any", Body=b"{}", Accept=content_type)
    assert answer["ContentType"] == content_type


def test_asynchronous_invocations_are_refused(cloud: LocalCloud) -> None:
    runtime = cloud.client("sagemaker-runtime")
    with pytest.raises(ClientError, match="asynchronous and streamed invocations are not emulated"):
        runtime.invoke_endpoint_async(EndpointName="any", InputLocation="s3://bucket/key")


def test_errors_of_the_hosting_have_their_code(cloud: LocalCloud) -> None:
    with pytest.raises(ClientError, match=r"\(ValidationException\).*Could not find model"):
        cloud.client("sagemaker").describe_model(ModelName="none")


def test_other_sagemaker_operations_are_moto_s(cloud: LocalCloud) -> None:
    sagemaker = cloud.client("sagemaker")
    group: dict[str, Any] = sagemaker.create_model_package_group(
        ModelPackageGroupName="group", Tags=[{"Key": "a", "Value": "b"}]
    )
    assert sagemaker.list_tags(ResourceArn=group["ModelPackageGroupArn"])["Tags"] == [{"Key": "a", "Value": "b"}]


def test_an_image_that_was_not_pushed_is_not_found(cloud: LocalCloud) -> None:
    ecr = cloud.client("ecr")
    ecr.create_repository(repositoryName="assets")
    ecr.put_image(repositoryName="assets", imageManifest="{}", imageTag="there")
    assert len(ecr.describe_images(repositoryName="assets", imageIds=[{"imageTag": "there"}])["imageDetails"]) == 1
    with pytest.raises(ecr.exceptions.ImageNotFoundException, match="imageTag:'gone'"):
        ecr.describe_images(repositoryName="assets", imageIds=[{"imageTag": "there"}, {"imageTag": "gone"}])
    assert len(ecr.describe_images(repositoryName="assets")["imageDetails"]) == 1
