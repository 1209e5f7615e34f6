"""Judgement of calls, held against AWS's pages on the evaluation of policies."""

from __future__ import annotations

import pytest
from cases import CASES, ROLE, UNDECIDED, Case, allow

from local import contract
from local.access.judgement import Verdict, judge, permission
from local.access.need import Need
from local.access.policies import Role, statements


def verdict(case: Case, monkeypatch: pytest.MonkeyPatch) -> Verdict:
    found = None if case.policy is None else ({"Statement": case.policy}, "123456789012")
    monkeypatch.setattr(
        f"{contract.RESOURCE_POLICY.module}.{contract.RESOURCE_POLICY.attribute}", lambda *_: found, raising=True
    )
    boundary = None if case.boundary is None else tuple(statements({"Statement": case.boundary}, "b", "boundary"))
    role = Role("app", ROLE, (), tuple(statements({"Statement": case.identity}, "p")), boundary)
    return judge(role, Need(case.action, case.resource, case.keys))


@pytest.mark.parametrize("case", [*CASES, *UNDECIDED], ids=lambda case: case.name)
def test_case(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    found = verdict(case, monkeypatch)
    assert (found.outcome, found.why) == (case.expected, found.why)
    assert bool(found.why) == (case.expected != "allowed")


def test_every_statement_that_allows_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case("", "allowed", [allow(Sid="One"), allow("s3:Get*"), allow("s3:*", "*", Sid="Two")])
    assert [s.raw["Sid"] for s in verdict(case, monkeypatch).by] == ["One", "Two"]


def test_what_would_allow_it() -> None:
    via = {"kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": "123456789012"}
    assert permission(Need("s3:GetObject", "arn:aws:s3:::a/b")) == allow("s3:GetObject", "arn:aws:s3:::a/b")
    assert permission(Need("kms:Decrypt", "arn:k", via)) == allow(
        "kms:Decrypt", "arn:k", {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
    )
