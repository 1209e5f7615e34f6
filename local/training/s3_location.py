"""Places in S3, as training jobs are told of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from local.sagemaker.errors import invalid

_PATH_STYLE = re.compile(r"https://s3[.-][a-z0-9.-]*amazonaws\.com(?:\.cn)?/(?P<bucket>[^/]+)/?(?P<key>.*)")
_S3 = re.compile(r"s3://(?P<bucket>[^/]+)/?(?P<key>.*)")


@dataclass(frozen=True)
class S3Location:
    bucket: str
    key: str
    """A whole key, a prefix of keys, or empty for the whole bucket."""

    @classmethod
    def parse(cls, where: str, url: str) -> S3Location:
        """:param where: member that holds the URL, for the refusal.

        :raises AwsError: neither s3://bucket/key nor https://s3.<region>.amazonaws.com/bucket/key.
        """
        match = _S3.fullmatch(url) or _PATH_STYLE.fullmatch(url)
        if match is None:
            raise invalid(f"{where} is {url}; allowed is s3://bucket/key.")
        return cls(match["bucket"], match["key"])

    @property
    def folder(self) -> str:
        """The beginning of all keys below it, as below a folder."""
        return self.key if not self.key or self.key.endswith("/") else f"{self.key}/"

    def below(self, *parts: str) -> S3Location:
        return S3Location(self.bucket, self.folder + "/".join(parts))

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"
