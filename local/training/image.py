"""The image of a training job, found in the registry as its role finds it."""

from __future__ import annotations

from local.sagemaker.image_manifest import RunnableImage, UnrunnableImage
from local.sagemaker.ports import Acting, Params
from local.sagemaker.python_environment import InstallFailed
from local.sagemaker.registry import Registry


class ImageMissing(Exception):
    """There is no such image, or none that runs here; the message is the FailureReason."""


def find_image(acting: Acting, params: Params) -> RunnableImage:
    """Makes its Python environment first, where that is still to do.

    :raises ImageMissing: it is not there, or cannot run here.
    """
    uri = params["AlgorithmSpecification"]["TrainingImage"]
    found = Registry(acting.ecr).find(uri)
    if found is None:
        raise ImageMissing(
            f"ClientError: Cannot find image {uri}. Please check if your ECR repository and image exist and role "
            f"{params['RoleArn']} has proper pull permissions for SageMaker: "
            "ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer"
        )
    if isinstance(found.recipe, UnrunnableImage):
        raise ImageMissing(f"ClientError: The image {uri} cannot run here: {found.recipe.reason}")
    try:
        found.recipe.make_ready()
    except InstallFailed as failure:
        raise ImageMissing(f"ClientError: The image {uri} cannot run here: {failure}") from failure
    return found.recipe
