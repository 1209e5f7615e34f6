"""Models, endpoint configurations, lists, tags, and the refusal of bad input."""

from __future__ import annotations

import pytest

from local.sagemaker import AwsError


def refused(cloud, operation, params):
    with pytest.raises(AwsError) as error:
        cloud.call(operation, params)
    assert error.value.status == 400
    return error.value


def test_operations_are_those_of_hosting(cloud):
    assert cloud.hosting.operations() == {
        *(
            f"{verb}{kind}"
            for verb in ("Create", "Describe", "Delete")
            for kind in ("Model", "EndpointConfig", "Endpoint")
        ),
        *("ListModels", "ListEndpointConfigs", "ListEndpoints"),
        *("UpdateEndpoint", "UpdateEndpointWeightsAndCapacities", "AddTags", "ListTags", "DeleteTags"),
    }


def test_a_model_is_described_as_it_was_made(cloud):
    role = "arn:aws:iam::123456789012:role/scorer"
    container = {"Image": cloud.image, "ModelDataUrl": cloud.archive("m")}
    cloud.call(
        "CreateModel",
        {"ModelName": "m", "PrimaryContainer": container, "ExecutionRoleArn": role, "EnableNetworkIsolation": True},
    )
    described = cloud.call("DescribeModel", {"ModelName": "m"})
    assert described.pop("CreationTime") <= cloud.clock.now()
    assert described == {
        "ModelName": "m",
        "ModelArn": "arn:aws:sagemaker:us-east-1:123456789012:model/m",
        "PrimaryContainer": container,
        "ExecutionRoleArn": role,
        "EnableNetworkIsolation": True,
    }
    cloud.call("DeleteModel", {"ModelName": "m"})
    missing = refused(cloud, "DescribeModel", {"ModelName": "m"})
    assert (missing.code, missing.message) == (
        "ValidationException",
        f'Could not find model "{described["ModelArn"]}".',
    )


def test_a_configuration_is_described_as_it_was_made(cloud):
    cloud.model("m")
    metrics = {"EnableEnhancedMetrics": False, "EnableDetailedObservability": False}
    cloud.config("c", {"primary": "m"}, KmsKeyId="alias/k", MetricsConfig=metrics)
    described = cloud.call("DescribeEndpointConfig", {"EndpointConfigName": "c"})
    assert described["EndpointConfigArn"] == "arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/c"
    assert described["ProductionVariants"][0]["InstanceType"] == "ml.m5.xlarge"
    assert (described["KmsKeyId"], described["MetricsConfig"]) == ("alias/k", metrics)
    assert cloud.deploy("e", "c")["MetricsConfig"] == metrics


def test_a_name_is_taken_once(cloud):
    cloud.serve()
    model = {"ModelName": "model-one", "PrimaryContainer": {"Image": cloud.image}}
    assert refused(cloud, "CreateModel", model).message.startswith('Cannot create already existing model "arn:')
    endpoint = {"EndpointName": "e", "EndpointConfigName": "config-one"}
    assert refused(cloud, "CreateEndpoint", endpoint).message.startswith(
        'Cannot create already existing endpoint "arn:'
    )
    with pytest.raises(AwsError, match='Cannot create already existing endpoint configuration "arn:'):
        cloud.config("config-one", {"primary": "model-one"})


def test_an_endpoint_serves_on_after_its_configuration_is_deleted(cloud):
    cloud.serve()
    cloud.call("DeleteEndpointConfig", {"EndpointConfigName": "config-one"})
    assert cloud.answer() == "one"
    missing = refused(cloud, "CreateEndpoint", {"EndpointName": "f", "EndpointConfigName": "config-one"})
    assert missing.message.startswith('Could not find endpoint configuration "arn:')


