"""What SageMaker does on AWS in the name of a training job's role, and what is done otherwise here.

Source: Amazon SageMaker AI developer guide, "How to use SageMaker AI execution roles", section "CreateTrainingJob API:
Execution Role Permissions" (November 2026), which lists the actions.
"""

from __future__ import annotations

from local.access.need import log_group_arn
from local.sagemaker.execution_role import imply_pull
from local.sagemaker.ports import Acting

_GROUP = "/aws/sagemaker/TrainingJobs"
_SOURCE = "Amazon SageMaker AI developer guide, sagemaker-roles, CreateTrainingJob API"


def imply_pull_for_training(acting: Acting, image: str) -> None:
    """Notes the calls of a pull that are not made here."""
    imply_pull(acting, image, _SOURCE)


def imply_logs(acting: Acting, job: str, instances: int) -> None:
    """Notes what the log streams of the hosts need; here their output is a file."""
    on_group = ("logs:CreateLogGroup", "logs:DescribeLogStreams")
    acting.implies(dict.fromkeys(on_group, log_group_arn(_GROUP)), _SOURCE)
    for number in range(1, instances + 1):
        stream = log_group_arn(_GROUP, f"{job}/algo-{number}-local")
        acting.implies(dict.fromkeys(("logs:CreateLogStream", "logs:PutLogEvents"), stream), _SOURCE)
