"""Permissions that no run here can use, because the local cloud does not do what AWS needs them for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from local.access.policies import Role, Statement


@dataclass(frozen=True)
class NotExercised:
    """`service` may act as the role; `actions` is a pattern of the whole action."""

    service: str
    actions: str
    reason: str
    source: str


REASONS = (
    NotExercised(
        "sagemaker.amazonaws.com",
        r"ec2:(\w+NetworkInterface\w*|Describe\w+)",
        "SageMaker puts network interfaces into the VPC of a model; containers here are processes of this machine",
        "Amazon SageMaker AI developer guide, sagemaker-roles, CreateModel API with a private VPC",
    ),
    NotExercised(
        "sagemaker.amazonaws.com",
        r"kms:(CreateGrant|DescribeKey)",
        "SageMaker encrypts the volumes of instances; there are none here",
        "Amazon SageMaker API reference, RecommendationJobInputConfig, VolumeKmsKeyId; DescribeKey is assumed",
    ),
    NotExercised(
        "sagemaker.amazonaws.com",
        "cloudwatch:DescribeAlarms",
        "it is needed while rollback alarms watch an update; none has been made",
        "Amazon SageMaker AI developer guide, deployment-guardrails-configuration",
    ),
    NotExercised(
        "lambda.amazonaws.com",
        r"ec2:AuthorizeSecurityGroup(In|E)gress",
        "the CDK's function puts the rules of a default security group back when its resource is deleted",
        "aws-cdk-lib, restrict-default-security-group handler",
    ),
    NotExercised(
        "vpc-flow-logs.amazonaws.com",
        r"logs:\w+",
        "flow logs are only recorded",
        "Amazon VPC user guide, flow-logs-iam-role",
    ),
)
_MULTIPART = "a write needs kms:Decrypt for multipart uploads only (Amazon S3 user guide, UsingKMSEncryption)"


def reason_for(role: Role, statement: Statement, action: str) -> str | None:
    """Why an action of a statement was not used here, where that is known."""
    for row in REASONS:
        if row.service in role.trusted and re.fullmatch(row.actions, action):
            return f"{row.reason} ({row.source})"
    if action == "kms:Decrypt" and "kms:GenerateDataKey" in statement.members("Action"):
        return _MULTIPART
    return None
