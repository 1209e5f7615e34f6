"""CloudFormation types that ministack lacks, and corrections of some that it has."""

from .register import RECORDED_ONLY, register

__all__ = ["RECORDED_ONLY", "register"]
