"""What one call needs to be allowed: an action on a resource, with the condition keys of the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.environment import ACCOUNT, REGION

OBSERVED = "observed"
"""The call was made here, with the role's credentials."""

IMPLIED = "implied by documentation"
"""The call is not made here: AWS's documentation says that the service makes it in the role's name."""


@dataclass(frozen=True)
class Need:
    """`resource` is an ARN, or `*` where the action takes none or the request does not tell it."""

    action: str
    resource: str
    keys: Mapping[str, Any] = field(default_factory=dict)
    """Condition keys with their values, as the request has them."""
    basis: str = OBSERVED
    source: str = ""
    """The page that says so, where it is implied."""


def implied(action: str, resource: str, source: str, **keys: Any) -> Need:
    return Need(action, resource, keys, IMPLIED, source)


def arn(service: str, resource: str) -> str:
    """ARN of a resource of this account and region."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def log_group_arn(name: str, stream: str = "") -> str:
    """A log group, or a stream of it, as IAM sees it.

    Policies name a group with `:*` at its end for all actions but TagResource, UntagResource and ListTagsForResource
    (CloudWatch Logs user guide, "Overview of managing access permissions to your CloudWatch Logs resources"; API
    reference, LogGroup, arn). AWS's refusals name it `log-group:NAME:log-stream:`, also where a policy has the ARN
    without `:*` (aws-solutions/instance-scheduler-on-aws issue 578, October 2024).
    """
    return arn("logs", f"log-group:{name}:log-stream:{stream}")
