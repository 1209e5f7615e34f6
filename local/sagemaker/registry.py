"""Finds an image by its URI in the emulated ECR."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from local.sagemaker.image_manifest import MEDIA_TYPE, RunnableImage, UnrunnableImage, from_manifest

_URI = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?"
    r"/(?P<repository>[a-z0-9][a-z0-9._/-]*)(?:@(?P<digest>sha256:[0-9a-f]{64})|:(?P<tag>[\w][\w.-]{0,127}))?"
)
_ABSENT = {"RepositoryNotFoundException", "ImageNotFoundException"}


@dataclass(frozen=True)
class FoundImage:
    resolved: str
    """The URI with the digest in place of the tag."""
    recipe: RunnableImage | UnrunnableImage


def repository_arn(uri: str) -> str | None:
    """ARN of the repository that an image's URI names; None where it names none of ECR."""
    match = _URI.fullmatch(uri)
    return match and "arn:aws:ecr:{region}:{account}:repository/{repository}".format(**match.groupdict())


class Registry:
    def __init__(self, ecr: Any) -> None:
        self._ecr = ecr

    @staticmethod
    def is_ecr_uri(uri: str) -> bool:
        return _URI.fullmatch(uri) is not None

    def find(self, uri: str) -> FoundImage | None:
        """None where no image has this URI.

        :raises ClientError: the registry refused for another reason than that the image is missing.
        """
        match = _URI.fullmatch(uri)
        if match is None:
            return None
        image_id = {"imageDigest": match["digest"]} if match["digest"] else {"imageTag": match["tag"] or "latest"}
        try:
            answer = self._ecr.batch_get_image(
                registryId=match["account"],
                repositoryName=match["repository"],
                imageIds=[image_id],
                acceptedMediaTypes=[MEDIA_TYPE],
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return None
            raise
        if not answer.get("images"):
            return None
        image = answer["images"][0]
        host = uri.split("/", 1)[0]
        resolved = f"{host}/{match['repository']}@{image['imageId']['imageDigest']}"
        return FoundImage(resolved, from_manifest(image["imageManifest"]))
