"""What is told of a recording: in numbers, and for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from local import contract
from local.access.journal import Journal
from local.access.need import Need, implied
from local.access.report import report
from local.access.text import proves, text
from local.environment import ACCOUNT

BUCKET = "arn:aws:s3:::captured"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "access" / "calls.jsonl", lambda: 1_000.5)


MakeRole = Callable[..., str]


@pytest.fixture
def role() -> Iterator[MakeRole]:
    """Makes a role with one inline policy, and returns its name."""
    made = []

    def make(*statements: dict[str, Any]) -> str:
        name = f"role-{uuid4().hex[:8]}"
        trusted = {"Service": "sagemaker.amazonaws.com"}
        trust = {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": trusted}}
        record = {
            "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
            "AssumeRolePolicyDocument": json.dumps(trust),
            "InlinePolicies": {f"policy-of-{name}": json.dumps({"Statement": list(statements)})},
            "AttachedPolicies": [],
        }
        contract.IAM_ROLES.value().set_scoped(ACCOUNT, None, name, record)
        made.append(name)
        return name

    yield make
    for name in made:
        forget(name)


def forget(name: str) -> None:
    contract.IAM_ROLES.value().set_scoped(ACCOUNT, None, name, None)


def allow(*actions: str, on: str = f"{BUCKET}/*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


def rows(made: dict[str, Any], name: str, of: str) -> list[dict[str, Any]]:
    (found,) = [r for r in made["roles"] if r["role"] == name]
    return list(found[of])


def test_objects_of_a_bucket_are_one_kind_of_call(journal: Journal, role: MakeRole) -> None:
    name = role(allow("s3:GetObject"))
    for key in ("1", "2", "2"):
        journal.add(name, "GET", [Need("s3:GetObject", f"{BUCKET}/{key}")])
    made = report(journal, {})
    (call,) = rows(made, name, "calls")
    assert (call["count"], call["resource"], call["others"]) == (3, f"{BUCKET}/1", True)


def test_every_call_is_a_line_of_the_file(journal: Journal, role: MakeRole, tmp_path: Path) -> None:
    name = role(allow("s3:GetObject"))
    journal.add(name, "GET /captured/1", [Need("s3:GetObject", f"{BUCKET}/1", {"s3:x": "y"})])
    journal.add_unknown(name, "PATCH /", "PATCH / to s3 is mapped to no action.")
    first, second = map(json.loads, (tmp_path / "access" / "calls.jsonl").read_text().splitlines())
    assert first | {"place": ""} == {
        "time": 1000.5,
        "request": "GET /captured/1",
        "role": name,
        "action": "s3:GetObject",
        "place": "",
        "resource": f"{BUCKET}/1",
        "keys": {"s3:x": "y"},
        "outcome": "allowed",
        "why": "",
        "basis": "observed",
        "source": "",
    }
    assert second["outcome"] == "undecided"


def test_a_call_is_judged_by_the_policies_of_its_time(journal: Journal, role: MakeRole) -> None:
    name = role()
    need = Need("s3:GetObject", f"{BUCKET}/1")
    journal.add(name, "GET", [need])
    policies = contract.IAM_ROLES.value().get_scoped(ACCOUNT, None, name)["InlinePolicies"]
    policies["later"] = {"Statement": [allow("s3:GetObject")]}
    journal.add(name, "GET", [need])
    assert [call["outcome"] for call in rows(report(journal, {}), name, "calls")] == ["missing", "allowed"]


def test_a_role_that_is_gone_stays_in_the_report(journal: Journal, role: MakeRole) -> None:
    name = role(allow("s3:GetObject"))
    journal.add(name, "GET", [Need("s3:GetObject", f"{BUCKET}/1")])
    forget(name)
    journal.add(name, "GET", [Need("s3:GetObject", f"{BUCKET}/1")])
    missing, allowed = rows(report(journal, {}), name, "calls")
    assert (allowed["outcome"], missing["why"]) == ("allowed", f"There is no role {name}.")


def test_what_is_not_used_is_told_with_its_reason(journal: Journal, role: MakeRole) -> None:
    name = role(
        allow("s3:GetObject", "s3:PutObject", Sid="Objects"),
        allow("ec2:DescribeVpcs", "cloudwatch:DescribeAlarms", on="*"),
        {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"},
    )
    journal.add(name, "GET", [Need("s3:GetObject", f"{BUCKET}/1"), implied("kms:Decrypt", "arn:k", "the S3 guide")])
    made = report(journal, {name: "app/Role", f"policy-of-{name}": "app/Role/DefaultPolicy"})
    told = [(row["sid"], row["path"], row["actions"], bool(row["reason"])) for row in rows(made, name, "unused")]
    assert told == [
        ("Objects", "app/Role/DefaultPolicy", ["s3:PutObject"], False),
        (None, "app/Role/DefaultPolicy", ["ec2:DescribeVpcs"], True),
        (None, "app/Role/DefaultPolicy", ["cloudwatch:DescribeAlarms"], True),
    ]
    assert made["totals"] == {
        "roles": 1,
        "idleRoles": len(made["roles"]) - 1,
        "calls": 2,
        "implied": 1,
        "missing": 1,
        "undecided": 0,
        "unused": 1,
        "notExercised": 2,
    }
    assert not proves(made["totals"])


def test_the_text_for_people(journal: Journal, role: MakeRole) -> None:
    name, other = role(allow("s3:GetObject"), allow("s3:PutObject", Sid="Put")), role()
    journal.add(name, "GET", [Need("s3:GetObject", f"{BUCKET}/1"), implied("kms:Decrypt", "arn:k", "the S3 guide")])
    journal.add(other, "GET", [Need("s3:GetObject", f"{BUCKET}/1")])
    journal.add_unknown(other, "PATCH /", "PATCH / to s3 is mapped to no action.")
    made = report(journal, {name: "app/Role"})
    made["roles"] = [r for r in made["roles"] if r["role"] in (name, other)]
    statement = '{"Effect": "Allow", "Action": "%s", "Resource": "%s"}'
    assert text(made).splitlines() == [
        "2 roles made 3 calls (1 implied by documentation): 2 permissions missing, 1 undecided, 1 never used, "
        "0 not exercised here",
        "",
        f"app/Role ({name})",
        "  MISSING       1 x kms:Decrypt on arn:k (implied by documentation: the S3 guide)",
        "            No statement of the role allows it.",
        f"            would be allowed by {statement % ('kms:Decrypt', 'arn:k')}",
        f"  allowed       1 x s3:GetObject on {BUCKET}/1",
        f"  never used: s3:PutObject on {BUCKET}/* (statement Put of policy-of-{name})",
        "",
        "Roles of no CDK app, such as the CDK's own bootstrap roles:",
        f"  {other}: 0 calls allowed",
        f"  MISSING       1 x s3:GetObject on {BUCKET}/1",
        "            No statement of the role allows it.",
        f"            would be allowed by {statement % ('s3:GetObject', BUCKET + '/1')}",
        "  UNDECIDED     1 x PATCH /",
        "            PATCH / to s3 is mapped to no action.",
    ]