def variant(**changes):
    base = {"VariantName": "v", "ModelName": "m", "InstanceType": "ml.m5.xlarge", "InitialInstanceCount": 1}
    return {key: value for key, value in {**base, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    ("variants", "message"),
    [
        (
            [variant(InstanceType="ml.m9.huge")],
            "Value 'ml.m9.huge' at 'productionVariants.1.member.instanceType' failed",
        ),
        ([variant(InitialInstanceCount=0)], "Member must have value greater than or equal to 1"),
        ([variant(InitialVariantWeight=-1)], "Member must have value greater than or equal to 0"),
        ([variant(VariantName=None)], "Value null at 'productionVariants.1.member.variantName' failed"),
        ([variant(VariantName="no_underscore")], "Member must satisfy regular expression pattern"),
        ([variant(InitialWeight=1)], "Unknown parameter 'InitialWeight' at 'productionVariants.1.member'"),
        ([variant(VariantName="x" * 64)], "Member must have length less than or equal to 63"),
        ([variant(VariantName=f"v{n}") for n in range(11)], "Member must have length less than or equal to 10"),
        ([], "Member must have length greater than or equal to 1"),
        ([variant(), variant()], "Variant names must be unique.*given twice: v"),
        ([variant(InitialVariantWeight=0)], "must sum to more than 0"),
        ([variant(ModelName="nothing")], "Could not find model"),
        ([variant(InstanceType=None)], "InstanceType is required"),
        ([variant(ModelName=None)], "does not run inference components"),
        (
            [variant(ServerlessConfig={"MemorySizeInMB": 2048, "MaxConcurrency": 1})],
            "ServerlessConfig: the local cloud does not run such variants",
        ),
    ],
)
def test_refuses_bad_variants(cloud, variants, message):
    cloud.model("m")
    with pytest.raises(AwsError, match=message) as error:
        cloud.call("CreateEndpointConfig", {"EndpointConfigName": "c", "ProductionVariants": variants})
    assert error.value.code == "ValidationException"


def test_all_violations_are_told_at_once(cloud):
    message = refused(cloud, "CreateEndpoint", {"EndpointName": "no_underscore"}).message
    assert message.startswith("2 validation errors detected: ")
    assert "at 'endpointConfigName'" in message and "at 'endpointName'" in message


def test_a_null_is_a_member_that_is_left_out(cloud):
    cloud.model("m")
    given = [variant() | {"InitialVariantWeight": None}]
    cloud.call(
        "CreateEndpointConfig",
        {"EndpointConfigName": "c", "ProductionVariants": given, "DataCaptureConfig": None},
    )
    described = cloud.call("DescribeEndpointConfig", {"EndpointConfigName": "c"})
    assert described["ProductionVariants"][0]["InitialVariantWeight"] == 1.0
    assert "DataCaptureConfig" not in described


def test_a_wrong_type_is_a_serialization_exception(cloud):
    error = refused(cloud, "DescribeEndpoint", {"EndpointName": 7})
    assert (error.code, error.message) == (
        "SerializationException",
        "endpointName: a int cannot be converted to a string",
    )


@pytest.mark.parametrize(
    ("container", "message"),
    [
        ({"ModelPackageName": "group/1"}, "does not run the model package group/1"),
        ({"Image": "IMAGE", "Mode": "MultiModel"}, "does not run MultiModel"),
        ({"Image": "python:3.11"}, 'Using non-ECR image "python:3.11"'),
        ({"Image": "IMAGE", "ModelDataUrl": "https://host/model.tar.gz"}, "It runs archives in s3://"),
        ({"Environment": {}}, "needs an Image"),
    ],
)
def test_refuses_models_it_cannot_run(cloud, container, message):
    given = {key: cloud.image if value == "IMAGE" else value for key, value in container.items()}
    assert message in refused(cloud, "CreateModel", {"ModelName": "m", "PrimaryContainer": given}).message


def test_an_archive_may_be_given_as_a_data_source(cloud):
    source = {"S3Uri": cloud.archive("sourced"), "S3DataType": "S3Object", "CompressionType": "Gzip"}
    container = {"Image": cloud.image, "ModelDataSource": {"S3DataSource": source}}
    cloud.call("CreateModel", {"ModelName": "m", "Containers": [container]})
    cloud.config("c", {"primary": "m"})
    cloud.deploy("e", "c")
    assert cloud.answer() == "sourced"


def test_a_model_may_be_inside_its_image(cloud):
    cloud.call("CreateModel", {"ModelName": "m", "PrimaryContainer": {"Image": cloud.image}})
    cloud.config("c", {"primary": "m"})
    cloud.deploy("e", "c")
    assert cloud.answer() == "no archive"


def test_lists_are_filtered_sorted_and_paged(cloud):
    for name in ("beta", "alpha", "gamma"):
        cloud.model(name)
    names = lambda **params: [m["ModelName"] for m in cloud.call("ListModels", params)["Models"]]  # noqa: E731
    assert names() == ["gamma", "alpha", "beta"]
    assert names(SortBy="Name", SortOrder="Ascending") == ["alpha", "beta", "gamma"]
    assert names(NameContains="ET") == ["beta"]
    assert names(CreationTimeAfter=cloud.clock.now() + 1) == []
    first = cloud.call("ListModels", {"MaxResults": 2})
    rest = cloud.call("ListModels", {"MaxResults": 2, "NextToken": first["NextToken"]})
    assert [m["ModelName"] for m in first["Models"] + rest["Models"]] == ["gamma", "alpha", "beta"]
    assert "NextToken" not in rest
    assert "Invalid NextToken" in refused(cloud, "ListModels", {"NextToken": "x"}).message


def test_endpoints_are_listed_by_status(cloud):
    cloud.serve()
    listed = cloud.call("ListEndpoints", {"StatusEquals": "InService"})["Endpoints"]
    assert [endpoint["EndpointName"] for endpoint in listed] == ["e"]
    assert cloud.call("ListEndpoints", {"StatusEquals": "Failed"})["Endpoints"] == []
    assert [c["EndpointConfigName"] for c in cloud.call("ListEndpointConfigs", {})["EndpointConfigs"]] == ["config-one"]


def test_tags_of_its_own_resources(cloud):
    tags = [{"Key": "Team", "Value": "ml"}]
    cloud.call("CreateModel", {"ModelName": "m", "PrimaryContainer": {"Image": cloud.image}, "Tags": tags})
    arn = "arn:aws:sagemaker:us-east-1:123456789012:model/m"
    assert cloud.hosting.owns_arn(arn)
    added = cloud.call("AddTags", {"ResourceArn": arn, "Tags": [{"Key": "Größe", "Value": "klein"}]})
    assert added["Tags"] == [*tags, {"Key": "Größe", "Value": "klein"}]
    cloud.call("DeleteTags", {"ResourceArn": arn, "TagKeys": ["Team"]})
    assert cloud.call("ListTags", {"ResourceArn": arn})["Tags"] == [{"Key": "Größe", "Value": "klein"}]
    assert "Tags" not in cloud.call("DescribeModel", {"ModelName": "m"})
    assert "Could not find resource" in refused(cloud, "ListTags", {"ResourceArn": f"{arn}2"}).message
    bad = {"ResourceArn": arn, "Tags": [{"Key": "semi;colon", "Value": ""}]}
    assert "regular expression pattern" in refused(cloud, "AddTags", bad).message


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sagemaker:us-east-1:123456789012:pipeline/p",
        "arn:aws:sagemaker:us-east-1:123456789012:model-package-group/g",
        "arn:aws:sagemaker:eu-west-1:123456789012:model/m",
        "arn:aws:s3:::bucket",
    ],
)
def test_owns_no_other_arn(cloud, arn):
    assert not cloud.hosting.owns_arn(arn)
