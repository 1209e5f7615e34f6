"""What the emulator of endpoints does, and on whose word.

A source that is a page name is a page of the SageMaker developer guide or API reference, read in its stored editions
of 2026 unless it says otherwise; 'model' is botocore's model of the API.
"""

from __future__ import annotations

from local.behaviour import assumed, documented, observed

_OURS = "limit of the local cloud"
_SILENT = "AWS does not say"
_CONTRACT = "your-algorithms-inference-code"
_METRICS = "monitoring-cloudwatch"
_CAPTURE = "model-monitor-data-capture"
_GUARDRAILS = "deployment-guardrails-configuration"
_ROLES = f"sagemaker-roles, CreateModel API; {_CAPTURE}; {_GUARDRAILS}"
_ISOLATION = "mkt-algo-model-internet-free"
_WEIGHTS = "model-ab-testing"
_INVOKE = "API_runtime_InvokeEndpoint"
_ERROR_TEXTS = "error texts in public issues"

_INPUT = (
    documented("input", "types, required members, bounds, patterns and enum values are checked", "model"),
    observed("input", "all violations of a request are told in one ValidationException", _ERROR_TEXTS),
    assumed("input", "unknown members are refused", "the SDKs do so; the service itself may ignore them"),
    observed("CreateModel", "a missing image or archive is refused", _ERROR_TEXTS),
    observed("CreateModel", "images outside ECR need Vpc access mode", "sagemaker-python-sdk pull request 4700"),
    observed("names", "'Could not find ...', 'Cannot create already existing ...'", _ERROR_TEXTS),
    assumed("weights", "weights that sum to 0 are refused", "API_ProductionVariant gives the share, not this case"),
    assumed("UpdateEndpointWeightsAndCapacities", "takes weights and a count together", "its page says 'or'"),
)
_LIFE = (
    documented("start", "ready when GET /ping gives 200, at most 2 s a ping", _CONTRACT),
    documented(
        "start",
        "without a timeout of its variant a container has 8 minutes",
        f"{_CONTRACT}, current text read on 23 November 2026; the edition on GitHub "
        "(awsdocs/amazon-sagemaker-developer-guide) says 4",
    ),
    documented("start", "ContainerStartupHealthCheckTimeoutInSeconds sets another timeout", "API_ProductionVariant"),
    assumed("start", "a container that ends while starting fails the endpoint at once", "AWS restarts it for minutes"),
    assumed("start", "takes as long as the processes need", "instances take minutes"),
    assumed("start", "a container gets 30 real seconds at least, whatever the clock", _OURS),
    observed("status", "Creating and Updating endpoints cannot be changed or deleted", _ERROR_TEXTS),
    documented("status", "DeleteEndpoint is the only operation on a Failed endpoint", "API_DescribeEndpoint"),
    assumed("FailureReason", "ends with the container's last log lines", "AWS names the log group"),
    documented("events", "status changes, with upper-case statuses", "automating-sagemaker-with-eventbridge"),
    documented("replacement", "unhealthy instances are replaced with new containers", _CONTRACT),
    assumed(
        "replacement",
        "a container that has died is started again once; after that its requests fail",
        "AWS replaces instances as often as it takes",
    ),
    assumed("replacement", "only a container that has ended is replaced", "AWS pings containers all their life"),
    assumed("ARNs", "keep the case of names", "lower case in 2018, kept in 2025: yet-another-cloudwatch-exporter 1793"),
)
_UPDATES = (
    documented("update", "a new fleet starts beside the old one and then takes the traffic", "API_UpdateEndpoint"),
    documented("update", "counts and weights reset unless RetainAllVariantProperties is set", "API_UpdateEndpoint"),
    documented("update", "DataCaptureConfig is not retained", "API_VariantProperty"),
    documented("rollback", "a failed update leaves the endpoint InService as it was before", _GUARDRAILS),
    observed(
        "rollback",
        "FailureReason says why while the endpoint is InService",
        "terraform-provider-aws issue 39099; in its issue 48997 the reason was empty",
    ),
    assumed("rollback", "the FailureReason stays until the next successful update", _SILENT),
    documented("rollback", "the old fleet stays for TerminationWaitInSeconds; an alarm rolls back", _GUARDRAILS),
    assumed("rollback", "alarms are looked at every 10 s and at least once", _SILENT),
    assumed("rollback", "alarms must exist when the update starts, and be metric alarms", _SILENT),
    assumed(
        "update", "MaximumExecutionTimeoutInSeconds bounds the start of the new fleet", "AWS: the deployment's maximum"
    ),
    assumed("update", "canary, linear and rolling updates are refused", _OURS),
)
_REQUESTS = (
    documented("weights", "a variant's share is its weight divided by the sum", "API_ProductionVariant"),
    documented("weights", "a variant of weight 0 gets no requests by weight", f"{_WEIGHTS}, step 4"),
    documented("TargetVariant", "overrides the weights", f"{_INVOKE}; {_WEIGHTS}"),
    assumed("TargetVariant", "reaches a variant of weight 0 too", f"follows from {_WEIGHTS}, which does not say it"),
    assumed("TargetVariant", "the text that refuses an unknown one", _SILENT),
    observed("requests", "one to an endpoint that does not serve: 'Endpoint ... not found.'", _ERROR_TEXTS),
    documented("body", "at most 25 MB", "SageMaker AI FAQs, 2026; the model still says 6 MiB"),
    assumed("body", "25 MB is 25 * 1024 * 1024 bytes, for answers too", _SILENT),
    documented("timeout", "a container has 60 s to answer", _INVOKE),
    assumed("timeout", "these are real seconds, whatever the clock", _OURS),
    documented("ModelError", "424 with the original status and message for all but 2xx", "model"),
    observed("ModelError", "its texts", _ERROR_TEXTS),
    assumed("ModelError", "a connection that the container breaks has status 0", _SILENT),
    documented("headers", "only those of the API reach the container", _INVOKE),
)
_RECORDS = (
    documented("metrics", "names, units, dimensions and 0-or-1 values", _METRICS),
    documented("metrics", "a request adds 1 / CurrentInstanceCount to InvocationsPerInstance", _METRICS),
    documented("metrics", "InvocationsPerInstance is 0 in a minute without a request", "endpoint-auto-scaling-edit"),
    documented("metrics", "ConcurrentRequestsPerModel has a value every 10 s", "endpoint-auto-scaling-add-code-define"),
    assumed(
        "metrics",
        "it is the highest number of requests in flight in these 10 s, divided by CurrentInstanceCount",
        "AWS: the number of concurrent requests being received by a model container",
    ),
    assumed("metrics", "it is put for a variant that is idle too", _SILENT),
    assumed(
        "metrics", "of requests carry EndpointConfigName always", f"{_GUARDRAILS} says during and after deployments"
    ),
    assumed("metrics", "latencies are those of this machine, in real microseconds", _OURS),
    documented("capture", "the JSON lines and their keys; base64 for content types not listed", _CAPTURE),
    observed(
        "capture",
        "a trailing slash of DestinationS3Uri doubles the slash of the keys",
        "amazon-sagemaker-examples issue 1938",
    ),
    assumed("capture", "only answered requests are recorded", _SILENT),
    assumed("capture", "records are put after 2 s", "AWS takes minutes"),
    observed("capture", "an endpoint whose records cannot be written serves on", "public reports"),
)
_CONTAINERS = (
    assumed("containers", "one process serves a variant; instance counts are only recorded", _OURS),
    assumed("containers", "this machine's Python stands for the image, with its requirements.txt only", _OURS),
    assumed("containers", "an address of 0.0.0.0 or :: in their environment becomes 127.0.0.1", _OURS),
    assumed(
        "containers",
        "network isolation, VPC, keys, volumes, instance types and RoutingConfig are only recorded",
        _OURS,
    ),
    documented("roles", "image, archive, records, metrics and alarms are the execution role's calls", _ROLES),
    documented("roles", "a container has its role's credentials, unless the network is cut off", _ISOLATION),
    assumed("roles", "these credentials stand in the container's environment", "AWS: an address in its environment"),
    assumed(
        "roles", "alarms are read as the role of the first variant's model, if the configuration has none", _SILENT
    ),
)

BEHAVIOURS = (*_INPUT, *_LIFE, *_UPDATES, *_REQUESTS, *_RECORDS, *_CONTAINERS)
