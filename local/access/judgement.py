"""Whether a role may do what a call needs, by its policies, its boundary and the policy of the resource.

ministack's evaluator decides; `test/local/access/test_evaluation.py` holds it against AWS's pages on policies. What it
cannot decide it would take for no match: here such a statement leaves the call undecided instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from local import contract
from local.access.authorization_data import resource_types
from local.access.doubts import doubt, has_variable
from local.access.need import Need
from local.access.policies import Role, Statement, statements
from local.environment import ACCOUNT, REGION

# An SDK on AWS speaks TLS 1.2 at least; the loopback of the local cloud has none.
_AS_ON_AWS = {"s3:tlsversion": "1.3", "aws:tagkeys": None}
_POLICY_REQUIRED = frozenset({"kms"})
"""Services whose resource policy must allow even the callers of its own account."""


class Outcome(StrEnum):
    ALLOWED = "allowed"
    MISSING = "missing"
    DENIED = "denied"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Verdict:
    outcome: Outcome
    why: str = ""
    """One sentence, for all but `ALLOWED`."""
    by: tuple[Statement, ...] = ()
    """Every statement of the role that allows it."""


def judge(role: Role, need: Need) -> Verdict:
    """Decides one need by the policies as they are now."""
    return _Case(role, need).verdict()


def permission(need: Need) -> Mapping[str, Any]:
    """The narrowest statement that would allow it."""
    statement: dict[str, Any] = {"Effect": "Allow", "Action": need.action, "Resource": need.resource}
    if via := need.keys.get("kms:ViaService"):
        statement["Condition"] = {"StringEquals": {"kms:ViaService": via}}
    return statement


def covers(statement: Statement, need: Need) -> bool:
    """Whether action and resource of the need are among the statement's, whatever its conditions say."""
    raw = {name: value for name, value in statement.raw.items() if name != "Condition"}
    context = contract.EVALUATION_CONTEXT.value()(
        principal_arn="",
        principal_type="AssumedRole",
        principal_account=ACCOUNT,
        action=need.action,
        resource_arn=need.resource,
        region=REGION,
    )
    return bool(contract.EVALUATE.value()(context, [_parsed([statement.reading(raw)])]).decision == raw["Effect"])


class _Case:
    def __init__(self, role: Role, need: Need) -> None:
        self._need = need
        self._identity = role.identity
        self._boundary = role.boundary
        service = need.action.partition(":")[0]
        found = contract.RESOURCE_POLICY.value()(service, need.resource)
        self._has_policy = found is not None
        self._policy: Any
        self._owner: str | None
        self._policy, self._owner = found or ("", None)
        self._policy_required = service in _POLICY_REQUIRED
        self._context = contract.EVALUATION_CONTEXT.value()(
            principal_arn=role.arn,  # aws:PrincipalArn of a session is the ARN of its role
            principal_type="AssumedRole",
            principal_account=ACCOUNT,
            action=need.action,
            resource_arn=need.resource,
            region=REGION,
            secure_transport=True,
            service_context={**_AS_ON_AWS, **{name.lower(): value for name, value in need.keys.items()}},
        )

    def verdict(self) -> Verdict:
        if undecided := self._undecided("Deny"):
            return Verdict(Outcome.UNDECIDED, undecided)
        limits = [] if self._boundary is None else [[_parsed(self._boundary)]]
        identity = result = contract.EVALUATE.value()(self._context, [_parsed(self._identity)], *limits)
        if self._has_policy:
            result = contract.COMBINE_RESOURCE_POLICY.value()(
                *(identity, self._context, self._policy, self._owner),
                required=self._policy_required,
                limits=tuple(limits),
            )
        if result.decision == "Allow":
            return Verdict(Outcome.ALLOWED, by=tuple(s for s in self._identity if s.allows and self._matches(s)))
        if result.decision == "Deny":
            who = f"The policy of {self._need.resource}" if result.resource_policy_arn else "A statement of the role"
            return Verdict(Outcome.DENIED, f"{who} denies it explicitly.")
        if undecided := self._undecided("Allow"):
            return Verdict(Outcome.UNDECIDED, undecided)
        return self._missing(identity.decision == "Allow")

    def _missing(self, allowed_by_identity: bool) -> Verdict:
        if allowed_by_identity:
            return Verdict(Outcome.MISSING, f"The policy of {self._need.resource} does not allow it.")
        allowing = [s for s in self._identity if s.allows]
        if any(self._matches(s) for s in allowing):
            return Verdict(Outcome.MISSING, "The permissions boundary of the role does not allow it.")
        if self._need.resource == "*" and resource_types(self._need.action):
            for statement in allowing:
                if self._matches(statement, resource=False):
                    return Verdict(Outcome.UNDECIDED, f"Only a statement for all resources decides: {statement.text}")
        return Verdict(Outcome.MISSING, "No statement of the role allows it.")

    def _undecided(self, effect: str) -> str | None:
        """Why a statement of this effect might decide the call and cannot be judged; None when there is none."""
        for statement in (*self._identity, *(self._boundary or ())):
            reason = doubt(statement.raw, self._need)
            if (
                reason is not None
                and statement.raw["Effect"] == effect
                and self._matches(statement, conditions=False, resource=not has_variable(statement.raw))
            ):
                return f"{reason}: {statement.text}"
        for statement in statements(self._policy or "{}", self._need.resource):
            reason = doubt(statement.raw, self._need)
            if reason is not None and statement.raw["Effect"] == effect and self._may_match_caller(statement):
                return f"{reason}, in the policy of {self._need.resource}: {statement.text}"
        return None

    def _matches(self, statement: Statement, *, conditions: bool = True, resource: bool = True) -> bool:
        """Whether the statement, alone, decides the call; without its conditions or its resources where so asked."""
        raw = dict(statement.raw)
        if not conditions:
            raw.pop("Condition", None)
        if not resource:
            raw.pop("NotResource", None)
            raw["Resource"] = "*"
        decision = contract.EVALUATE.value()(self._context, [_parsed([statement.reading(raw)])]).decision
        return bool(decision == raw["Effect"])

    def _may_match_caller(self, statement: Statement) -> bool:
        raw = {"Principal": "*", **statement.raw}
        for element in ("Condition", "NotPrincipal"):
            raw.pop(element, None)
        decision = contract.EVALUATE_RESOURCE_POLICY.value()({"Statement": [raw]}, self._context).decision
        return bool(decision == raw["Effect"])


def _parsed(several: Iterable[Statement]) -> list[Any]:
    return [parsed for s in several for parsed in contract.PARSE_POLICY.value()({"Statement": [dict(s.raw)]})]
