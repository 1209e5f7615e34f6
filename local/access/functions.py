"""Lambda functions: their processes act as their roles, and Lambda writes their logs as these roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local import contract
from local.access.journal import Journal
from local.access.need import implied, log_group_arn
from local.access.sessions import credentials_of
from local.environment import ACCOUNT, REGION

_SOURCE = "AWS Lambda developer guide, lambda-intro-execution-role: permissions to write logs"


def give_functions_their_roles(journal: Journal) -> None:
    """From now on a function's process has its role's credentials, as on AWS; ministack gives the account's."""

    def execution_credentials(config: Mapping[str, Any]) -> dict[str, str]:
        role, function = config["Role"], config["FunctionName"]
        named = (config.get("LoggingConfig") or {}).get("LogGroup")
        group = named or f"/aws/lambda/{function}"
        actions = {
            "logs:CreateLogGroup": log_group_arn(group),
            "logs:CreateLogStream": log_group_arn(group, "instance"),
            "logs:PutLogEvents": log_group_arn(group, "instance"),
        }
        if named and contract.LOG_GROUPS.value().get_scoped(ACCOUNT, REGION, named) is not None:
            del actions["logs:CreateLogGroup"]  # somebody else has made it
        needs = [implied(action, resource, _SOURCE) for action, resource in actions.items()]
        journal.add(role.rsplit("/", 1)[-1], f"start of function {function}", needs)
        return credentials_of(role, function).environment()

    contract.EXECUTION_CREDENTIALS.replace(execution_credentials)
