"""Models: CreateModel, DescribeModel, DeleteModel, ListModels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.sagemaker.catalogue import Catalogue
from local.sagemaker.errors import invalid, not_emulated
from local.sagemaker.model_data import ModelData
from local.sagemaker.names import MODEL, Arns
from local.sagemaker.ports import Clock, Params
from local.sagemaker.registry import Registry

_ONE_CONTAINER = "one container that serves one model: an ECR image and at most one archive"


@dataclass(frozen=True)
class Model:
    name: str
    arn: str
    created: float
    params: Params
    image: str
    data_url: str | None
    """s3:// URL of the .tar.gz archive; None for a model that is inside its image."""
    environment: Mapping[str, str]
    role: str | None
    """ARN of the execution role; None for a model that has none."""

    @property
    def isolated(self) -> bool:
        """Whether its container is cut off from the network, and so has no credentials either."""
        return bool(self.params.get("EnableNetworkIsolation", False))


class Models:
    def __init__(self, arns: Arns, clock: Clock, registry: Registry, data: ModelData) -> None:
        self._catalogue: Catalogue[Model] = Catalogue(MODEL, arns)
        self._clock = clock
        self._registry = registry
        self._data = data

    def get(self, name: str) -> Model:
        return self._catalogue.get(name)

    def create(self, params: Params) -> dict[str, Any]:
        name = params["ModelName"]
        self._catalogue.refuse_existing(name)
        container = _only_container(params)
        url = _archive_url(container)
        self._refuse_missing(container["Image"], url)
        environment = dict(container.get("Environment", {}))
        arn = self._catalogue.arn_of(name)
        role = params.get("ExecutionRoleArn")
        model = Model(name, arn, self._clock.now(), params, container["Image"], url, environment, role)
        self._catalogue.add(model)
        return {"ModelArn": model.arn}

    def _refuse_missing(self, image: str, url: str | None) -> None:
        if not self._registry.is_ecr_uri(image):
            raise invalid(f'Using non-ECR image "{image}" without Vpc repository access mode is not supported.')
        if self._registry.find(image) is None:
            raise invalid(f"Requested image {image} not found.")
        if url is not None and not self._data.exists(url):
            raise invalid(f"Could not find model data at {url}.")

    def describe(self, params: Params) -> dict[str, Any]:
        model = self._catalogue.get(params["ModelName"])
        kept = {key: value for key, value in model.params.items() if key != "Tags"}
        facts = {"ModelArn": model.arn, "CreationTime": model.created}
        return {"EnableNetworkIsolation": False, **kept, **facts}

    def delete(self, params: Params) -> dict[str, Any]:
        self._catalogue.remove(params["ModelName"])
        return {}

    def list(self, params: Params) -> dict[str, Any]:
        return self._catalogue.page(params, _summary, "Models")


def _summary(model: Model) -> dict[str, Any]:
    return {"ModelName": model.name, "ModelArn": model.arn, "CreationTime": model.created}


def _only_container(params: Params) -> Mapping[str, Any]:
    primary, several = params.get("PrimaryContainer"), params.get("Containers") or []
    if (primary is None) == (not several):
        raise invalid("Give either PrimaryContainer or Containers, and not both.")
    if len(several) > 1:
        raise not_emulated("Containers", f"{len(several)} containers behind each other", _ONE_CONTAINER)
    container: Mapping[str, Any] = primary if primary is not None else several[0]
    if container.get("ModelPackageName"):
        raise not_emulated("ModelPackageName", f"the model package {container['ModelPackageName']}", _ONE_CONTAINER)
    if container.get("Mode", "SingleModel") != "SingleModel":
        raise not_emulated("Mode", "MultiModel", _ONE_CONTAINER)
    if container.get("AdditionalModelDataSources"):
        raise not_emulated("AdditionalModelDataSources", "additional model data sources", _ONE_CONTAINER)
    access = container.get("ImageConfig", {}).get("RepositoryAccessMode", "Platform")
    if access != "Platform":
        raise not_emulated("ImageConfig.RepositoryAccessMode", access, _ONE_CONTAINER)
    if not container.get("Image"):
        raise invalid("A container needs an Image.")
    return container


def _archive_url(container: Mapping[str, Any]) -> str | None:
    url: str | None = container.get("ModelDataUrl")
    source = container.get("ModelDataSource", {}).get("S3DataSource")
    if url is not None and source is not None:
        raise invalid("Give either ModelDataUrl or ModelDataSource, and not both.")
    if source is not None:
        form = (source["S3DataType"], source["CompressionType"])
        if form != ("S3Object", "Gzip"):
            raise not_emulated("ModelDataSource.S3DataSource", f"{form[0]} with compression {form[1]}", _ONE_CONTAINER)
        url = source["S3Uri"]
    if url is not None and not url.startswith("s3://"):
        raise not_emulated("ModelDataUrl", url, "archives in s3://bucket/key.tar.gz")
    return url
