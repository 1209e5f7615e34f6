"""S3 writes with aws:kms and no key id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import contract
from .environment import ACCOUNT, REGION

AWS_MANAGED_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/aws/s3"
_ALGORITHM = "x-amz-server-side-encryption"
_KEY_ID = "x-amz-server-side-encryption-aws-kms-key-id"


def use_the_aws_managed_key() -> None:
    """Takes the account's key aws/s3, as S3 does; ministack refuses. The CDK CLI uploads every asset that way."""
    native = contract.RESOLVE_WRITE_ENCRYPTION.value()

    def resolve(headers: Mapping[str, str], bucket_name: str) -> Any:
        if headers.get(_ALGORITHM) == "aws:kms" and not headers.get(_KEY_ID):
            headers = {**headers, _KEY_ID: AWS_MANAGED_KEY}
        return native(headers, bucket_name)

    contract.RESOLVE_WRITE_ENCRYPTION.replace(resolve)
