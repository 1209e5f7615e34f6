"""What CreateTrainingJob refuses beyond types and bounds: what SageMaker refuses, and what cannot be run here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from local.sagemaker.errors import invalid, not_emulated
from local.sagemaker.ports import Params
from local.sagemaker.registry import Registry
from local.training.s3_location import S3Location

BASE = "/opt/ml"
CHECKPOINTS = f"{BASE}/checkpoints"

_NOT_RUN: Mapping[str, str] = {
    "DebugHookConfig": "the Debugger",
    "DebugRuleConfigurations": "rules of the Debugger",
    "ProfilerRuleConfigurations": "rules of the profiler",
    "TensorBoardOutputConfig": "copies for TensorBoard",
    "ServerlessJobConfig": "serverless training",
    "MlflowConfig": "MLflow",
    "ModelPackageConfig": "registration of model packages",
}
_ONE_IMAGE = "an image from ECR with its own entrypoint"
_PLAIN_INSTANCES = "one InstanceType with an InstanceCount"
_S3_FILES = "channels of S3Prefix objects, in File or FastFile mode"

MayAssume = Callable[[str], bool]
"""Whether a role, given by ARN, exists and lets SageMaker act as it."""


def check(params: Params, may_assume: MayAssume) -> None:
    """:raises AwsError: SageMaker refuses it, or the local cloud cannot run it; the text says which."""
    for member, what in _NOT_RUN.items():
        if params.get(member):
            raise not_emulated(member, what, "the training itself")
    if params.get("RemoteDebugConfig", {}).get("EnableRemoteDebug"):
        raise not_emulated("RemoteDebugConfig", "remote debugging", "the training itself")
    if not params.get("ProfilerConfig", {}).get("DisableProfiler", True):
        raise not_emulated("ProfilerConfig", "the profiler", "the training itself")
    _check_image(params["AlgorithmSpecification"])
    _check_instances(params)
    _check_limits(params)
    for channel in params.get("InputDataConfig", ()):
        _check_channel(params, channel)
    _refuse_twice([channel["ChannelName"] for channel in params.get("InputDataConfig", ())])
    S3Location.parse("OutputDataConfig.S3OutputPath", params["OutputDataConfig"]["S3OutputPath"])
    if params["OutputDataConfig"].get("CompressionType", "GZIP") != "GZIP":
        raise not_emulated("OutputDataConfig.CompressionType", "NONE", "GZIP")
    if "CheckpointConfig" in params:
        S3Location.parse("CheckpointConfig.S3Uri", params["CheckpointConfig"]["S3Uri"])
        local_path(params)
    if not may_assume(params["RoleArn"]):
        raise invalid(
            f"Could not assume role {params['RoleArn']}. Please ensure that the role exists and allows principal "
            "'sagemaker.amazonaws.com' to assume the role."
        )


def local_path(params: Params) -> str:
    """The folder of checkpoints, relative to the base folder.

    :raises AwsError: it is outside of the base folder, which a process cannot be given.
    """
    path = str(params["CheckpointConfig"].get("LocalPath", CHECKPOINTS)).rstrip("/")
    inside = path.removeprefix(f"{BASE}/")
    if inside == path or not inside or ".." in inside.split("/"):
        raise not_emulated("CheckpointConfig.LocalPath", path, f"folders below {BASE}, such as {CHECKPOINTS}")
    return inside


def _check_image(algorithm: Mapping[str, Any]) -> None:
    image, name = algorithm.get("TrainingImage"), algorithm.get("AlgorithmName")
    if (image is None) == (name is None):
        raise invalid("Give either TrainingImage or AlgorithmName in AlgorithmSpecification, and not both.")
    if name is not None:
        raise not_emulated("AlgorithmSpecification.AlgorithmName", name, _ONE_IMAGE)
    for member in ("ContainerEntrypoint", "ContainerArguments"):
        if member in algorithm:
            raise not_emulated(f"AlgorithmSpecification.{member}", " ".join(algorithm[member]), _ONE_IMAGE)
    access = algorithm.get("TrainingImageConfig", {}).get("TrainingRepositoryAccessMode", "Platform")
    if access != "Platform" or not Registry.is_ecr_uri(str(image)):
        raise not_emulated("AlgorithmSpecification.TrainingImage", f"{image} (access mode {access})", _ONE_IMAGE)
    _check_mode("AlgorithmSpecification.TrainingInputMode", algorithm["TrainingInputMode"])
    for metric in algorithm.get("MetricDefinitions", ()):
        _check_metric(metric["Name"], metric["Regex"])


def _check_metric(name: str, expression: str) -> None:
    try:
        groups = re.compile(expression).groups
    except re.error as error:
        raise invalid(f"The regular expression of metric {name} is invalid: {error}.") from error
    if groups == 0:
        raise invalid(f"The regular expression of metric {name} has no group: its first one is the value.")


def _check_instances(params: Params) -> None:
    given = params["ResourceConfig"]
    for member in ("InstanceGroups", "InstancePreferences", "TrainingPlanArn", "InstancePlacementConfig"):
        if given.get(member):
            raise not_emulated(f"ResourceConfig.{member}", f"jobs with {member}", _PLAIN_INSTANCES)
    if "InstanceType" not in given or given.get("InstanceCount", 0) < 1:
        raise invalid("ResourceConfig needs an InstanceType, and an InstanceCount of 1 or more.")
    if given.get("KeepAlivePeriodInSeconds") and params.get("EnableManagedSpotTraining"):
        raise invalid("KeepAlivePeriodInSeconds is not supported when EnableManagedSpotTraining is set to true.")


def _check_limits(params: Params) -> None:
    limits, spot = params["StoppingCondition"], params.get("EnableManagedSpotTraining", False)
    wait, run = limits.get("MaxWaitTimeInSeconds"), limits.get("MaxRuntimeInSeconds")
    if wait is not None and not spot:
        raise invalid(
            "Invalid MaxWaitTimeInSeconds. It is only supported when EnableManagedSpotTraining is set to true"
        )
    if spot and (wait is None or (run is not None and wait < run)):
        raise invalid(
            "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to MaxRuntimeInSeconds"
        )
    if "MaxPendingTimeInSeconds" in limits and spot:
        raise not_emulated("StoppingCondition.MaxPendingTimeInSeconds", "it with Spot", "it for jobs on-demand")


def _check_channel(params: Params, channel: Mapping[str, Any]) -> None:
    where = f"InputDataConfig {channel['ChannelName']}"
    source = channel["DataSource"].get("S3DataSource")
    if source is None:
        raise not_emulated(where, "a file system as data source", _S3_FILES)
    if source["S3DataType"] != "S3Prefix":
        raise not_emulated(where, source["S3DataType"], _S3_FILES)
    if channel.get("CompressionType", "None") != "None" or channel.get("RecordWrapperType", "None") != "None":
        raise not_emulated(where, "compressed or wrapped channels", _S3_FILES)
    _check_mode(where, channel.get("InputMode", params["AlgorithmSpecification"]["TrainingInputMode"]))
    S3Location.parse(where, source["S3Uri"])


def _check_mode(where: str, mode: str) -> None:
    if mode not in ("File", "FastFile"):
        raise not_emulated(where, f"{mode} mode", _S3_FILES)


def _refuse_twice(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise invalid(f"InputDataConfig has more than one channel {name}.")
