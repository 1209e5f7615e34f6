"""Images in the emulated registry: OCI manifests whose annotations tell how to run the image's source folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json"
_CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
# The descriptor of an empty JSON object, as the OCI image specification 1.1 defines it for manifests without content.
_EMPTY_DIGEST = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
_PREFIX = "slipway.local/"


@dataclass(frozen=True)
class RunnableImage:
    """An image that a process can stand in for."""

    source: Path
    """Folder that stands for the image's working directory."""
    python: Path
    """Interpreter of the environment that holds the image's requirements."""
    entrypoint: tuple[str, ...]
    """The Dockerfile's ENTRYPOINT without its leading `python`."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """The Dockerfile's ENV."""


@dataclass(frozen=True)
class UnrunnableImage:
    """An image that is there but cannot be run here."""

    reason: str


def to_manifest(image: RunnableImage | UnrunnableImage, asset: str) -> str:
    """:param asset: the asset's hash, which makes manifests of different assets different."""
    if isinstance(image, UnrunnableImage):
        facts = {"unrunnable": image.reason}
    else:
        facts = {
            "source": str(image.source),
            "python": str(image.python),
            "entrypoint": json.dumps(list(image.entrypoint)),
            "environment": json.dumps(dict(image.environment), sort_keys=True),
        }
    annotations = {_PREFIX + key: value for key, value in {"asset": asset, **facts}.items()}
    config = {"mediaType": _CONFIG_TYPE, "digest": _EMPTY_DIGEST, "size": 2}
    manifest = {
        "schemaVersion": 2,
        "mediaType": MEDIA_TYPE,
        "config": config,
        "layers": [],
        "annotations": annotations,
    }
    return json.dumps(manifest, sort_keys=True)


def from_manifest(text: str) -> RunnableImage | UnrunnableImage:
    try:
        manifest: Any = json.loads(text)
        annotations = manifest.get("annotations") or {}
    except (ValueError, AttributeError):
        annotations = {}
    if reason := annotations.get(f"{_PREFIX}unrunnable"):
        return UnrunnableImage(reason)
    if f"{_PREFIX}source" not in annotations:
        return UnrunnableImage(
            "its manifest does not say how to run it without a container engine; "
            "the local cloud runs only images that it published from a cloud assembly"
        )
    return RunnableImage(
        source=Path(annotations[f"{_PREFIX}source"]),
        python=Path(annotations[f"{_PREFIX}python"]),
        entrypoint=tuple(json.loads(annotations[f"{_PREFIX}entrypoint"])),
        environment=json.loads(annotations[f"{_PREFIX}environment"]),
    )
