"""ECR DescribeImages for images that are not there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from . import contract


def refuse_missing_images() -> None:
    """Answers ImageNotFoundException as ECR does; ministack answers with fewer images than were asked for."""
    native = contract.DESCRIBE_IMAGES.value()

    def describe_images(data: Mapping[str, Any]) -> Any:
        status, headers, body = native(data)
        if status != 200:
            return status, headers, body
        details = json.loads(body)["imageDetails"]
        for image in data.get("imageIds") or []:
            if not any(_is(image, detail) for detail in details):
                return 400, headers, json.dumps(_not_found(data, image)).encode()
        return status, headers, body

    contract.DESCRIBE_IMAGES.replace(describe_images)


def _is(image: Mapping[str, str], detail: Mapping[str, Any]) -> bool:
    digest, tag = image.get("imageDigest"), image.get("imageTag")
    return digest in (None, detail["imageDigest"]) and (tag is None or tag in detail["imageTags"])


def _not_found(data: Mapping[str, Any], image: Mapping[str, str]) -> dict[str, str]:
    identity = ", ".join(f"{key}:'{image.get(key, 'null')}'" for key in ("imageDigest", "imageTag"))
    return {
        "__type": "ImageNotFoundException",
        "message": f"The image with imageId {{{identity}}} does not exist within the repository with name "
        f"'{data.get('repositoryName')}' in the registry with id '{data.get('registryId', '')}'",
    }
