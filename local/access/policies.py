"""The policies of a role as they are deployed now, statement by statement."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from local import contract
from local.environment import ACCOUNT

Kind = Literal["inline", "managed", "boundary"]


@dataclass(frozen=True)
class Statement:
    """One statement of one policy. Two are the same when they read the same, wherever they stand in their policy."""

    policy: str
    """Name of an inline policy, ARN of a managed one."""
    kind: Kind
    text: str
    """The statement as JSON with sorted keys."""
    raw: Mapping[str, Any] = field(compare=False, repr=False)

    @property
    def allows(self) -> bool:
        return self.raw.get("Effect") == "Allow"

    def reading(self, raw: Mapping[str, Any]) -> Statement:
        """A statement of the same policy that reads otherwise."""
        return Statement(self.policy, self.kind, json.dumps(raw, sort_keys=True), raw)

    def members(self, name: str) -> list[str]:
        """`Action`, `Resource` and the like, as a list."""
        value = self.raw.get(name, [])
        return [value] if isinstance(value, str) else list(value)


@dataclass(frozen=True)
class Role:
    """A role with all its statements. `trusted` are the services that may act as it."""

    name: str
    arn: str
    trusted: tuple[str, ...]
    identity: tuple[Statement, ...]
    boundary: tuple[Statement, ...] | None
    """None where the role has no permissions boundary."""


def find_role(name: str) -> Role | None:
    """None when no role has this name (any more)."""
    record = contract.IAM_ROLES.value().get_scoped(ACCOUNT, None, name)
    return None if record is None else _role(name, record)


def may_be_assumed(role_arn: str, service: str) -> bool:
    """Whether the role exists and trusts the service, such as `sagemaker.amazonaws.com`."""
    role = find_role(role_arn.rsplit("/", 1)[-1])
    return role is not None and service in role.trusted


def all_roles() -> list[Role]:
    """Every role of the account, by name."""
    return [_role(name, record) for name, record in sorted(contract.IAM_ROLES.value().items())]


def _role(name: str, record: Mapping[str, Any]) -> Role:
    inline = [s for policy, document in record["InlinePolicies"].items() for s in statements(document, policy)]
    managed = [s for arn in record["AttachedPolicies"] for s in _managed(arn, "managed")]
    boundary = record.get("PermissionsBoundary")
    return Role(
        name,
        record["Arn"],
        tuple(_trusted(record["AssumeRolePolicyDocument"])),
        (*inline, *managed),
        tuple(_managed(boundary, "boundary")) if boundary else None,
    )


def _managed(arn: str, kind: Kind) -> Iterator[Statement]:
    yield from statements(contract.MANAGED_POLICY_DOCUMENT.value()(arn, ACCOUNT), arn, kind)


def statements(document: Any, policy: str, kind: Kind = "inline") -> Iterator[Statement]:
    """The statements of a policy document, given as JSON or as what JSON stands for."""
    for raw in _listed(_parsed(document).get("Statement", [])):
        yield Statement(policy, kind, json.dumps(raw, sort_keys=True), raw)


def _trusted(document: Any) -> Iterator[str]:
    for raw in _listed(_parsed(document).get("Statement", [])):
        principal = raw.get("Principal")
        if raw.get("Effect") == "Allow" and isinstance(principal, dict):
            yield from _listed(principal.get("Service", []))


def _parsed(document: Any) -> Mapping[str, Any]:
    parsed = json.loads(document) if isinstance(document, str) else document
    return parsed if isinstance(parsed, dict) else {}


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]
