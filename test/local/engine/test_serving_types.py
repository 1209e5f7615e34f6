"""SageMaker Model, EndpointConfig and Endpoint through CloudFormation."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError
from local_cloud import LocalCloud
from stacks import Resources, Stack

ROLE = "arn:aws:iam::123456789012:role/any"


def serving(
    *, image: str = "image:1", variant: str = "blue", tags: list[dict[str, str]] | None = None, **endpoint: Any
) -> Resources:
    """The three resources as the CDK renders them: nothing named, each referring to the one before."""
    return {
        "Model": {
            "Type": "AWS::SageMaker::Model",
            "Properties": {
                "ExecutionRoleArn": ROLE,
                "PrimaryContainer": {"Image": image},
                **({"Tags": tags} if tags else {}),
            },
        },
        "Config": {
            "Type": "AWS::SageMaker::EndpointConfig",
            "Properties": {
                "ProductionVariants": [
                    {
                        "VariantName": variant,
                        "ModelName": {"Fn::GetAtt": ["Model", "ModelName"]},
                        "InitialVariantWeight": "1",
                        "InitialInstanceCount": "2",
                        "InstanceType": "ml.m5.large",
                    }
                ]
            },
        },
        "Endpoint": {
            "Type": "AWS::SageMaker::Endpoint",
            "Properties": {"EndpointConfigName": {"Fn::GetAtt": ["Config", "EndpointConfigName"]}, **endpoint},
        },
    }


def name_of(arn: str) -> str:
    return arn.rsplit("/", 1)[1]


@pytest.fixture
def sagemaker(cloud: LocalCloud) -> Any:
    return cloud.client("sagemaker")


def test_creates_an_endpoint_in_service_and_deletes_everything(cloud: LocalCloud, sagemaker: Any) -> None:
    stack = Stack.of(cloud)
    outputs = {
        "Name": {"Value": {"Fn::GetAtt": ["Endpoint", "EndpointName"]}},
        "Arn": {"Value": {"Ref": "Endpoint"}},
    }
    assert stack.deploy(serving(), Outputs=outputs) == "CREATE_COMPLETE"
    ids = stack.physical_ids()
    endpoint = sagemaker.describe_endpoint(EndpointName=name_of(ids["Endpoint"]))
    assert endpoint["EndpointStatus"] == "InService"
    assert stack.outputs() == {"Name": endpoint["EndpointName"], "Arn": endpoint["EndpointArn"]}
    variant = sagemaker.describe_endpoint_config(EndpointConfigName=name_of(ids["Config"]))["ProductionVariants"][0]
    assert (variant["InitialVariantWeight"], variant["InitialInstanceCount"]) == (1.0, 2)

    assert stack.delete() == "DELETE_COMPLETE"
    with pytest.raises(ClientError, match="Could not find endpoint"):
        sagemaker.describe_endpoint(EndpointName=name_of(ids["Endpoint"]))
    with pytest.raises(ClientError, match="Could not find endpoint-config"):
        sagemaker.describe_endpoint_config(EndpointConfigName=name_of(ids["Config"]))
    with pytest.raises(ClientError, match="Could not find model"):
        sagemaker.describe_model(ModelName=name_of(ids["Model"]))


def test_an_update_replaces_model_and_config_and_keeps_the_endpoint(cloud: LocalCloud, sagemaker: Any) -> None:
    stack = Stack.of(cloud)
    policy = {
        "RollingUpdatePolicy": {
            "MaximumBatchSize": {"Type": "INSTANCE_COUNT", "Value": "1"},
            "WaitIntervalInSeconds": 60,
        }
    }
    retained = [{"VariantPropertyType": "DataCaptureConfig"}]
    stack.deploy(serving(EndpointName="kept"))
    before = stack.physical_ids()
    updated = serving(
        image="image:2",
        EndpointName="kept",
        DeploymentConfig=policy,
        RetainAllVariantProperties="true",
        ExcludeRetainedVariantProperties=retained,
    )
    assert stack.deploy(updated) == "UPDATE_COMPLETE"
    after = stack.physical_ids()
    assert after["Endpoint"] == before["Endpoint"]
    assert after["Model"] != before["Model"] and after["Config"] != before["Config"]

    # The fake hosting refuses to delete a config that an endpoint uses: the old one went after the endpoint had moved.
    assert stack.reasons("DELETE_FAILED") == {}
    with pytest.raises(ClientError, match="Could not find endpoint-config"):
        sagemaker.describe_endpoint_config(EndpointConfigName=name_of(before["Config"]))
    with pytest.raises(ClientError, match="Could not find model"):
        sagemaker.describe_model(ModelName=name_of(before["Model"]))

    sent = last_update(cloud, "kept")
    assert sent["RetainAllVariantProperties"] is True
    assert sent["ExcludeRetainedVariantProperties"] == retained
    assert sent["DeploymentConfig"]["RollingUpdatePolicy"]["MaximumBatchSize"]["Value"] == 1
    assert stack.delete() == "DELETE_COMPLETE"


def test_a_new_endpoint_name_replaces_the_endpoint(cloud: LocalCloud, sagemaker: Any) -> None:
    stack = Stack.of(cloud)
    stack.deploy(serving(EndpointName="first"))
    assert stack.deploy(serving(EndpointName="second")) == "UPDATE_COMPLETE"
    assert sagemaker.describe_endpoint(EndpointName="second")["EndpointStatus"] == "InService"
    with pytest.raises(ClientError, match="Could not find endpoint"):
        sagemaker.describe_endpoint(EndpointName="first")
    stack.delete()


def test_the_change_set_announces_the_replacement(cloud: LocalCloud) -> None:
    stack = Stack.of(cloud)
    stack.deploy(serving())
    stack.cloudformation.create_change_set(
        StackName=stack.name, ChangeSetName="look", TemplateBody=as_template(serving(image="image:2"))
    )
    changes = stack.cloudformation.describe_change_set(StackName=stack.name, ChangeSetName="look")["Changes"]
    assert {
        change["ResourceChange"]["LogicalResourceId"]: change["ResourceChange"]["Replacement"] for change in changes
    } == {
        "Model": "True",
        "Config": "True",
        "Endpoint": "False",
    }
    stack.delete()


def test_a_failed_endpoint_fails_the_stack_with_its_reason_and_leaves_nothing(
    cloud: LocalCloud, sagemaker: Any
) -> None:
    stack = Stack.of(cloud)
    assert stack.deploy(serving(variant="Broken", EndpointName="never")) == "ROLLBACK_COMPLETE"
    reason = stack.reasons("CREATE_FAILED")["Endpoint"]
    assert reason.startswith("Endpoint never is Failed on ")
    assert reason.endswith("The container of variant Broken did not answer /ping.")
    with pytest.raises(ClientError, match="Could not find endpoint"):
        sagemaker.describe_endpoint(EndpointName="never")
    assert set(stack.reasons("DELETE_COMPLETE")) == {"Config", "Model"}
    stack.delete()


def test_a_failed_update_brings_the_old_config_and_model_back(cloud: LocalCloud, sagemaker: Any) -> None:
    stack = Stack.of(cloud)
    stack.deploy(serving(EndpointName="steady"))
    before = stack.physical_ids()
    assert stack.deploy(serving(image="image:2", variant="Broken", EndpointName="steady")) == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.reasons("UPDATE_FAILED")["Endpoint"].endswith("The container of variant Broken did not answer /ping.")
    assert stack.physical_ids() == before
    endpoint = sagemaker.describe_endpoint(EndpointName="steady")
    assert (endpoint["EndpointStatus"], endpoint["EndpointConfigName"]) == ("InService", name_of(before["Config"]))
    sagemaker.describe_model(ModelName=name_of(before["Model"]))
    stack.delete()


def test_a_failure_after_the_endpoint_moved_moves_it_back(cloud: LocalCloud, sagemaker: Any) -> None:
    stack = Stack.of(cloud)
    stack.deploy(serving(EndpointName="returning"))
    before = stack.physical_ids()
    failing = {
        "Type": "AWS::SageMaker::Model",
        "DependsOn": "Endpoint",
        "Properties": {"ExecutionRoleArn": ROLE, "PrimaryContainer": {"Image": "x"}, "Unknown": 1},
    }
    resources = {**serving(image="image:2", EndpointName="returning"), "Failing": failing}
    assert stack.deploy(resources) == "UPDATE_ROLLBACK_COMPLETE"
    assert "the local cloud cannot set Unknown" in stack.reasons("UPDATE_FAILED")["Failing"]
    assert stack.physical_ids() == before
    endpoint = sagemaker.describe_endpoint(EndpointName="returning")
    assert (endpoint["EndpointStatus"], endpoint["EndpointConfigName"]) == ("InService", name_of(before["Config"]))
    stack.delete()


def test_a_model_with_a_name_of_its_own_is_not_replaced(cloud: LocalCloud) -> None:
    stack = Stack.of(cloud)
    named = {"ExecutionRoleArn": ROLE, "ModelName": "named", "PrimaryContainer": {"Image": "image:1"}}
    stack.deploy({"Model": {"Type": "AWS::SageMaker::Model", "Properties": named}})
    changed = {**named, "PrimaryContainer": {"Image": "image:2"}}
    status = stack.deploy({"Model": {"Type": "AWS::SageMaker::Model", "Properties": changed}})
    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert "custom-named resource requires replacing" in stack.reasons("UPDATE_FAILED")["Model"]
    stack.delete()


def test_tags_reach_the_model_and_change_without_a_replacement(cloud: LocalCloud, sagemaker: Any) -> None:
    stack = Stack.of(cloud)
    stack.deploy(serving(tags=[{"Key": "Team", "Value": "a"}, {"Key": "Old", "Value": "x"}]), tags={"Stage": "test"})
    before = stack.physical_ids()
    assert stack.deploy(serving(tags=[{"Key": "Team", "Value": "b"}]), tags={"Stage": "test"}) == "UPDATE_COMPLETE"
    assert stack.physical_ids() == before
    tags = {tag["Key"]: tag["Value"] for tag in sagemaker.list_tags(ResourceArn=before["Model"])["Tags"]}
    assert (tags["Team"], tags["Stage"], "Old" in tags) == ("b", "test", False)
    stack.delete()


def as_template(resources: Resources) -> str:
    return json.dumps({"Resources": resources})


def last_update(cloud: LocalCloud, endpoint: str) -> dict[str, Any]:
    """What the fake hosting was sent; read as raw JSON, since the SDK drops members it does not know."""
    request = urllib.request.Request(
        cloud.endpoint,
        data=json.dumps({"EndpointName": endpoint}).encode(),
        headers={"X-Amz-Target": "SageMaker.DescribeEndpoint", "Content-Type": "application/x-amz-json-1.1"},
    )
    with urllib.request.urlopen(request) as answer:
        sent: dict[str, Any] = json.load(answer)["LastUpdate"]
        return sent
