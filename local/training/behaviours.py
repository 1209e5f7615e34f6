"""What the emulator of training jobs does, and on whose word.

A source that is a page name is a page of the SageMaker developer guide or API reference, read in its stored editions
of 2026; 'model' is botocore's model of the API.
"""

from __future__ import annotations

from local.behaviour import Basis, Behaviour


def _documented(topic: str, what: str, source: str) -> Behaviour:
    return Behaviour(topic, what, Basis.DOCUMENTED, source)


def _observed(topic: str, what: str, source: str) -> Behaviour:
    return Behaviour(topic, what, Basis.OBSERVED, source)


def _assumed(topic: str, what: str, source: str) -> Behaviour:
    return Behaviour(topic, what, Basis.ASSUMED, source)


_OURS = "limit of the local cloud"
_SILENT = "AWS does not say"
_SPOT = "model-managed-spot-training"
_LIFECYCLE = "model-managed-spot-training-status"
_CHECKPOINTS = "model-checkpoints"
_CONTRACT = "your-algorithms-training-algo"
_ERROR_TEXTS = "error texts in public issues"

_INPUT = (
    _documented("input", "types, required members, bounds, patterns and enum values are checked", "model"),
    _observed("names", "a name that is taken is refused with ResourceInUse", _ERROR_TEXTS),
    _observed("MaxWaitTimeInSeconds", "refused without Spot", "sagify issue 111, sagemaker-python-sdk issue 1011"),
    _observed("MaxWaitTimeInSeconds", "needed with Spot, and not below MaxRuntimeInSeconds", _ERROR_TEXTS),
    _documented("warm pools", "KeepAlivePeriodInSeconds is refused with Spot", "train-warm-pools"),
    _assumed("warm pools", "KeepAlivePeriodInSeconds is only recorded", _OURS),
    _observed("channels", "one without an object is refused", "amazon-sagemaker-examples issue 2489"),
    _observed("RoleArn", "a role that SageMaker may not assume is refused", _ERROR_TEXTS),
    _assumed("MetricDefinitions", "expressions are Python's, and need a group", _SILENT),
    _assumed("input", "Pipe mode, file systems, manifests, entrypoints of a request and more are refused", _OURS),
)
BEHAVIOURS = (*_INPUT,)
