"""Refusals of Application Auto Scaling, in the codes and, where public records show them, the sentences of AWS."""

from __future__ import annotations

from local.sagemaker.errors import AwsError


def invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def not_emulated(what: str, instead: str) -> AwsError:
    """For what AWS would do and this emulator cannot: refused by name, never recorded silently."""
    return invalid(f"The local cloud does not emulate {what}. {instead}")


def not_registered(target: object) -> AwsError:
    return AwsError("ObjectNotFoundException", f"No scalable target registered for {target}")


def no_policy(target: object, name: str) -> AwsError:
    return AwsError("ObjectNotFoundException", f"No scaling policy found for {target}, policy name: {name}")


def no_scheduled_action(target: object, name: str) -> AwsError:
    return AwsError("ObjectNotFoundException", f"No scheduled action found for {target}, scheduled action name: {name}")


def limit_exceeded(what: str, most: int) -> AwsError:
    return AwsError("LimitExceededException", f"A scalable target can have at most {most} {what}.")
