"""What the types added to ministack's CloudFormation, and the corrected ones, do, and on whose word.

Sources that are type names are pages of the CloudFormation template reference, 'schema' is the type's public resource
schema; both read on 23 November 2026. Everything else about stacks is ministack's.
"""

from __future__ import annotations

from ..behaviour import assumed, documented

_OURS = "limit of the local cloud"
_BUCKET, _ENDPOINT, _SCHEMA = "AWS::S3::Bucket", "AWS::SageMaker::Endpoint", "schema"

BEHAVIOURS = (
    documented("bucket", "tags, lifecycle, encryption and object ownership are set and changed", _BUCKET),
    documented("bucket", "one that is not empty cannot be deleted", _BUCKET),
    assumed("bucket", "lifecycle rules with size or tag filters are refused", _OURS),
    documented("VPC", "Fn::GetAtt gives CidrBlock", "AWS::EC2::VPC"),
    documented("API types", "which properties replace the resource", _SCHEMA),
    documented("API types", "Ref gives the primary identifier, of SageMaker types the ARN", _SCHEMA),
    assumed("API types", "a property that the create operation does not know fails the resource", _OURS),
    assumed(
        "API types",
        "generated names are at most 63 characters long",
        "the limit of SageMaker names; AWS does not say how CloudFormation shortens them",
    ),
    documented("endpoint", "everything but its name changes in place", _SCHEMA),
    assumed(
        "endpoint",
        "UpdateEndpoint is called only when EndpointConfigName changes",
        f"{_ENDPOINT} does not say; the other properties tell the next update how to go",
    ),
    assumed(
        "endpoint",
        "an update that ends InService on the old configuration is UPDATE_FAILED",
        "SageMaker reports it so: terraform-provider-aws issues 39099, 48997; AWS does not tell CloudFormation's part",
    ),
    assumed(
        "endpoint",
        "one that fails while it is created is deleted before CREATE_FAILED is reported",
        "AWS deletes it in the rollback",
    ),
    assumed(
        "endpoint",
        "the reason of a failure has the container's last lines",
        "AWS names the log group",
    ),
    documented(
        "scalable target",
        "limits, suspension, scheduled actions and tags change in place",
        _SCHEMA,
    ),
    assumed(
        "scalable target",
        "a SuspendedState that is taken out of the template resumes everything",
        "AWS does not say; RegisterScalableTarget itself keeps what is left out",
    ),
    assumed("alarm", "one that cannot be judged fails the resource", _OURS),
    documented("composite alarm", "everything but its name changes in place", _SCHEMA),
    documented(
        "retained resources",
        "DeletionPolicy and UpdateReplacePolicy Retain keep them",
        "CloudFormation user guide, DeletionPolicy and UpdateReplacePolicy attributes; ministack does it",
    ),
)
