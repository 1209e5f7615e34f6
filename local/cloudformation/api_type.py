"""A CloudFormation type whose create, update and delete are calls of an AWS API, described as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import ClientError

from .. import contract
from .shapes import as_input

Properties = Mapping[str, Any]
Created = tuple[str, dict[str, Any]]
"""Physical id (what `Ref` gives) and attributes (what `Fn::GetAtt` gives), as ministack takes them."""


class Clients(Protocol):
    def client(self, service: str) -> Any: ...


Retag = Callable[[Clients, str, dict[str, str], list[str]], None]
"""(clients, physical id, tags to set, keys to remove)"""


def _unchanged(properties: Properties) -> dict[str, Any]:
    return dict(properties)


@dataclass(frozen=True)
class ApiType:
    """The table row of one type. Operations are API names (`CreateModel`)."""

    name: str
    service: str
    create: str
    delete: str
    create_only: tuple[str, ...]
    """Properties whose change replaces the resource, from the type's schema."""
    physical_id: Callable[[Mapping[str, Any], Mapping[str, Any]], str]
    """From the parameters sent and the response."""
    attributes: Callable[[str], dict[str, Any]]
    """From the physical id."""
    delete_parameters: Callable[[str, Properties], dict[str, Any]]
    """From the physical id and the properties."""
    gone: str
    """What the error of `delete` contains when the resource does not exist any more."""
    parameters: Callable[[Properties], dict[str, Any]] = _unchanged
    """Properties as the parameters of `create`, where the two differ."""
    update: str | None = None
    """Operation that takes the parameters of `create` and changes the resource in place."""
    custom_name: str | None = None
    """Property that names the resource; a name is made where the template gives none."""
    retag: Retag | None = None
    """How the tags of an existing resource change; None: they do not, or `update` carries them."""


@dataclass(frozen=True)
class ApiHandler:
    """Carries out one row of the table against the local endpoint."""

    type: ApiType
    clients: Clients

    @property
    def name(self) -> str:
        return self.type.name

    @property
    def create_only(self) -> tuple[str, ...]:
        return self.type.create_only

    @property
    def custom_name(self) -> str | None:
        return self.type.custom_name

    @property
    def takes_stack_tags(self) -> bool:
        return self.type.retag is not None

    def create(self, logical_id: str, properties: Properties, stack_name: str) -> Created:
        parameters = self.type.parameters(with_name(self.type.custom_name, logical_id, properties, stack_name))
        response = call(self.clients, self.type.service, self.type.create, parameters, self.name)
        physical_id = self.type.physical_id(parameters, response)
        return physical_id, self.type.attributes(physical_id)

    def update(
        self, physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None
    ) -> Created:
        if self.type.update:
            call(self.clients, self.type.service, self.type.update, self.type.parameters(new), self.name)
            return physical_id, self.type.attributes(physical_id)
        changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
        if changed != ["Tags"] or self.type.retag is None:
            raise ValueError(f"{self.name}: the local cloud cannot change {', '.join(changed)} in place.")
        retag(self.type.retag, self.clients, physical_id, old, new)
        return physical_id, self.type.attributes(physical_id)

    def delete(self, physical_id: str, properties: Properties) -> None:
        parameters = self.type.delete_parameters(physical_id, properties)
        try:
            call(self.clients, self.type.service, self.type.delete, parameters, self.name)
        except ClientError as error:
            if self.type.gone not in str(error):
                raise


def call(clients: Clients, service: str, operation: str, parameters: Properties, where: str) -> dict[str, Any]:
    """One API call with template values. Raises ValueError for values the operation cannot take, else ClientError."""
    client = clients.client(service)
    shape = client.meta.service_model.operation_model(operation).input_shape
    method = next(name for name, api_name in client.meta.method_to_api_mapping.items() if api_name == operation)
    response: dict[str, Any] = getattr(client, method)(**as_input(where, parameters, shape))
    return response


def with_name(name_property: str | None, logical_id: str, properties: Properties, stack_name: str) -> dict[str, Any]:
    """The properties with a generated physical name where the template gives none; a replacement draws a new one."""
    if name_property is None or properties.get(name_property):
        return dict(properties)
    return {**properties, name_property: contract.PHYSICAL_NAME.value()(stack_name, logical_id, max_len=63)}


def retag(change: Retag, clients: Clients, physical_id: str, old: Properties, new: Properties) -> None:
    """Brings the tags of an existing resource from the old properties to the new ones."""
    before, after = _tags(old), _tags(new)
    if before != after:
        set_now = {key: value for key, value in after.items() if before.get(key) != value}
        change(clients, physical_id, set_now, sorted(before.keys() - after.keys()))


def _tags(properties: Properties) -> dict[str, str]:
    return {str(tag["Key"]): str(tag["Value"]) for tag in properties.get("Tags") or []}
