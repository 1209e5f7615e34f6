"""States of machines that call SageMaker, by Step Functions' integration with AWS SDKs, which ministack lacks for it.

The calls are the machine's role's. Errors have the names of the AWS SDK for Java 2.x (Step Functions developer guide,
supported-services-awssdk): `SageMaker.ResourceInUseException` for one that the API defines, else
`SageMaker.SageMakerException`. Answers have dates as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from . import contract
from .access.roles import ActingClients
from .clock.state_machines import role_of_execution

_RESOURCE = re.compile(r"arn:aws[a-z-]*:states:::(?P<sdk>aws-sdk:)?sagemaker:(?P<action>\w+)(?P<pattern>\..+)?")


class SageMakerTasks:
    """:param clients: those of the account, which act as the machine's role."""

    def __init__(self, clients: ActingClients) -> None:
        self._clients = clients

    def take_over(self) -> None:
        """Call it once, before the first request."""
        self._invoke = contract.INVOKE_RESOURCE.value()
        contract.INVOKE_RESOURCE.replace(self.invoke)

    def invoke(self, resource: str, input_data: Any) -> Any:
        """Does the call of a task that is SageMaker's; any other is ministack's."""
        match = _RESOURCE.fullmatch(resource)
        if match is None:
            return self._invoke(resource, input_data)
        if not match["sdk"] or match["pattern"]:
            raise _error(
                "States.Runtime",
                f"The local cloud does not run {resource}. It runs arn:aws:states:::aws-sdk:sagemaker:<action>, which "
                "answers at once.",
            )
        client = self._clients.acting_as(role_of_execution()).client("sagemaker")
        operation = xform_name(match["action"])
        if operation not in client.meta.method_to_api_mapping:
            raise _error("States.Runtime", f"{resource}: SageMaker has no action {match['action']}.")
        try:
            answer = getattr(client, operation)(**input_data)
        except ClientError as error:
            modelled = {shape.name for shape in client.meta.service_model.error_shapes}
            code, text = error.response["Error"]["Code"], error.response["Error"]["Message"]
            raise _error(f"SageMaker.{code}Exception" if code in modelled else _UNMODELLED, text) from error
        except (BotoCoreError, TypeError) as error:  # parameters that the SDK refuses by itself
            raise _error(_UNMODELLED, str(error)) from error
        return _as_text({key: value for key, value in answer.items() if key != "ResponseMetadata"})


_UNMODELLED = "SageMaker.SageMakerException"


def _error(name: str, cause: str) -> Exception:
    error: Exception = contract.EXECUTION_ERROR.value()(name, cause)
    return error


def _as_text(value: Any) -> Any:
    """Dates as Step Functions shows them."""
    if isinstance(value, Mapping):
        return {key: _as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value
