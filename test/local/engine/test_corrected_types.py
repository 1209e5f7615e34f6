"""Types that ministack has, where it falls short of AWS; and types that are only recorded."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from local_cloud import LocalCloud
from stacks import Resources, Stack


def bucket(**properties: Any) -> Resources:
    return {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": properties}}


RULE = {
    "Id": "tidy",
    "Status": "Enabled",
    "Prefix": "captured/",
    "ExpirationInDays": 30,
    "NoncurrentVersionExpiration": {"NoncurrentDays": "7"},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
    "Transitions": [{"StorageClass": "STANDARD_IA", "TransitionInDays": 30}],
}


def test_a_bucket_keeps_tags_lifecycle_encryption_and_ownership(cloud: LocalCloud) -> None:
    s3, stack = cloud.client("s3"), Stack.of(cloud)
    encryption = [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": "true"}]
    full = bucket(
        Tags=[{"Key": "Team", "Value": "ml"}],
        LifecycleConfiguration={"Rules": [RULE]},
        BucketEncryption={"ServerSideEncryptionConfiguration": encryption},
        OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
    )
    assert stack.deploy(full) == "CREATE_COMPLETE"
    name = stack.physical_ids()["Bucket"]
    assert s3.get_bucket_tagging(Bucket=name)["TagSet"] == [{"Key": "Team", "Value": "ml"}]
    rule = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"][0]
    assert (rule["ID"], rule["Filter"]["Prefix"], rule["Expiration"]["Days"]) == ("tidy", "captured/", 30)
    assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] == 7
    assert rule["Transitions"] == [{"Days": 30, "StorageClass": "STANDARD_IA"}]
    stored = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert stored["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    ownership = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"]
    assert ownership == [{"ObjectOwnership": "BucketOwnerEnforced"}]

    s3.put_object(Bucket=name, Key="captured/one", Body=b"1", ServerSideEncryption="aws:kms")
    assert s3.head_object(Bucket=name, Key="captured/one")["SSEKMSKeyId"].endswith("alias/aws/s3")

    assert stack.deploy(bucket(Tags=[{"Key": "Team", "Value": "data"}])) == "UPDATE_COMPLETE"
    assert stack.physical_ids()["Bucket"] == name
    assert s3.get_bucket_tagging(Bucket=name)["TagSet"] == [{"Key": "Team", "Value": "data"}]
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        s3.get_bucket_lifecycle_configuration(Bucket=name)

    assert stack.delete() == "DELETE_FAILED"
    assert stack.reasons("DELETE_FAILED")["Bucket"] == f"The bucket you tried to delete is not empty: {name}."
    s3.delete_object(Bucket=name, Key="captured/one")
    assert stack.delete() == "DELETE_COMPLETE"
    assert name not in [found["Name"] for found in s3.list_buckets()["Buckets"]]


def test_a_failed_update_brings_the_old_bucket_settings_back(cloud: LocalCloud) -> None:
    s3, stack = cloud.client("s3"), Stack.of(cloud)
    stack.deploy(bucket(Tags=[{"Key": "Team", "Value": "ml"}]))
    name = stack.physical_ids()["Bucket"]
    failing = {
        "Type": "AWS::EC2::FlowLog",
        "DependsOn": "Bucket",
        "Properties": {"ResourceId": "vpc-1", "ResourceType": "VPC", "Unknown": 1},
    }
    changed = bucket(Tags=[{"Key": "Team", "Value": "data"}], LifecycleConfiguration={"Rules": [RULE]})
    assert stack.deploy({**changed, "Failing": failing}) == "UPDATE_ROLLBACK_COMPLETE"
    assert s3.get_bucket_tagging(Bucket=name)["TagSet"] == [{"Key": "Team", "Value": "ml"}]
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        s3.get_bucket_lifecycle_configuration(Bucket=name)
    stack.delete()


def test_a_lifecycle_rule_that_cannot_be_set_is_refused_and_leaves_no_bucket(cloud: LocalCloud) -> None:
    s3, stack = cloud.client("s3"), Stack.of(cloud)
    before = s3.list_buckets()["Buckets"]
    rules = [{"Status": "Enabled", "ExpirationInDays": 1, "ObjectSizeLessThan": "10"}]
    assert stack.deploy(bucket(LifecycleConfiguration={"Rules": rules})) == "ROLLBACK_COMPLETE"
    assert "the local cloud cannot set ObjectSizeLessThan of a rule" in stack.reasons("CREATE_FAILED")["Bucket"]
    assert s3.list_buckets()["Buckets"] == before


def network(*, traffic: str = "ALL", tag: str = "a") -> Resources:
    return {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.1.0.0/16"}},
        "FlowLog": {
            "Type": "AWS::EC2::FlowLog",
            "Properties": {
                "ResourceId": {"Ref": "Vpc"},
                "ResourceType": "VPC",
                "TrafficType": traffic,
                "LogGroupName": "flow",
                "DeliverLogsPermissionArn": "arn:aws:iam::123456789012:role/any",
                "Tags": [{"Key": "Name", "Value": tag}],
            },
        },
    }


def test_a_vpc_gives_its_cidr_block_and_flow_logs_are_replaced(cloud: LocalCloud) -> None:
    ec2, stack = cloud.client("ec2"), Stack.of(cloud)
    outputs = {"Cidr": {"Value": {"Fn::GetAtt": ["Vpc", "CidrBlock"]}}}
    assert stack.deploy(network(), Outputs=outputs) == "CREATE_COMPLETE"
    assert stack.outputs() == {"Cidr": "10.1.0.0/16"}
    first = stack.physical_ids()["FlowLog"]

    assert stack.deploy(network(tag="b"), Outputs=outputs) == "UPDATE_COMPLETE"
    assert stack.physical_ids()["FlowLog"] == first
    tags = {tag["Key"]: tag["Value"] for tag in ec2.describe_flow_logs(FlowLogIds=[first])["FlowLogs"][0]["Tags"]}
    assert tags["Name"] == "b"

    assert stack.deploy(network(traffic="REJECT"), Outputs=outputs) == "UPDATE_COMPLETE"
    flow_logs = ec2.describe_flow_logs()["FlowLogs"]
    assert [(log["FlowLogId"] == first, log["TrafficType"]) for log in flow_logs] == [(False, "REJECT")]
    assert stack.delete() == "DELETE_COMPLETE"
    assert ec2.describe_flow_logs()["FlowLogs"] == []


def test_rules_of_security_groups_stand_by_themselves(cloud: LocalCloud) -> None:
    ec2, stack = cloud.client("ec2"), Stack.of(cloud)
    group = {"Fn::GetAtt": ["Group", "GroupId"]}
    each = {"GroupId": group, "IpProtocol": "-1", "Description": "Nodes"}
    resources: Resources = {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.1.0.0/16"}},
        "Group": {
            "Type": "AWS::EC2::SecurityGroup",
            "Properties": {"GroupDescription": "g", "VpcId": {"Ref": "Vpc"}},
        },
        "In": {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {**each, "SourceSecurityGroupId": group}},
        "Out": {"Type": "AWS::EC2::SecurityGroupEgress", "Properties": {**each, "DestinationSecurityGroupId": group}},
    }
    assert stack.deploy(resources) == "CREATE_COMPLETE"
    group_id = stack.physical_ids()["Group"]
    [found] = ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"]
    for rules in (found["IpPermissions"], found["IpPermissionsEgress"]):
        pairs = [pair for rule in rules for pair in rule["UserIdGroupPairs"]]
        assert [(pair["GroupId"], pair["Description"]) for pair in pairs] == [(group_id, "Nodes")]
    del resources["Out"]
    assert stack.deploy(resources) == "UPDATE_COMPLETE"
    [left] = ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"]
    assert [rule["UserIdGroupPairs"] for rule in left["IpPermissionsEgress"] if rule["UserIdGroupPairs"]] == []
    assert stack.delete() == "DELETE_COMPLETE"


def test_a_rule_of_a_security_group_names_its_peer(cloud: LocalCloud) -> None:
    stack = Stack.of(cloud)
    properties = {"GroupId": "sg-1", "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "SourcePrefixListId": "pl-1"}
    rule: Resources = {"In": {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": properties}}
    assert stack.deploy(rule) == "ROLLBACK_COMPLETE"
    assert "A rule of sg-1 names no peer" in stack.reasons("CREATE_FAILED")["In"]


def test_an_unknown_type_is_refused(cloud: LocalCloud) -> None:
    cloudformation = cloud.client("cloudformation")
    resources = '{"Resources": {"X": {"Type": "AWS::SageMaker::Pipeline", "Properties": {}}}}'
    with pytest.raises(ClientError, match="AWS::SageMaker::Pipeline"):
        cloudformation.create_change_set(
            StackName="unknown", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=resources
        )
    assert cloud.ready["recordedOnly"] == ["AWS::EC2::FlowLog"]
