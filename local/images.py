"""Publishes the image assets of a cloud assembly: what `docker build` and `docker push` do on AWS.

No image is built. The asset's source folder is copied, an environment with its requirements is made, and a manifest
that names both goes into the emulated ECR, where the SageMaker emulator finds it by the image's URI.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from filelock import FileLock

from local.clients import LocalClients
from local.environment import ACCOUNT, REGION
from local.sagemaker import python_environment
from local.sagemaker.dockerfile import Dockerfile, DockerfileProblem
from local.sagemaker.image_manifest import MEDIA_TYPE, RunnableImage, UnrunnableImage, to_manifest

Progress = Callable[[str], None]


class PublishError(Exception):
    """An image could not be published; the message is a whole sentence."""


@dataclass(frozen=True)
class ImageAsset:
    """One dockerImage asset of an assembly."""

    hash: str
    name: str
    """What the app calls it, such as `Model/Image`; empty where it does not say."""
    folder: Path | None
    """Source folder; None for an asset that a command of its own builds."""
    dockerfile: str
    build_args: Mapping[str, str]
    destinations: tuple[tuple[str, str], ...]
    """Repository and tag, for those destinations that are in the local cloud's account and region."""

    @property
    def label(self) -> str:
        """How people are told of it."""
        return f"image {self.name} {self.hash[:12]}" if self.name else f"image {self.hash[:12]}"


@dataclass(frozen=True)
class PublishedImage:
    uri: str
    problem: str | None
    """Why it cannot run here; None when it can."""


def publish(
    endpoint: str, state_dir: Path, cache_dir: Path, assembly: Path, progress: Progress, ready_to_train: bool
) -> None:
    """Publishes into the local cloud at `endpoint`; environments are kept in `cache_dir`.

    :param ready_to_train: make the environments of training images too, which the first job makes otherwise: they are
        large, and most who start the local cloud train nothing.
    """
    ecr = LocalClients(endpoint).ecr
    publish_images(assembly, ecr, ACCOUNT, REGION, state_dir, cache_dir, progress, ready_to_train)


def publish_images(
    assembly: Path,
    ecr: Any,
    account: str,
    region: str,
    state_dir: Path,
    cache_dir: Path,
    progress: Progress,
    ready_to_train: bool = False,
) -> list[PublishedImage]:
    """:raises PublishError: no assembly, a repository that is missing, or requirements that cannot be installed."""
    published = []
    for asset in find_assets(assembly, account, region):
        recipe = _recipe(asset, state_dir, cache_dir, progress, ready_to_train)
        problem = recipe.reason if isinstance(recipe, UnrunnableImage) else None
        for repository, tag in asset.destinations:
            _put(ecr, repository, tag, to_manifest(recipe, asset.hash))
            uri = f"{account}.dkr.ecr.{region}.amazonaws.com/{repository}:{tag}"
            published.append(PublishedImage(uri, problem))
        progress(f"{asset.label}: published" + (f", but it cannot run here: {problem}" if problem else ""))
    return published


def find_assets(assembly: Path, account: str, region: str) -> list[ImageAsset]:
    """The image assets of the assembly and of the stage assemblies inside it, each once; sorted by hash.

    Assets whose destinations are all in another account or region are left out: they belong to other environments.
    """
    if not (assembly / "manifest.json").is_file():
        raise PublishError(f"{assembly} is no cloud assembly (it has no manifest.json); run `cdk synth` first.")
    found: dict[str, ImageAsset] = {}
    for manifest in sorted(assembly.rglob("*.assets.json")):
        for asset in _assets(manifest, account, region):
            known = found.get(asset.hash)
            places = {*asset.destinations, *(known.destinations if known else ())}
            if places:
                found[asset.hash] = replace(asset, destinations=tuple(sorted(places)))
    return [found[key] for key in sorted(found)]


def _assets(manifest: Path, account: str, region: str) -> Iterator[ImageAsset]:
    values = {"AWS::AccountId": account, "AWS::Region": region, "AWS::Partition": "aws"}
    for key, asset in json.loads(manifest.read_text()).get("dockerImages", {}).items():
        source = asset["source"]
        places = []
        for destination in asset["destinations"].values():
            if _fill(destination.get("region", region), values) == region:
                places.append((_fill(destination["repositoryName"], values), _fill(destination["imageTag"], values)))
        folder = manifest.parent / source["directory"] if "directory" in source else None
        dockerfile, args = source.get("dockerFile", "Dockerfile"), source.get("dockerBuildArgs", {})
        yield ImageAsset(key, asset.get("displayName", ""), folder, dockerfile, args, tuple(places))


def _fill(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    return text


def _recipe(
    asset: ImageAsset, state_dir: Path, cache_dir: Path, progress: Progress, ready_to_train: bool
) -> RunnableImage | UnrunnableImage:
    """Copies the source, as a pushed image does not change with its folder either."""
    if asset.folder is None:
        return UnrunnableImage("a command of its own builds it, and no container engine runs the result")
    try:
        dockerfile = Dockerfile.read(asset.folder / asset.dockerfile, asset.build_args)
    except DockerfileProblem as problem:
        return UnrunnableImage(str(problem))
    requirements = asset.folder / "requirements.txt"
    if not requirements.is_file():
        return UnrunnableImage("its source folder has no requirements.txt to make a Python environment from")
    cache = cache_dir.resolve()
    try:
        if dockerfile.trains and not ready_to_train:
            python = python_environment.place(requirements, cache)
        else:
            python = python_environment.prepare(requirements, cache, lambda line: progress(f"{asset.label}: {line}"))
    except python_environment.InstallFailed as error:
        raise PublishError(f"{asset.label}: {error}") from error
    source = state_dir.resolve() / "images" / asset.hash
    _copy_once(asset.folder, source)
    return RunnableImage(source, python, dockerfile.entrypoint, dockerfile.environment)


def _copy_once(folder: Path, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(copy.with_suffix(".lock")):  # another publish may be at it
        if not copy.exists():
            partial = copy.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            shutil.copytree(folder, partial)
            partial.rename(copy)


def _put(ecr: Any, repository: str, tag: str, manifest: str) -> None:
    try:
        ecr.put_image(
            repositoryName=repository, imageManifest=manifest, imageManifestMediaType=MEDIA_TYPE, imageTag=tag
        )
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in ("ImageTagAlreadyExistsException", "ImageAlreadyExistsException"):
            return
        if code == "RepositoryNotFoundException":
            raise PublishError(f"The repository {repository} does not exist; run `cdk bootstrap` first.") from error
        raise
