"""The actions that ministack's services take: notifications by SNS, and asynchronous calls of Lambda functions."""

from __future__ import annotations

from uuid import uuid4

from .. import contract
from .actions import AlarmActions, StateChange
from .messages import function_payload, notification


def register_takers(actions: AlarmActions) -> None:
    actions.register("arn:aws:sns:", notify)
    actions.register("arn:aws:lambda:", invoke)


def notify(arn: str, change: StateChange) -> None:
    if contract.TOPIC_OF_ARN.value()(arn) is None:
        raise LookupError(f"there is no topic {arn}")
    subject, body = notification(change)
    contract.PUBLISH_TO_TOPIC.value()(arn, str(uuid4()), body, subject)


def invoke(arn: str, change: StateChange) -> None:
    """Of a version or an alias, where the ARN names one."""
    function, config, _ = contract.FUNCTION_OF_ARN.value()(arn)
    if not function or not config:
        raise LookupError(f"there is no function {arn}")
    record = contract.FUNCTION_TO_RUN.value()(function, config)
    contract.INVOKE_ASYNCHRONOUSLY.value()(record, function_payload(change))
