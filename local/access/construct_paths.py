"""Where roles and policies stand in the CDK app, by the metadata of the deployed templates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from local.clients import LocalClients

_METADATA = "aws:cdk:path"


def construct_paths(clients: LocalClients) -> dict[str, str]:
    """Construct path by the name of a role or of an inline policy, for every stack that stands."""
    cloudformation = clients.client("cloudformation")
    stacks = cloudformation.describe_stacks()["Stacks"]
    return {name: path for stack in stacks for name, path in _of_stack(cloudformation, stack["StackName"])}


def _of_stack(cloudformation: Any, stack: str) -> Iterator[tuple[str, str]]:
    template = _parsed(cloudformation.get_template(StackName=stack)["TemplateBody"])
    physical = {
        resource["LogicalResourceId"]: resource.get("PhysicalResourceId", "")
        for resource in cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    }
    for logical_id, resource in template.get("Resources", {}).items():
        path = resource.get("Metadata", {}).get(_METADATA)
        if path is None or not resource["Type"].startswith("AWS::IAM::"):
            continue
        name = resource.get("Properties", {}).get("PolicyName", physical.get(logical_id))
        if isinstance(name, str) and name:
            yield name, path.removesuffix("/Resource")


def _parsed(body: Any) -> Any:
    """The template; an empty one where it is YAML, which an app of the CDK never is (its bootstrap stack is)."""
    if not isinstance(body, str):
        return body
    try:
        return json.loads(body)
    except ValueError:
        return {}
