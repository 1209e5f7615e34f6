"""What an endpoint configuration says about data capture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from local.sagemaker.errors import not_emulated

Encoding = Literal["CSV", "JSON", "BASE64"]


@dataclass(frozen=True)
class CaptureConfig:
    enabled: bool
    percentage: int
    bucket: str
    prefix: str
    """As declared: a trailing slash stays and doubles the slash of the keys, as on AWS."""
    destination: str
    kms_key: str | None
    input: bool
    output: bool
    csv_types: frozenset[str]
    json_types: frozenset[str]

    @classmethod
    def parse(cls, given: Mapping[str, Any] | None) -> CaptureConfig | None:
        if given is None:
            return None
        url = urlsplit(given["DestinationS3Uri"])
        if url.scheme != "s3":
            raise not_emulated("DataCaptureConfig.DestinationS3Uri", given["DestinationS3Uri"], "s3://bucket/prefix")
        modes = {option["CaptureMode"] for option in given["CaptureOptions"]}
        types = given.get("CaptureContentTypeHeader", {})
        return cls(
            enabled=given.get("EnableCapture", True),
            percentage=given["InitialSamplingPercentage"],
            bucket=url.netloc,
            prefix=url.path.removeprefix("/"),
            destination=given["DestinationS3Uri"],
            kms_key=given.get("KmsKeyId"),
            input=bool(modes & {"Input", "InputAndOutput"}),
            output=bool(modes & {"Output", "InputAndOutput"}),
            csv_types=frozenset(map(str.lower, types.get("CsvContentTypes", ()))),
            json_types=frozenset(map(str.lower, types.get("JsonContentTypes", ()))),
        )

    def encoding(self, content_type: str) -> Encoding:
        """How a body of this content type is stored: parameters such as `charset` do not count."""
        media_type = content_type.split(";", 1)[0].strip().lower()
        if media_type in self.csv_types:
            return "CSV"
        return "JSON" if media_type in self.json_types else "BASE64"

    def summary(self) -> dict[str, Any]:
        """The DataCaptureConfig of DescribeEndpoint."""
        return {
            "EnableCapture": self.enabled,
            "CaptureStatus": "Started" if self.enabled else "Stopped",
            "CurrentSamplingPercentage": self.percentage,
            "DestinationS3Uri": self.destination,
            "KmsKeyId": self.kms_key or "",
        }
