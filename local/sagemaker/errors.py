"""Errors of the SageMaker control plane, in the codes and sentences that AWS answers with."""

from __future__ import annotations


class AwsError(Exception):
    """An error that the caller's SDK raises: `code` is the error type, `status` the HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class Stopped(Exception):
    """The hosting is being closed while a wait is under way; whoever waits gives up quietly."""


def invalid(message: str) -> AwsError:
    """SageMaker has no modelled class for bad input: every refusal is a ValidationException."""
    return AwsError("ValidationException", message)


def not_found(kind: str, arn: str) -> AwsError:
    return invalid(f'Could not find {kind} "{arn}".')


def already_exists(kind: str, arn: str) -> AwsError:
    return invalid(f'Cannot create already existing {kind} "{arn}".')


def in_progress(arn: str) -> AwsError:
    return invalid(f'Cannot update in-progress endpoint "{arn}".')


def not_emulated(where: str, given: str, allowed: str) -> AwsError:
    """For what AWS would run and this emulator cannot: refused, never run as something else."""
    return invalid(f"{where}: the local cloud does not run {given}. It runs {allowed}.")
