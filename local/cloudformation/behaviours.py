"""What the types added to ministack's CloudFormation, and the corrected ones, do, and on whose word.

Sources that are type names are pages of the CloudFormation template reference, 'schema' is the type's public resource
schema; both read on 23 November 2026. Everything else about stacks is ministack's.
"""

from __future__ import annotations

from ..behaviour import Basis, Behaviour

_OURS = "limit of the local cloud"
_BUCKET, _ENDPOINT, _SCHEMA = "AWS::S3::Bucket", "AWS::SageMaker::Endpoint", "schema"

BEHAVIOURS = (
    Behaviour(
        "bucket", "tags, lifecycle, encryption and object ownership are set and changed", Basis.DOCUMENTED, _BUCKET
    ),
    Behaviour("bucket", "one that is not empty cannot be deleted", Basis.DOCUMENTED, _BUCKET),
    Behaviour("bucket", "lifecycle rules with size or tag filters are refused", Basis.ASSUMED, _OURS),
    Behaviour("VPC", "Fn::GetAtt gives CidrBlock", Basis.DOCUMENTED, "AWS::EC2::VPC"),
    Behaviour("API types", "which properties replace the resource", Basis.DOCUMENTED, _SCHEMA),
    Behaviour("API types", "Ref gives the primary identifier, of SageMaker types the ARN", Basis.DOCUMENTED, _SCHEMA),
    Behaviour(
        "API types", "a property that the create operation does not know fails the resource", Basis.ASSUMED, _OURS
    ),
    Behaviour(
        "API types",
        "generated names are at most 63 characters long",
        Basis.ASSUMED,
        "the limit of SageMaker names; AWS does not say how CloudFormation shortens them",
    ),
    Behaviour("endpoint", "everything but its name changes in place", Basis.DOCUMENTED, _SCHEMA),
    Behaviour(
        "endpoint",
        "UpdateEndpoint is called only when EndpointConfigName changes",
        Basis.ASSUMED,
        f"{_ENDPOINT} does not say; the other properties tell the next update how to go",
    ),
    Behaviour(
        "endpoint",
        "an update that ends InService on the old configuration is UPDATE_FAILED",
        Basis.ASSUMED,
        "SageMaker reports it so: terraform-provider-aws issues 39099, 48997; AWS does not tell CloudFormation's part",
    ),
    Behaviour(
        "endpoint",
        "one that fails while it is created is deleted before CREATE_FAILED is reported",
        Basis.ASSUMED,
        "AWS deletes it in the rollback",
    ),
    Behaviour(
        "endpoint",
        "the reason of a failure has the container's last lines",
        Basis.ASSUMED,
        "AWS names the log group",
    ),
    Behaviour(
        "scalable target",
        "limits, suspension, scheduled actions and tags change in place",
        Basis.DOCUMENTED,
        _SCHEMA,
    ),
    Behaviour(
        "scalable target",
        "a SuspendedState that is taken out of the template resumes everything",
        Basis.ASSUMED,
        "AWS does not say; RegisterScalableTarget itself keeps what is left out",
    ),
    Behaviour("alarm", "one that cannot be judged fails the resource", Basis.ASSUMED, _OURS),
    Behaviour("composite alarm", "everything but its name changes in place", Basis.DOCUMENTED, _SCHEMA),
    Behaviour(
        "retained resources",
        "DeletionPolicy and UpdateReplacePolicy Retain keep them",
        Basis.DOCUMENTED,
        "CloudFormation user guide, DeletionPolicy and UpdateReplacePolicy attributes; ministack does it",
    ),
)
