"""What requests need, as SDKs send them: actions, resources, condition keys."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from typing import Any

import pytest

from local.access.needs import Unmapped, needs_of
from local.access.request import Request

KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
ENCRYPTED = {"x-amz-server-side-encryption-aws-kms-key-id": KEY}


def request(
    scope: str,
    method: str = "POST",
    path: str = "/",
    *,
    query: str = "",
    target: str = "",
    body: Any = b"",
    answer: Mapping[str, str] | None = None,
    **headers: str,
) -> Request:
    """As it arrives, signed for the service `scope`."""
    credential = f"AWS4-HMAC-SHA256 Credential=ASIAX/20261125/us-east-1/{scope}/aws4_request, SignedHeaders=host"
    sent = {"authorization": credential, "host": "127.0.0.1:4566"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    if target:
        sent |= {"x-amz-target": target, "content-type": "application/x-amz-json-1.1"}
    if isinstance(body, str):
        sent["content-type"] = "application/x-www-form-urlencoded"
    data = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else json.dumps(body).encode()
    scope_of_asgi = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
    }
    made = Request.of_scope(scope_of_asgi)
    made.body, made.answer_headers = data, answer or {}
    return made


def needs(given: Request, key_of_source: str | None = None) -> list[tuple[str, str]]:
    return [(need.action, need.resource) for need in needs_of(given, lambda _: key_of_source)]


ARN = "arn:aws:{}:us-east-1:123456789012:{}".format
JOB = ARN("sagemaker", "training-job/run-1")
TUNING = ARN("sagemaker", "hyper-parameter-tuning-job/tune")
TRAINER = "arn:aws:iam::123456789012:role/trainer"
TABLE: list[tuple[str, Request, list[tuple[str, str]]]] = [
    ("GetObject", request("s3", "GET", "/b/k/l"), [("s3:GetObject", "arn:aws:s3:::b/k/l")]),
    ("HeadObject", request("s3", "HEAD", "/b/k"), [("s3:GetObject", "arn:aws:s3:::b/k")]),
    ("HeadBucket", request("s3", "HEAD", "/b"), [("s3:ListBucket", "arn:aws:s3:::b")]),
    ("ListObjectsV2", request("s3", "GET", "/b", query="list-type=2"), [("s3:ListBucket", "arn:aws:s3:::b")]),
    ("ListObjectVersions", request("s3", "GET", "/b", query="versions"), [("s3:ListBucketVersions", "arn:aws:s3:::b")]),
    ("ListBuckets", request("s3", "GET", "/"), [("s3:ListAllMyBuckets", "*")]),
    ("PutObject", request("s3", "PUT", "/b/k", body=b"x"), [("s3:PutObject", "arn:aws:s3:::b/k")]),
    (
        "DeleteObjects",
        request(
            "s3",
            "POST",
            "/b",
            query="delete",
            body=b"<Delete><Object><Key>1</Key></Object><Object><Key>2</Key><VersionId>v</VersionId></Object></Delete>",
        ),
        [("s3:DeleteObject", "arn:aws:s3:::b/1"), ("s3:DeleteObjectVersion", "arn:aws:s3:::b/2")],
    ),
    (
        "CopyObject",
        request("s3", "PUT", "/b/k", x_amz_copy_source="from/there"),
        [("s3:PutObject", "arn:aws:s3:::b/k"), ("s3:GetObject", "arn:aws:s3:::from/there")],
    ),
    (
        "GetObject of an encrypted object",
        request("s3", "GET", "/b/k", answer=ENCRYPTED),
        [("s3:GetObject", "arn:aws:s3:::b/k"), ("kms:Decrypt", KEY)],
    ),
    ("HeadObject of one", request("s3", "HEAD", "/b/k", answer=ENCRYPTED), [("s3:GetObject", "arn:aws:s3:::b/k")]),
    (
        "PutObject of one",
        request("s3", "PUT", "/b/k", answer=ENCRYPTED),
        [("s3:PutObject", "arn:aws:s3:::b/k"), ("kms:GenerateDataKey", KEY)],
    ),
    (
        "UploadPart of one",
        request("s3", "PUT", "/b/k", query="partNumber=1&uploadId=u", answer=ENCRYPTED),
        [("s3:PutObject", "arn:aws:s3:::b/k"), ("kms:GenerateDataKey", KEY), ("kms:Decrypt", KEY)],
    ),
    (
        "PutObject with the account's key aws/s3",
        request("s3", "PUT", "/b/k", answer={next(iter(ENCRYPTED)): "arn:aws:kms:us-east-1:1:alias/aws/s3"}),
        [("s3:PutObject", "arn:aws:s3:::b/k")],
    ),
    (
        "Invoke",
        request("lambda", path="/2015-03-31/functions/f/invocations"),
        [("lambda:InvokeFunction", ARN("lambda", "function:f"))],
    ),
    (
        "PutMetricData",
        request("monitoring", target="GraniteServiceVersion20100801.PutMetricData", body={"Namespace": "N"}),
        [("cloudwatch:PutMetricData", "*")],
    ),
    (
        "DescribeAlarms in a form",
        request("monitoring", body="Action=DescribeAlarms&AlarmNames.member.1=a&AlarmNames.member.2=b"),
        [
            ("cloudwatch:DescribeAlarms", ARN("cloudwatch", "alarm:a")),
            ("cloudwatch:DescribeAlarms", ARN("cloudwatch", "alarm:b")),
        ],
    ),
    (
        "DescribeAlarms in CBOR",
        request("monitoring", path="/service/GraniteServiceVersion20100801/operation/DescribeAlarms", body=b"\xa0"),
        [("cloudwatch:DescribeAlarms", "*")],
    ),
    # Of composite alarms CloudWatch tells, and makes, nothing by a permission that is scoped to some.
    (
        "DescribeAlarms of composite alarms",
        request(
            "monitoring",
            target="GraniteServiceVersion20100801.DescribeAlarms",
            body={"AlarmNames": ["a"], "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]},
        ),
        [("cloudwatch:DescribeAlarms", "*")],
    ),
    (
        "DescribeAlarms of metric alarms in a form",
        request("monitoring", body="Action=DescribeAlarms&AlarmNames.member.1=a&AlarmTypes.member.1=MetricAlarm"),
        [("cloudwatch:DescribeAlarms", ARN("cloudwatch", "alarm:a"))],
    ),
    (
        "PutCompositeAlarm in a form",
        request("monitoring", body="Action=PutCompositeAlarm&AlarmName=a&AlarmRule=TRUE"),
        [("cloudwatch:PutCompositeAlarm", "*")],
    ),
    (
        "UpdateEndpoint",
        request("sagemaker", target="SageMaker.UpdateEndpoint", body={"EndpointName": "e", "EndpointConfigName": "c"}),
        [
            ("sagemaker:UpdateEndpoint", ARN("sagemaker", "endpoint/e")),
            ("sagemaker:UpdateEndpoint", ARN("sagemaker", "endpoint-config/c")),
        ],
    ),
    (
        "InvokeEndpoint",
        request("sagemaker", path="/endpoints/e/invocations", body=b"{}"),
        [("sagemaker:InvokeEndpoint", ARN("sagemaker", "endpoint/e"))],
    ),
    (
        "PutLogEvents",
        request("logs", target="Logs_20140328.PutLogEvents", body={"logGroupName": "g", "logStreamName": "s"}),
        [("logs:PutLogEvents", ARN("logs", "log-group:g:log-stream:s"))],
    ),
    (
        "CreateLogGroup",
        request("logs", target="Logs_20140328.CreateLogGroup", body={"logGroupName": "g"}),
        [("logs:CreateLogGroup", ARN("logs", "log-group:g:log-stream:"))],
    ),
    (
        "DescribeLogStreams",
        request("logs", target="Logs_20140328.DescribeLogStreams", body={"logGroupName": "g"}),
        [("logs:DescribeLogStreams", ARN("logs", "log-group:g:log-stream:"))],
    ),
    # Only the tag operations take a group's ARN without `:*`.
    (
        "TagResource of a log group",
        request(
            "logs",
            target="Logs_20140328.TagResource",
            body={"resourceArn": ARN("logs", "log-group:g"), "tags": {"a": "b"}},
        ),
        [("logs:TagResource", ARN("logs", "log-group:g"))],
    ),
    (
        "RevokeSecurityGroupIngress",
        request("ec2", body="Action=RevokeSecurityGroupIngress&GroupId=sg-1"),
        [("ec2:RevokeSecurityGroupIngress", ARN("ec2", "security-group/sg-1"))],
    ),
    (
        "PutEvents on two buses",
        request(
            "events",
            target="AWSEvents.PutEvents",
            body={"Entries": [{"EventBusName": "a", "Detail": "{}"}, {"EventBusName": "b", "Detail": "{}"}]},
        ),
        [("events:PutEvents", ARN("events", "event-bus/a")), ("events:PutEvents", ARN("events", "event-bus/b"))],
    ),
    (
        "BatchGetItem of two tables",
        request("dynamodb", target="DynamoDB_20120810.BatchGetItem", body={"RequestItems": {"a": {}, "b": {}}}),
        [("dynamodb:BatchGetItem", ARN("dynamodb", "table/a")), ("dynamodb:BatchGetItem", ARN("dynamodb", "table/b"))],
    ),
    # EC2 checks an interface too, which the request cannot tell: it has no name yet.
    (
        "CreateNetworkInterface",
        request("ec2", body="Action=CreateNetworkInterface&SubnetId=subnet-1"),
        [
            ("ec2:CreateNetworkInterface", ARN("ec2", "subnet/subnet-1")),
            ("ec2:CreateNetworkInterface", "*"),
        ],
    ),
    (
        "ModifyListener",
        request(
            "elasticloadbalancing",
            body="Action=ModifyListener&ListenerArn=arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/a/1/2",
        ),
        [("elasticloadbalancing:ModifyListener", ARN("elasticloadbalancing", "listener/app/a/1/2"))],
    ),
    # It names a VPC, but EC2 takes no resource for it: a statement that names one would allow nothing.
    ("DescribeSubnets", request("ec2", body="Action=DescribeSubnets&VpcId=vpc-1"), [("ec2:DescribeSubnets", "*")]),
    (
        "RegisterScalableTarget",
        request("application-autoscaling", target="AnyScaleFrontendService.RegisterScalableTarget", body={}),
        [("application-autoscaling:RegisterScalableTarget", "*")],
    ),
    (
        "CreateTrainingJob",
        request(
            "sagemaker",
            target="SageMaker.CreateTrainingJob",
            body={"TrainingJobName": "run-1", "RoleArn": TRAINER, "Tags": [{"Key": "a", "Value": "b"}]},
        ),
        [("sagemaker:CreateTrainingJob", JOB), ("iam:PassRole", TRAINER), ("sagemaker:AddTags", JOB)],
    ),
    (
        "StopTrainingJob",
        request("sagemaker", target="SageMaker.StopTrainingJob", body={"TrainingJobName": "run-1"}),
        [("sagemaker:StopTrainingJob", JOB)],
    ),
    (
        "CreateHyperParameterTuningJob",
        request(
            "sagemaker",
            target="SageMaker.CreateHyperParameterTuningJob",
            body={"HyperParameterTuningJobName": "tune", "TrainingJobDefinition": {"RoleArn": TRAINER}},
        ),
        [("sagemaker:CreateHyperParameterTuningJob", TUNING), ("iam:PassRole", TRAINER)],
    ),
    (
        "ListTrainingJobs",
        request("sagemaker", target="SageMaker.ListTrainingJobs"),
        [("sagemaker:ListTrainingJobs", "*")],
    ),
]


@pytest.mark.parametrize(("given", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_needs(given: Request, expected: list[tuple[str, str]]) -> None:
    assert needs(given) == expected


def test_a_copy_also_decrypts_its_source() -> None:
    copy = request("s3", "PUT", "/b/k", x_amz_copy_source="from/there", answer=ENCRYPTED)
    assert needs(copy, key_of_source="2")[2:] == [
        ("kms:GenerateDataKey", KEY),
        ("kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:key/2"),
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (TABLE[9][1], {"kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": "123456789012"}),
        (request("s3", "GET", "/b", query="prefix=p"), {"s3:prefix": "p"}),
        (TABLE[15][1], {"cloudwatch:namespace": "N"}),
        (request("monitoring", body="Action=PutMetricData&Namespace=N"), {"cloudwatch:namespace": "N"}),
        (
            request(
                "kms",
                target="TrentService.TagResource",
                body={"KeyId": "1", "Tags": [{"TagKey": "a", "TagValue": "b"}]},
            ),
            {"aws:requesttag/a": "b", "aws:TagKeys": ["a"]},
        ),
    ],
)
def test_condition_keys(given: Request, expected: dict[str, Any]) -> None:
    assert dict(needs_of(given, lambda _: None)[-1].keys) == expected


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (request("s3", "PATCH", "/b/k"), "PATCH /b/k to s3 is mapped to no action."),
        (
            request("sagemaker", target="SageMaker.LaunchEndpoint", body={}),
            "SageMaker.LaunchEndpoint to sagemaker would be sagemaker:LaunchEndpoint, which AWS does not know.",
        ),
    ],
)
def test_what_nobody_knows_is_said(given: Request, why: str) -> None:
    with pytest.raises(Unmapped) as unmapped:
        needs_of(given, lambda _: None)
    assert str(unmapped.value) == why


def test_a_compressed_request_tells_what_a_plain_one_tells() -> None:
    given = request("monitoring", body="Action=PutMetricData&Namespace=N", content_encoding="gzip")
    given.body = gzip.compress(given.body)
    given.inflate()
    assert dict(needs_of(given, lambda _: None)[-1].keys) == {"cloudwatch:namespace": "N"}
