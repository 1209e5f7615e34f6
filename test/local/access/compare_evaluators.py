"""Prints how many of the cases ministack's evaluator and moto's decide as AWS does.

moto gets the condition keys of the call; it takes no boundary, and no policy of a resource. By hand, for
docs/decisions/0020-an-emulators-evaluator.md:

    PYTHONPATH=. .slipway/venv-dev/bin/python test/local/access/compare_evaluators.py
"""

from __future__ import annotations

import json
from unittest import mock

from cases import CASES, ROLE, Case
from moto.iam.access_control import IAMPolicy, PermissionResult

from local import contract
from local.access.judgement import judge
from local.access.need import Need
from local.access.policies import Role, statements


def by_ministack(case: Case) -> str:
    name = f"{contract.RESOURCE_POLICY.module}.{contract.RESOURCE_POLICY.attribute}"
    found = None if case.policy is None else ({"Statement": case.policy}, "123456789012")
    boundary = None if case.boundary is None else tuple(statements({"Statement": case.boundary}, "b", "boundary"))
    role = Role("app", ROLE, (), tuple(statements({"Statement": case.identity}, "p")), boundary)
    with mock.patch(name, lambda *_: found):
        return judge(role, Need(case.action, case.resource, case.keys)).outcome.value


def by_moto(case: Case) -> str:
    keys = {"aws:SecureTransport": "true", "aws:PrincipalArn": ROLE, "s3:TlsVersion": "1.3", **case.keys}
    document = json.dumps({"Version": "2012-10-17", "Statement": case.identity})
    try:
        result = IAMPolicy(document).is_action_permitted(
            case.action, resource=case.resource, incoming_condition_values=keys
        )
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if result is PermissionResult.PERMITTED:
        return "allowed"
    return "denied" if result is PermissionResult.DENIED else "missing"


def right(case: Case, found: str) -> bool:
    """A refusal is a refusal, whether by a Deny or for want of an Allow."""
    return (found == "allowed") == (case.expected == "allowed")


for name, decide in (("ministack", by_ministack), ("moto", by_moto)):
    wrong = [case for case in CASES if not right(case, decide(case))]
    plain = [case for case in CASES if case.policy is None and case.boundary is None]
    wrong_plain = [case for case in plain if case in wrong]
    print(f"{name}: {len(CASES) - len(wrong)} of {len(CASES)}, of which by the role's policies alone ", end="")
    print(f"{len(plain) - len(wrong_plain)} of {len(plain)}")
    for case in wrong:
        print(f"  {case.name}: {decide(case)}, should be {case.expected}")
