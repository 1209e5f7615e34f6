"""What SageMaker does on AWS in the name of a model's execution role, and what is done otherwise here.

Source: Amazon SageMaker AI developer guide, "How to use SageMaker AI execution roles", section "CreateModel API:
Execution Role Permissions" (November 2026), which lists the actions. On AWS an image is pulled layer by layer and a
container's output becomes a log stream; here the image's folder is run and the output is a file.
"""

from __future__ import annotations

from local.access.need import log_group_arn
from local.sagemaker.ports import Acting
from local.sagemaker.registry import repository_arn

_SOURCE = "Amazon SageMaker AI developer guide, sagemaker-roles, CreateModel API"


def imply_pull(acting: Acting, image: str, source: str = _SOURCE) -> None:
    """Notes the calls of a pull that are not made here; BatchGetImage is."""
    repository = repository_arn(image)
    if repository is not None:
        acting.implies({"ecr:GetAuthorizationToken": "*"}, source)
        layers = ("ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer")
        acting.implies(dict.fromkeys(layers, repository), source)


def imply_logs(acting: Acting, endpoint: str, variant: str) -> None:
    """Notes what the log stream of a variant's instance needs."""
    group = f"/aws/sagemaker/Endpoints/{endpoint}"
    on_group = ("logs:CreateLogGroup", "logs:DescribeLogStreams")
    on_stream = ("logs:CreateLogStream", "logs:PutLogEvents")
    acting.implies(dict.fromkeys(on_group, log_group_arn(group)), _SOURCE)
    acting.implies(dict.fromkeys(on_stream, log_group_arn(group, f"{variant}/i-local")), _SOURCE)
