"""What the engine makes of a function that runs as a role: whose calls it sees, and what it says of them."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from local_cloud import LocalCloud, running
from stacks import Resources, Stack

TRUST = {
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}},
    ]
}
# Calls S3 as the credentials of its environment, which is all that it knows.
HANDLER = """
import boto3

def handler(event, context):
    s3 = boto3.client("s3")
    s3.put_object(Bucket=event["bucket"], Key="in/1", Body=b"x")
    s3.get_object(Bucket=event["bucket"], Key="in/1")["Body"].read()
    return boto3.client("sts").get_caller_identity()["Arn"]
"""
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def ask(cloud: LocalCloud, method: str = "GET", query: str = "") -> Any:
    request = urllib.request.Request(f"{cloud.endpoint}/_local/access{query}", method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        body = answer.read().decode()
    return body if query == "?text" else json.loads(body)


def function(*statements: dict[str, Any], key: Any = None, **role: Any) -> Resources:
    """A bucket, and a function that puts and gets an object in it as a role with these statements."""
    encryption = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    bucket = {"BucketEncryption": {"ServerSideEncryptionConfiguration": [encryption]}} if key else {}
    path = {"Metadata": {"aws:cdk:path": "stack/Reader/Role/Resource"}}
    return {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": bucket},
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": TRUST,
                "ManagedPolicyArns": [BASIC],
                "Policies": [{"PolicyName": "Own", "PolicyDocument": {"Statement": list(statements)}}],
                **role,
            },
            **path,
        },
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.12",
                "Handler": "index.handler",
                "Code": {"ZipFile": HANDLER},
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Timeout": 60,
            },
        },
    }


def on_objects(*actions: str, prefix: str = "in") -> dict[str, Any]:
    resource = {"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket", "Arn"]}, f"/{prefix}/*"]]}
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


@pytest.fixture
def stack(cloud: LocalCloud) -> Iterator[Stack]:
    ask(cloud, "DELETE")
    made = Stack.of(cloud)
    yield made
    made.delete()


def call(cloud: LocalCloud, stack: Stack) -> dict[str, str]:
    """Calls the function; the physical ids of its stack."""
    ids = stack.physical_ids()
    answer = cloud.client("lambda").invoke(
        FunctionName=ids["Function"], Payload=json.dumps({"bucket": ids["Bucket"]}).encode()
    )
    body = answer["Payload"].read().decode()
    assert f":assumed-role/{ids['Role']}/{ids['Function']}" in body, body
    for version in cloud.client("s3").list_objects_v2(Bucket=ids["Bucket"]).get("Contents", []):
        cloud.client("s3").delete_object(Bucket=ids["Bucket"], Key=version["Key"])
    return ids


def of_role(report: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [role for role in report["roles"] if role["role"] == name]
    return dict(found)


def test_a_role_that_may_do_what_it_does(cloud: LocalCloud, stack: Stack) -> None:
    stack.deploy(function(on_objects("s3:PutObject", "s3:GetObject")))
    ids = call(cloud, stack)
    report = ask(cloud)

    role = of_role(report, ids["Role"])
    assert role["path"] == "stack/Reader/Role"
    observed = [(c["action"], c["resource"], c["outcome"], c["count"]) for c in role["calls"] if not c["source"]]
    assert observed == [
        ("s3:GetObject", f"arn:aws:s3:::{ids['Bucket']}/in/1", "allowed", 1),
        ("s3:PutObject", f"arn:aws:s3:::{ids['Bucket']}/in/1", "allowed", 1),
    ]
    assert [c["action"] for c in role["calls"] if c["basis"] == "implied by documentation"] == [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    ]
    assert role["unused"] == []
    assert (report["totals"]["missing"], report["totals"]["undecided"]) == (0, 0)


def test_a_log_group_that_is_there_is_not_made_by_its_function(cloud: LocalCloud, stack: Stack) -> None:
    """The function of a template that has the log group beside it: its role may write there, and no more."""
    resources = function(on_objects("s3:PutObject", "s3:GetObject"))
    writes = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": {"Fn::GetAtt": ["Logs", "Arn"]},
    }
    role = resources["Role"]["Properties"]
    role["Policies"].append({"PolicyName": "Logs", "PolicyDocument": {"Statement": [writes]}})
    del role["ManagedPolicyArns"]
    resources["Function"]["Properties"]["LoggingConfig"] = {"LogGroup": {"Ref": "Logs"}}
    stack.deploy({**resources, "Logs": {"Type": "AWS::Logs::LogGroup"}})
    ids = call(cloud, stack)
    report = ask(cloud)
    logged = [c["action"] for c in of_role(report, ids["Role"])["calls"] if c["action"].startswith("logs:")]
    assert logged == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert report["totals"]["missing"] == 0


def test_a_role_that_lacks_a_permission(cloud: LocalCloud, stack: Stack) -> None:
    stack.deploy(function(on_objects("s3:PutObject")))
    ids = call(cloud, stack)
    report = ask(cloud)

    (lacking,) = [c for c in of_role(report, ids["Role"])["calls"] if c["outcome"] != "allowed"]
    assert (lacking["action"], lacking["outcome"]) == ("s3:GetObject", "missing")
    assert json.loads(lacking["allow"]) == {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{ids['Bucket']}/in/1",
    }
    assert report["totals"]["missing"] == 1
    told = ask(cloud, query="?text")
    assert f"MISSING       1 x s3:GetObject on arn:aws:s3:::{ids['Bucket']}/in/1" in told
    assert "would be allowed by {" in told


def test_what_is_never_used_is_listed(cloud: LocalCloud, stack: Stack) -> None:
    used, unused = on_objects("s3:PutObject", "s3:GetObject", "s3:DeleteObject"), on_objects("s3:*", prefix="out")
    stack.deploy(function(used, {**unused, "Sid": "Out"}))
    ids = call(cloud, stack)
    report = ask(cloud)

    assert [(row["sid"], row["actions"], row["whole"]) for row in of_role(report, ids["Role"])["unused"]] == [
        (None, ["s3:DeleteObject"], False),
        ("Out", ["s3:*"], True),
    ]
    assert report["totals"]["unused"] == 2
    assert "never used: s3:* on arn:aws:s3:::" in ask(cloud, query="?text")


def test_the_key_of_a_bucket_is_used_in_the_role_s_name(cloud: LocalCloud, stack: Stack) -> None:
    key = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    decrypt = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key}
    stack.deploy(function(on_objects("s3:PutObject", "s3:GetObject"), decrypt, key=key))
    role = of_role((call(cloud, stack), ask(cloud))[1], stack.physical_ids()["Role"])

    outcomes = {(c["action"], c["resource"]): c["outcome"] for c in role["calls"]}
    assert outcomes["kms:Decrypt", key] == "allowed"
    assert outcomes["kms:GenerateDataKey", key] == "missing"


def test_the_account_s_own_calls_are_not_recorded(cloud: LocalCloud, stack: Stack) -> None:
    cloud.client("s3").list_buckets()
    report = ask(cloud)
    assert (report["totals"]["roles"], report["totals"]["calls"]) == (0, 0)


def test_an_operation_that_nobody_knows_is_undecided(cloud: LocalCloud, stack: Stack) -> None:
    role = f"role-{uuid4().hex[:8]}"
    cloud.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(TRUST))
    assumed = cloud.client("sts").assume_role(RoleArn=f"arn:aws:iam::123456789012:role/{role}", RoleSessionName="test")[
        "Credentials"
    ]
    credential = f"{assumed['AccessKeyId']}/20261125/us-east-1/s3/aws4_request"
    request = urllib.request.Request(
        f"{cloud.endpoint}/bucket/key",
        method="PATCH",
        headers={"Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0"},
    )
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(request, timeout=60)
    report = ask(cloud)
    cloud.client("iam").delete_role(RoleName=role)

    (unknown,) = of_role(report, role)["unmapped"]
    assert unknown["why"] == "PATCH /bucket/key to s3 is mapped to no action."
    assert report["totals"]["undecided"] == 1


def test_the_command_ends_with_1_when_something_is_missing(cloud: LocalCloud, stack: Stack, tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "local.access", *arguments]
        root = Path(__file__).resolve().parents[3]
        return subprocess.run(command, cwd=root, text=True, capture_output=True, timeout=60, check=False)

    assert run("--endpoint", cloud.endpoint).returncode == 0
    stack.deploy(function(on_objects("s3:PutObject")))
    call(cloud, stack)
    refused = run("--endpoint", cloud.endpoint)
    assert refused.returncode == 1
    assert "1 permissions missing" in refused.stdout.splitlines()[0]
    kept = tmp_path / "report.json"
    kept.write_text(run("--endpoint", cloud.endpoint, "--json").stdout)
    assert run("--report", str(kept)).stdout == refused.stdout
    nothing = run("--report", str(tmp_path / "none.json"))
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert "cannot read" in nothing.stderr


def test_the_report_is_left_when_the_local_cloud_ends(tmp_path: Path) -> None:
    state = f"from pathlib import Path; folder = Path({str(tmp_path / 'state')!r})"
    start = f"import sys; {state}; from local.launcher import serve; "
    start += "sys.exit(serve(engine_module='fake_engine', state_dir=folder))"
    with running(tmp_path, command=(sys.executable, "-c", start)) as cloud:
        role = f"role-{uuid4().hex[:8]}"
        cloud.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(TRUST))
        arn = f"arn:aws:iam::123456789012:role/{role}"
        assumed = cloud.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        session = boto3.Session(assumed["AccessKeyId"], assumed["SecretAccessKey"], assumed["SessionToken"])
        session.client("sqs", region_name="us-east-1", endpoint_url=cloud.endpoint).list_queues()
    report = json.loads((tmp_path / "state" / "access" / "report.json").read_text())
    (call,) = of_role(report, role)["calls"]
    assert (call["action"], call["outcome"]) == ("sqs:ListQueues", "missing")
    assert "MISSING       1 x sqs:ListQueues on *" in (tmp_path / "state" / "access" / "report.txt").read_text()


@pytest.mark.parametrize(("method", "query"), [("POST", ""), ("GET", "?what"), ("DELETE", "?text")])
def test_any_other_request_is_refused(cloud: LocalCloud, method: str, query: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(cloud, method, query)
    assert refused.value.code == 400
    assert "takes GET, GET with ?text, and DELETE" in json.loads(refused.value.read())["message"]
