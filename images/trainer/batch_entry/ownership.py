"""One job at a time has a checkpoint prefix. Batch makes two jobs of a request sent twice; S3 tells them apart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from batch_entry.errors import EntryError
from batch_entry.settings import Location

OWNER_FILE = "batch-owner.json"
"""Beside the checkpoints. It stays when the job ends: a later job must be of a later attempt."""

_LOST = {"PreconditionFailed", "ConditionalRequestConflict"}
"""What S3 answers when another write was first (API PutObject, If-None-Match and If-Match, November 2026)."""


class PrefixTaken(EntryError):
    """Another job has the prefix."""


@dataclass(frozen=True)
class Owner:
    attempt: int
    job: str


class Ownership:
    """Of the prefix, by this job."""

    def __init__(self, s3: Any, location: Location, me: Owner) -> None:
        self._s3 = s3
        self._at = {"Bucket": location.bucket, "Key": location.key(OWNER_FILE)}
        self._me = me

    def take(self) -> None:
        """
        Takes the prefix, unless another job of this attempt has it, or one of a later attempt. It is this job's already
        where Batch has started it again, or where another node of the gang was first.

        :raises PrefixTaken: another job has it.
        """
        while True:
            owner, etag = self._read()
            if owner and owner.job == self._me.job:
                return
            if owner and owner.attempt >= self._me.attempt:
                raise PrefixTaken(
                    f"s3://{self._at['Bucket']}/{self._at['Key']} names job {owner.job} of attempt {owner.attempt}, "
                    f"this is job {self._me.job} of attempt {self._me.attempt}: it ends without touching anything"
                )
            if self._write({"IfNoneMatch": "*"} if etag is None else {"IfMatch": etag}):
                return

    def holds(self) -> bool:
        """
        Whether no later job has taken it since. A file that has expired by a rule of the bucket is written again; S3
        lets one writer win, so it stays this job's only if no other was first.
        """
        owner, _ = self._read()
        if owner is None:
            self._write({"IfNoneMatch": "*"})
            owner, _ = self._read()
        return owner is not None and owner.job == self._me.job

    def _read(self) -> tuple[Owner | None, str | None]:
        try:
            answer = self._s3.get_object(**self._at)
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None, None
            raise
        document = json.loads(answer["Body"].read())
        return Owner(int(document["attempt"]), str(document["job"])), answer["ETag"]

    def _write(self, condition: dict[str, str]) -> bool:
        body = json.dumps({"attempt": self._me.attempt, "job": self._me.job})
        try:
            self._s3.put_object(**self._at, Body=body.encode(), ContentType="application/json", **condition)
        except ClientError as error:
            if error.response["Error"]["Code"] in _LOST:
                return False
            raise
        return True
