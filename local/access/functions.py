"""Lambda functions: their processes act as their roles, and Lambda writes their logs as these roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local import contract
from local.access.journal import Journal
from local.access.need import implied, log_group_arn
from local.access.sessions import credentials_of

_SOURCE = "AWS Lambda developer guide, lambda-intro-execution-role: permissions to write logs"


def give_functions_their_roles(journal: Journal) -> None:
    """From now on a function's process has its role's credentials, as on AWS; ministack gives the account's."""

    def execution_credentials(config: Mapping[str, Any]) -> dict[str, str]:
        role, function = config["Role"], config["FunctionName"]
        group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{function}"
        needs = [
            implied("logs:CreateLogGroup", log_group_arn(group), _SOURCE),
            implied("logs:CreateLogStream", log_group_arn(group, "instance"), _SOURCE),
            implied("logs:PutLogEvents", log_group_arn(group, "instance"), _SOURCE),
        ]
        journal.add(role.rsplit("/", 1)[-1], f"start of function {function}", needs)
        return credentials_of(role, function).environment()

    contract.EXECUTION_CREDENTIALS.replace(execution_credentials)
