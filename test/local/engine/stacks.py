"""Stacks through the CloudFormation API, as the CDK CLI deploys them: a change set, executed."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

Resources = dict[str, dict[str, Any]]


@dataclass
class Stack:
    """One stack of the local cloud under a name of its own."""

    cloudformation: Any
    name: str

    @classmethod
    def of(cls, cloud: Any) -> Stack:
        return cls(cloud.client("cloudformation"), f"stack-{uuid4().hex[:8]}")

    def deploy(self, resources: Resources, *, tags: dict[str, str] | None = None, **template: Any) -> str:
        """Creates or updates the stack; returns the status it ends in."""
        kind = (
            "UPDATE"
            if self.status() in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
            else "CREATE"
        )
        change_set = f"change-{uuid4().hex[:8]}"
        self.cloudformation.create_change_set(
            StackName=self.name,
            ChangeSetName=change_set,
            ChangeSetType=kind,
            TemplateBody=json.dumps({"Resources": resources, **template}),
            Tags=[{"Key": key, "Value": value} for key, value in (tags or {}).items()],
        )
        self._until_settled(
            lambda: str(
                self.cloudformation.describe_change_set(StackName=self.name, ChangeSetName=change_set)["Status"]
            )
        )
        self.cloudformation.execute_change_set(StackName=self.name, ChangeSetName=change_set)
        return self._until_settled(self.status)

    def delete(self) -> str:
        self.cloudformation.delete_stack(StackName=self.name)
        return self._until_settled(self.status)

    def status(self) -> str:
        try:
            return str(self.cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"])
        except self.cloudformation.exceptions.ClientError:
            return "DELETE_COMPLETE"

    def physical_ids(self) -> dict[str, str]:
        resources = self.cloudformation.describe_stack_resources(StackName=self.name)["StackResources"]
        return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}

    def outputs(self) -> dict[str, str]:
        stack = self.cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def reasons(self, status: str) -> dict[str, str]:
        """Why each resource got `status`, by logical id."""
        events = self.cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]
        return {
            event["LogicalResourceId"]: event.get("ResourceStatusReason", "")
            for event in events
            if event["ResourceStatus"] == status
        }

    def _until_settled(self, look: Any) -> str:
        while (status := str(look())).endswith(("_IN_PROGRESS", "_PENDING")):
            time.sleep(0.05)
        return status
