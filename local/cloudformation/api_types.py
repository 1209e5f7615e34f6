"""The table of CloudFormation types that are plain API calls. Create-only properties: the types' public schemas."""

from __future__ import annotations

from typing import Any

from .api_type import ApiType, Clients, Properties
from .scalable_target import target_of
from .security_group_rule import security_group_rule


def _last_segment(arn: str) -> str:
    return arn.rsplit("/", 1)[1]


def retag_sagemaker(clients: Clients, physical_id: str, set_now: dict[str, str], removed: list[str]) -> None:
    sagemaker = clients.client("sagemaker")
    if set_now:
        sagemaker.add_tags(ResourceArn=physical_id, Tags=[{"Key": k, "Value": v} for k, v in set_now.items()])
    if removed:
        sagemaker.delete_tags(ResourceArn=physical_id, TagKeys=removed)


def _retag_ec2(clients: Clients, physical_id: str, set_now: dict[str, str], removed: list[str]) -> None:
    ec2 = clients.client("ec2")
    if set_now:
        ec2.create_tags(Resources=[physical_id], Tags=[{"Key": k, "Value": v} for k, v in set_now.items()])
    if removed:
        ec2.delete_tags(Resources=[physical_id], Tags=[{"Key": key} for key in removed])


def _sagemaker_type(noun: str, create_only: tuple[str, ...]) -> ApiType:
    return ApiType(
        name=f"AWS::SageMaker::{noun}",
        service="sagemaker",
        create=f"Create{noun}",
        delete=f"Delete{noun}",
        create_only=(f"{noun}Name", *create_only),
        physical_id=lambda _, response: str(response[f"{noun}Arn"]),
        attributes=lambda arn: {f"{noun}Name": _last_segment(arn), f"{noun}Arn": arn},
        delete_parameters=lambda arn, _: {f"{noun}Name": _last_segment(arn)},
        gone="Could not find",
        custom_name=f"{noun}Name",
        retag=retag_sagemaker,
    )


def _flow_log_parameters(properties: Properties) -> dict[str, Any]:
    parameters = dict(properties)
    parameters["ResourceIds"] = [parameters.pop("ResourceId")]
    if tags := parameters.pop("Tags", None):
        parameters["TagSpecifications"] = [{"ResourceType": "vpc-flow-log", "Tags": tags}]
    return parameters


def _policy_parameters(properties: Properties) -> dict[str, Any]:
    parameters = dict(properties)
    if target := parameters.pop("ScalingTargetId", None):
        parameters.update(target_of(target))
    return parameters


def _policy_of(properties: Properties) -> dict[str, Any]:
    parameters = _policy_parameters(properties)
    return {key: parameters[key] for key in ("PolicyName", "ServiceNamespace", "ResourceId", "ScalableDimension")}


API_TYPES = (
    _sagemaker_type(
        "Model",
        (
            *("Containers", "EnableNetworkIsolation", "ExecutionRoleArn", "InferenceExecutionConfig"),
            *("PrimaryContainer", "VpcConfig"),
        ),
    ),
    _sagemaker_type(
        "EndpointConfig",
        (
            *("AsyncInferenceConfig", "DataCaptureConfig", "EnableNetworkIsolation", "ExecutionRoleArn"),
            *("ExplainerConfig", "KmsKeyId", "MetricsConfig", "ProductionVariants", "ShadowProductionVariants"),
            "VpcConfig",
        ),
    ),
    ApiType(
        name="AWS::ApplicationAutoScaling::ScalingPolicy",
        service="application-autoscaling",
        create="PutScalingPolicy",
        update="PutScalingPolicy",
        delete="DeleteScalingPolicy",
        create_only=("PolicyName", "ResourceId", "ScalableDimension", "ScalingTargetId", "ServiceNamespace"),
        parameters=_policy_parameters,
        physical_id=lambda _, response: str(response["PolicyARN"]),
        attributes=lambda arn: {"Arn": arn},
        delete_parameters=lambda _, properties: _policy_of(properties),
        gone="ObjectNotFoundException",
    ),
    ApiType(
        name="AWS::EC2::FlowLog",
        service="ec2",
        create="CreateFlowLogs",
        delete="DeleteFlowLogs",
        create_only=(
            *("DeliverCrossAccountRole", "DeliverLogsPermissionArn", "DestinationOptions", "LogDestination"),
            *("LogDestinationType", "LogFormat", "LogGroupName", "MaxAggregationInterval", "ResourceId"),
            *("ResourceType", "TagFieldSpecifications", "TrafficType"),
        ),
        parameters=_flow_log_parameters,
        physical_id=lambda _, response: str(response["FlowLogIds"][0]),
        attributes=lambda flow_log_id: {"Id": flow_log_id},
        delete_parameters=lambda flow_log_id, _: {"FlowLogIds": [flow_log_id]},
        gone="InvalidFlowLogId.NotFound",
        retag=_retag_ec2,
    ),
    security_group_rule("Ingress"),
    security_group_rule("Egress"),
)
