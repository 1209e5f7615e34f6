"""What S3 asks of KMS in its caller's name, when an object is encrypted with a key of the account.

Source: Amazon S3 user guide, "Using server-side encryption with AWS KMS keys", permissions: a read needs kms:Decrypt,
a write kms:GenerateDataKey, a multipart upload both. The key aws/s3 lets every principal of its account do so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from local.access.need import Need, arn, implied
from local.access.request import Request
from local.environment import ACCOUNT, REGION

KeyOf = Callable[[str], str | None]
"""(ARN of an object) -> id or ARN of the key that it is encrypted with, or None."""

_SOURCE = "Amazon S3 user guide, UsingKMSEncryption"
_KEY_ID = "x-amz-server-side-encryption-aws-kms-key-id"
_READS = {"s3:GetObject", "s3:GetObjectVersion"}
_AWS_MANAGED = "alias/aws/"


def use_of_key(request: Request, needs: Iterable[Need], key_of: KeyOf) -> Iterator[Need]:
    """:param needs: what the request needs of S3, its own action first; a copy reads its source besides."""
    answered = request.answer_headers.get(_KEY_ID)
    for index, need in enumerate(needs):
        key = answered if index == 0 else key_of(need.resource) if need.action in _READS else None
        if not key or _AWS_MANAGED in key or request.method == "HEAD":
            continue
        if need.action in _READS:
            yield _through_s3("kms:Decrypt", key)
        elif need.action == "s3:PutObject":
            yield _through_s3("kms:GenerateDataKey", key)
            if {"uploads", "uploadId"} & request.query.keys():
                yield _through_s3("kms:Decrypt", key)


def _through_s3(action: str, key: str) -> Need:
    resource = key if key.startswith("arn:") else arn("kms", f"key/{key}")
    keys = {"kms:ViaService": f"s3.{REGION}.amazonaws.com", "kms:CallerAccount": ACCOUNT}
    return implied(action, resource, _SOURCE, **keys)
