"""Names of resources: ARNs of this account and region."""

from __future__ import annotations

from dataclasses import dataclass

ENDPOINT, ENDPOINT_CONFIG, MODEL = "endpoint", "endpoint-config", "model"
HOSTED_KINDS = (ENDPOINT, ENDPOINT_CONFIG, MODEL)


@dataclass(frozen=True)
class Arns:
    account: str
    region: str

    @property
    def partition(self) -> str:
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    def of(self, kind: str, name: str) -> str:
        return f"arn:{self.partition}:sagemaker:{self.region}:{self.account}:{kind}/{name}"

    def kind_of(self, arn: str) -> str | None:
        """The kind of a hosted resource of this account and region; None for any other ARN."""
        return next(
            (kind for kind in HOSTED_KINDS if arn.startswith(self.of(kind, "")) and arn != self.of(kind, "")), None
        )
