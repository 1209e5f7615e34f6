"""The image of a training job, found in the registry as its role finds it."""

from __future__ import annotations

from dataclasses import replace

from local.sagemaker import python_environment
from local.sagemaker.image_manifest import RunnableImage, UnrunnableImage
from local.sagemaker.ports import Acting, Params
from local.sagemaker.registry import Registry


class ImageMissing(Exception):
    """There is no such image, or none that runs here; the message is the FailureReason."""


def find_image(acting: Acting, params: Params) -> RunnableImage:
    """:raises ImageMissing: it is not there, or cannot run here."""
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
    return _ready(uri, found.recipe)


def _ready(uri: str, image: RunnableImage) -> RunnableImage:
    """The environment of an image that trains is made by the first job that needs it."""
    requirements = image.source / "requirements.txt"
    if not requirements.is_file():
        return image
    try:
        python = python_environment.prepare(requirements, image.python.parents[2], lambda line: None)
    except python_environment.InstallFailed as problem:
        raise ImageMissing(f"ClientError: The image {uri} cannot run here: {problem}") from problem
    return replace(image, python=python)
