"""What the emulator does, and on whose word: AWS's documentation, what was observed of AWS, or our assumption.

Sources named as a page are pages of the SageMaker developer guide or API reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Basis = Literal["documented", "observed", "assumed"]


@dataclass(frozen=True)
class Behaviour:
    what: str
    source: str
    basis: Basis


def assumed() -> list[Behaviour]:
    """The behaviours that nobody has seen on AWS or read in its documentation: a run here proves them least."""
    return [behaviour for behaviour in BEHAVIOURS if behaviour.basis == "assumed"]


def _documented(what: str, source: str) -> Behaviour:
    return Behaviour(what, source, "documented")


def _observed(what: str, source: str) -> Behaviour:
    return Behaviour(what, source, "observed")


def _assumed(what: str, source: str) -> Behaviour:
    return Behaviour(what, source, "assumed")


_OURS = "limit of the local cloud"
_CONTRACT = "your-algorithms-inference-code"
_METRICS = "monitoring-cloudwatch"
_CAPTURE = "model-monitor-data-capture"
_GUARDRAILS = "deployment-guardrails-configuration"

BEHAVIOURS: tuple[Behaviour, ...] = (
    # Input
    _documented(
        "Types, required members, bounds, patterns and enum values of every input are checked", "botocore model"
    ),
    _observed("All violations of a request are told in one ValidationException", "error texts in public issues"),
    _assumed("Unknown members are refused, as the SDKs do; the service itself may ignore them", _OURS),
    _observed(
        "A model whose image or archive does not exist is refused by CreateModel", "error texts in public reports"
    ),
    _observed("Non-ECR images are refused without Vpc access mode", "sagemaker-python-sdk pull request 4700"),
    _observed("Missing and existing names: 'Could not find ...', 'Cannot create already existing ...'", "error texts"),
    _assumed("Weights that sum to 0 are refused; AWS documents the share, not this case", "API_ProductionVariant"),
    _assumed("UpdateEndpointWeightsAndCapacities takes weights and a count together; its page says or", _OURS),
    # Life of an endpoint
    _documented("A variant is ready when its container answers GET /ping with 200, at most 2 s a ping", _CONTRACT),
    _documented("Without ContainerStartupHealthCheckTimeoutInSeconds a container has 8 minutes", _CONTRACT),
    _assumed("A container that ends while starting fails the endpoint at once; AWS restarts it for minutes", _OURS),
    _assumed("Start-up takes as long as the processes need, not the minutes that instances take", _OURS),
    _assumed("On a fast clock a container still gets 30 real seconds to start", _OURS),
    _observed(
        "Creating and Updating endpoints cannot be changed or deleted: 'Cannot update in-progress'", "error texts"
    ),
    _documented("DeleteEndpoint is the only operation on a Failed endpoint", "API_DescribeEndpoint"),
    _assumed("FailureReason ends with the container's last log lines; AWS names the log group", _OURS),
    _documented("Status changes are events with upper-case statuses", "automating-sagemaker-with-eventbridge"),
    _documented("A container that dies is replaced; here once, after that its requests fail", _CONTRACT),
    _assumed("ARNs keep the case of names", "older ARNs are in lower case"),
    # Updates
    _documented(
        "An update starts a new fleet beside the old one and moves the traffic when it is ready", "API_UpdateEndpoint"
    ),
    _documented("A failed update leaves the endpoint InService with the old configuration", _GUARDRAILS),
    _assumed("The FailureReason of a rolled-back update stays until the next successful one", _OURS),
    _documented("Counts and weights reset to Initial* unless RetainAllVariantProperties is set", "API_UpdateEndpoint"),
    _documented("DataCaptureConfig is not retained", "API_VariantProperty"),
    _documented("The old fleet stays for TerminationWaitInSeconds; an alarm in ALARM rolls back", _GUARDRAILS),
    _assumed("Rollback alarms are looked at every 10 s and at least once", _OURS),
    _assumed("Rollback alarms must exist when the update starts, and be metric alarms", _OURS),
    _assumed("MaximumExecutionTimeoutInSeconds bounds the start of the new fleet", _OURS),
    _assumed("Canary, linear and rolling updates are refused", _OURS),
    # Requests
    _documented("A variant's share of the requests is its weight divided by the sum", "API_ProductionVariant"),
    _documented(
        "TargetVariant overrides the weights; weight 0 serves only targeted requests", "API_runtime_InvokeEndpoint"
    ),
    _assumed("The text that refuses an unknown TargetVariant", _OURS),
    _observed(
        "An endpoint that does not serve is a ValidationError 'Endpoint ... of account ... not found.'", "error texts"
    ),
    _documented("A body may have 25 MB (SageMaker AI FAQs, read in 2026; botocore's model still says 6 MiB)", "FAQs"),
    _assumed("25 MB is 25 * 1024 * 1024 bytes, for answers too", _OURS),
    _documented("A container has 60 s to answer; real seconds, whatever the clock", "API_runtime_InvokeEndpoint"),
    _documented("Answers other than 2xx become ModelError 424 with the original status and message", "botocore model"),
    _observed("The texts of ModelError", "error texts in public issues"),
    _assumed("A connection that the container breaks is a ModelError with status 0", _OURS),
    _documented("Only the headers of the API reach the container", "API_runtime_InvokeEndpoint"),
    # Metrics
    _documented("Names, units, dimensions and 0-or-1 values of the invocation metrics", _METRICS),
    _documented("Each request adds 1 / CurrentInstanceCount to InvocationsPerInstance", _METRICS),
    _assumed("The metrics carry EndpointConfigName always; AWS says during and after deployments", _GUARDRAILS),
    _assumed("Latencies are those of this machine, in real microseconds", _OURS),
    # Capture
    _documented("Form of the JSON lines and of their keys; base64 for content types not listed", _CAPTURE),
    _observed(
        "A trailing slash of DestinationS3Uri doubles the slash of the keys", "amazon-sagemaker-examples issue 1938"
    ),
    _assumed("Only answered requests are captured", _OURS),
    _assumed("Records are put after 2 s; AWS takes minutes", _OURS),
    _observed("An endpoint whose capture cannot be written serves on", "public reports"),
    # Containers
    _assumed("One process serves a variant, whatever its instance count; counts are only recorded", _OURS),
    _assumed("A process of this machine's Python stands for the image; only requirements.txt is installed", _OURS),
    _assumed("An address of 0.0.0.0 or :: in a container's environment becomes 127.0.0.1", _OURS),
    _assumed(
        "Network isolation, VPC, roles, KMS keys, volumes, instance types and RoutingConfig are only recorded", _OURS
    ),
)
