"""Elements of policies that cannot be judged here, so that nothing is decided by overlooking them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from local import contract
from local.access.need import Need

# Condition keys whose absence from a request is known too. Others may be set on AWS without being seen here.
_TOLD = (
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principaltype",
    "aws:requestedregion",
    "aws:requesttag/",
    "aws:resourceaccount",
    "aws:securetransport",
    "aws:tagkeys",
    "kms:calleraccount",
    "kms:viaservice",
    "s3:delimiter",
    "s3:max-keys",
    "s3:prefix",
    "s3:resourceaccount",
    "s3:tlsversion",
    "s3:x-amz-",
)


def doubt(statement: Mapping[str, Any], need: Need) -> str | None:
    """Why the statement cannot be judged for this call; None when it can."""
    if "NotPrincipal" in statement:
        return "NotPrincipal cannot be judged here"
    if has_variable(statement):
        return "policy variables cannot be judged here"
    told = {key.lower() for key in need.keys}
    for operator, key in _conditions(statement):
        if not _is_known(operator):
            return f"the condition operator {operator} cannot be judged here"
        if key.lower() not in told and not key.lower().startswith(_TOLD):
            return f"the request does not tell the condition key {key}"
    return None


def has_variable(statement: Mapping[str, Any]) -> bool:
    """Whether a policy variable, such as `${aws:PrincipalTag/team}`, stands in the statement."""
    return "${" in json.dumps([statement.get(name) for name in ("Resource", "NotResource", "Condition")])


def _conditions(statement: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for operator, block in statement.get("Condition", {}).items():
        for key in block:
            yield operator, key


def _is_known(operator: str) -> bool:
    name = operator.lower().removeprefix("foranyvalue:").removeprefix("forallvalues:").removesuffix("ifexists")
    return name == "null" or name in contract.CONDITION_OPERATORS.value()
