"""How AWS decides, case by case: a call, the policies, and what comes of it.

Sources, compared in November 2026 (current pages, and where only their beginning was at hand the editions on GitHub,
awsdocs/iam-user-guide and awsdocs/aws-kms-developer-guide). AWS Identity and Access Management user guide: "Policy
evaluation logic", with "Policy evaluation for requests within a single account" and "How AWS enforcement code logic
evaluates requests to allow or deny access"; "IAM JSON policy elements": Action, NotAction, Resource, NotResource,
Condition operators (missing keys, ...IfExists, Null); "Conditions with multiple context keys or values"; "Single-valued
vs. multivalued context keys" (set operators); "Permissions boundaries for IAM entities". AWS KMS developer guide:
"Default key policy".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OBJECT = "arn:aws:s3:::captured/data/primary/1.jsonl"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
ROLE = "arn:aws:iam::123456789012:role/app"
VIA_S3 = {"kms:ViaService": "s3.us-east-1.amazonaws.com"}


def allow(action: Any = "s3:PutObject", resource: Any = OBJECT, condition: Any = None, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return {**statement, "Condition": condition} if condition else statement


def deny(action: Any = "s3:*", resource: Any = "*", condition: Any = None, **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, condition, **more), "Effect": "Deny"}


def without(element: str, statement: dict[str, Any], **instead: Any) -> dict[str, Any]:
    return {**{name: value for name, value in statement.items() if name != element}, **instead}


@dataclass(frozen=True)
class Case:
    name: str
    expected: str
    identity: list[dict[str, Any]]
    action: str = "s3:PutObject"
    resource: str = OBJECT
    keys: dict[str, Any] = field(default_factory=dict)
    boundary: list[dict[str, Any]] | None = None
    policy: list[dict[str, Any]] | None = None
    """That of the resource."""


def _tags(operator: str, *values: str) -> dict[str, Any]:
    return {operator: {"aws:TagKeys": list(values)}}


_KMS: dict[str, Any] = {"action": "kms:Decrypt", "resource": KEY, "keys": VIA_S3}
_DELEGATES = [allow("kms:*", "*", Principal={"AWS": "arn:aws:iam::123456789012:root"})]
_TAGGING: dict[str, Any] = {"action": "ecr:TagResource", "resource": "arn:aws:ecr:us-east-1:123456789012:repository/r"}

CASES = [
    Case("nothing allows by default", "missing", []),
    Case("an Allow allows", "allowed", [allow()]),
    Case("an explicit Deny wins over an Allow", "denied", [allow(), deny()]),
    Case("an explicit Deny wins wherever it stands", "denied", [deny(), allow("*", "*")]),
    Case("a Deny of something else does not matter", "allowed", [allow(), deny("s3:DeleteObject")]),
    Case("actions do not depend on case", "allowed", [allow("S3:putobject")]),
    Case("resources depend on case", "missing", [allow(resource=OBJECT.upper())]),
    Case("* in an action", "allowed", [allow("s3:Put*")]),
    Case("? in an action is one character", "allowed", [allow("s3:P?tObject")]),
    Case("? in an action is not two", "missing", [allow("s3:P?Object")]),
    Case("another action", "missing", [allow("s3:GetObject")]),
    Case("a wildcard for other actions", "missing", [allow("s3:Get*")]),
    Case("one of several actions", "allowed", [allow(["s3:GetObject", "s3:PutObject"])]),
    Case("* in a resource crosses slashes", "allowed", [allow(resource="arn:aws:s3:::captured/*")]),
    Case("? in a resource", "allowed", [allow(resource="arn:aws:s3:::captured/data/primary/?.jsonl")]),
    Case("a dot in a resource is a dot", "missing", [allow(resource=OBJECT.replace("1.jsonl", "1?json."))]),
    Case("the bucket is not its objects", "missing", [allow(resource="arn:aws:s3:::captured")]),
    Case("another prefix", "missing", [allow(resource="arn:aws:s3:::captured/other/*")]),
    Case("NotAction allows the rest", "allowed", [without("Action", allow(), NotAction="s3:DeleteObject")]),
    Case("NotAction leaves out what it names", "missing", [without("Action", allow(), NotAction="s3:Put*")]),
    Case("NotAction denies the rest", "denied", [allow(), without("Action", deny(), NotAction="s3:GetObject")]),
    Case("NotResource allows the rest", "allowed", [without("Resource", allow(), NotResource="arn:aws:s3:::x/*")]),
    Case("NotResource leaves out what it names", "missing", [without("Resource", allow(), NotResource=OBJECT)]),
    Case("StringEquals", "allowed", [allow("kms:Decrypt", KEY, {"StringEquals": VIA_S3})], policy=_DELEGATES, **_KMS),
    Case(
        "StringEquals with another value",
        "missing",
        [allow("kms:Decrypt", KEY, {"StringEquals": {"kms:ViaService": "ecr.us-east-1.amazonaws.com"}})],
        policy=_DELEGATES,
        **_KMS,
    ),
    Case(
        "StringEquals with one of several values",
        "allowed",
        [allow("kms:Decrypt", KEY, {"StringEquals": {"kms:ViaService": ["x", VIA_S3["kms:ViaService"]]}})],
        policy=_DELEGATES,
        **_KMS,
    ),
    Case(
        "StringEquals with a key that is missing",
        "missing",
        [allow("kms:Decrypt", KEY, {"StringEquals": VIA_S3})],
        policy=_DELEGATES,
        **{**_KMS, "keys": {}},
    ),
    Case(
        "StringEqualsIfExists with a key that is missing",
        "allowed",
        [allow("kms:Decrypt", KEY, {"StringEqualsIfExists": VIA_S3})],
        policy=_DELEGATES,
        **{**_KMS, "keys": {}},
    ),
    Case(
        "StringLike",
        "allowed",
        [allow("kms:Decrypt", KEY, {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}})],
        policy=_DELEGATES,
        **_KMS,
    ),
    Case(
        "StringEquals takes no wildcards",
        "missing",
        [allow("kms:Decrypt", KEY, {"StringEquals": {"kms:ViaService": "s3.*.amazonaws.com"}})],
        policy=_DELEGATES,
        **_KMS,
    ),
    Case(
        "StringNotEquals with a key that is missing",
        "denied",
        [allow("kms:*", KEY), deny("kms:*", KEY, {"StringNotEquals": VIA_S3})],
        policy=_DELEGATES,
        **{**_KMS, "keys": {}},
    ),
    Case("Bool", "allowed", [allow(condition={"Bool": {"aws:SecureTransport": "true"}})]),
    Case("Bool with another value", "missing", [allow(condition={"Bool": {"aws:SecureTransport": "false"}})]),
    Case("ArnLike", "allowed", [allow(condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/app"}})]),
    Case("ArnLike with another ARN", "missing", [allow(condition={"ArnLike": {"aws:PrincipalArn": f"{ROLE}-2"}})]),
    Case("ArnNotLike", "denied", [allow(), deny(condition={"ArnNotLike": {"aws:PrincipalArn": f"{ROLE}-2"}})]),
    Case("Null true with a key that is missing", "allowed", [allow(condition={"Null": {"s3:x-amz-acl": "true"}})]),
    Case("Null false with a key that is missing", "missing", [allow(condition={"Null": {"s3:x-amz-acl": "false"}})]),
    Case("NumericLessThan", "allowed", [allow(), deny(condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}})]),
    Case("NumericLessThan that holds", "denied", [allow(), deny(condition={"NumericLessThan": {"s3:TlsVersion": 2}})]),
    Case(
        "two conditions must both hold",
        "missing",
        [
            allow(
                condition={
                    "Bool": {"aws:SecureTransport": "true"},
                    "StringEquals": {"aws:RequestedRegion": "eu-west-1"},
                }
            )
        ],
    ),
    Case(
        "ForAnyValue with one that matches",
        "allowed",
        [allow("ecr:TagResource", "*", _tags("ForAnyValue:StringEquals", "team"))],
        keys={"aws:TagKeys": ["team", "cost"]},
        **_TAGGING,
    ),
    Case(
        "ForAllValues with one that does not match",
        "missing",
        [allow("ecr:TagResource", "*", _tags("ForAllValues:StringEquals", "team"))],
        keys={"aws:TagKeys": ["team", "cost"]},
        **_TAGGING,
    ),
    Case(
        "ForAnyValue with no value",
        "missing",
        [allow("ecr:TagResource", "*", _tags("ForAnyValue:StringEquals", "team"))],
        **_TAGGING,
    ),
    Case(
        "ForAllValues with no value",
        "allowed",
        [allow("ecr:TagResource", "*", _tags("ForAllValues:StringEquals", "team"))],
        **_TAGGING,
    ),
    Case("a boundary that allows too", "allowed", [allow()], boundary=[allow("s3:*", "*")]),
    Case("a boundary that does not allow", "missing", [allow()], boundary=[allow("ec2:*", "*")]),
    Case("a boundary allows nothing by itself", "missing", [], boundary=[allow("*", "*")]),
    Case("a boundary that denies", "denied", [allow()], boundary=[allow("*", "*"), deny()]),
    Case("a bucket policy that denies", "denied", [allow()], policy=[deny(Principal="*")]),
    Case("a bucket policy that allows the role", "allowed", [], policy=[allow(Principal={"AWS": ROLE})]),
    Case("a bucket policy that allows another", "missing", [], policy=[allow(Principal={"AWS": f"{ROLE}-2"})]),
    Case(
        "a bucket policy that wants TLS",
        "allowed",
        [allow()],
        policy=[deny(condition={"Bool": {"aws:SecureTransport": "false"}}, Principal={"AWS": "*"})],
    ),
    Case("a key policy must allow too", "missing", [allow("kms:Decrypt", KEY)], policy=[], **_KMS),
    Case("a key policy that leaves it to IAM", "allowed", [allow("kms:Decrypt", KEY)], policy=_DELEGATES, **_KMS),
    Case("which does not allow by itself", "missing", [], policy=_DELEGATES, **_KMS),
]

# What cannot be decided here, and must not be taken for "no match".
UNDECIDED = [
    Case("a policy variable in an Allow", "undecided", [allow(resource="arn:aws:s3:::captured/${aws:userid}/*")]),
    Case("a policy variable in a Deny", "undecided", [allow(), deny(resource="arn:aws:s3:::${aws:userid}/*")]),
    Case(
        "a key that is not told, in an Allow", "undecided", [allow(condition={"StringEquals": {"aws:SourceVpc": "v"}})]
    ),
    Case(
        "a key that is not told, in a Deny",
        "undecided",
        [allow(), deny(condition={"StringNotEquals": {"aws:SourceVpc": "v"}})],
    ),
    Case(
        "a key that is not told, in a bucket policy",
        "undecided",
        [allow()],
        policy=[deny(condition={"StringNotEquals": {"aws:SourceVpc": "v"}}, Principal="*")],
    ),
    Case("an unknown operator in a Deny", "undecided", [allow(), deny(condition={"StringEqual": {"s3:prefix": "v"}})]),
    Case("NotPrincipal", "undecided", [allow()], policy=[deny(NotPrincipal={"AWS": f"{ROLE}-2"})]),
    Case("a resource that is not told", "undecided", [allow()], resource="*"),
    Case("doubt beside a plain Allow does not matter", "allowed", [allow(), allow(resource="${aws:userid}")]),
    Case("doubt about another action does not matter", "allowed", [allow(), deny("s3:GetObject", "${aws:userid}")]),
]
