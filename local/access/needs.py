"""What a request needs to be allowed: the actions, the resources, the condition keys.

ministack maps requests to actions and resources; AWS's service authorization reference has the last word on both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local import contract
from local.access.authorization_data import is_action, resource_types, resources_required
from local.access.mappings import ALLOWED_TO_ALL, further_needs, own_action, own_keys, own_resources
from local.access.need import Need
from local.access.request import Request
from local.access.through_s3 import KeyOf, use_of_key
from local.environment import ACCOUNT, REGION


class Unmapped(Exception):
    """The request cannot be mapped to an action; the message is a sentence."""


def needs_of(request: Request, key_of: KeyOf) -> list[Need]:
    """Everything that one request needs.

    :raises Unmapped: nobody here knows its action, or AWS does not.
    """
    action = _action(request)
    if action in ALLOWED_TO_ALL:
        return []
    found = [Need(action, resource, _keys(request, action)) for resource in _resources(request, action)]
    found += further_needs(request, action)
    if request.service == "s3":
        further = contract.S3_FURTHER_CHECKS.value()(
            request.method, request.path, request.headers, request.body, request.parameters
        )
        found += [Need(_known(request, other), resource) for other, resource in further]
        found += use_of_key(request, found, key_of)
    return found


def _action(request: Request) -> str:
    arguments = (request.method, request.path, request.headers, request.body, request.parameters)
    action = own_action(request) or contract.IAM_ACTION.value()(request.service, *arguments)
    if action is None:
        raise Unmapped(f"{request} to {request.service} is mapped to no action.")
    return _known(request, action)


def _known(request: Request, action: str) -> str:
    if not is_action(action):
        raise Unmapped(f"{request} to {request.service} would be {action}, which AWS does not know.")
    return action


def _resources(request: Request, action: str) -> list[str]:
    """Every resource that must be allowed; a `*` among them for those that the request does not tell."""
    if not resource_types(action):
        return ["*"]
    told = own_resources(request, action) or _told_to_ministack(request)
    untold = resources_required(action) > len(told) and "*" not in told
    return [*told, "*"] if untold else told


def _told_to_ministack(request: Request) -> list[str]:
    several = {"events": contract.EVENT_BUSES, "dynamodb": contract.DYNAMODB_TABLES}.get(request.service)
    if several and (named := several.value()(request.body, REGION, ACCOUNT)):
        return list(named)
    arguments = (request.method, request.path, request.headers, request.body, request.parameters)
    return [contract.IAM_RESOURCE.value()(request.service, *arguments, REGION, ACCOUNT)]


def _keys(request: Request, action: str) -> Mapping[str, Any]:
    keys: dict[str, Any] = dict(own_keys(request, action))
    if (
        b"tag" in request.body.lower()
    ):  # the models that tell tags are large: read them only for requests that have some
        keys |= contract.TAG_CONDITION_KEYS.value()(request.service, action, request.body, request.parameters)
    if request.service == "s3":
        keys |= contract.S3_CONDITION_KEYS.value()(action, request.query, request.path, request.headers)
    return keys
