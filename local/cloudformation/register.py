"""Puts our types into ministack's CloudFormation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from .. import contract
from .api_type import ApiHandler, Clients, Created, Properties
from .api_types import API_TYPES
from .bucket import correct_buckets
from .composite_alarm import CompositeAlarmHandler
from .endpoint import EndpointHandler
from .scalable_target import ScalableTargetHandler
from .schedules import correct_schedules
from .vpc import correct_vpcs

RECORDED_ONLY = {
    "AWS::EC2::FlowLog": "ministack keeps it; no traffic is logged",
}
"""Types that deploy as a record and nothing more, with what is missing: a green deploy proves nothing about them."""


class Handler(Protocol):
    """What ministack's CloudFormation needs of a type."""

    @property
    def name(self) -> str: ...
    @property
    def create_only(self) -> tuple[str, ...]: ...
    @property
    def custom_name(self) -> str | None: ...
    @property
    def takes_stack_tags(self) -> bool: ...
    def create(self, logical_id: str, properties: Properties, stack_name: str) -> Created: ...
    def update(
        self, physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None
    ) -> Created: ...
    def delete(self, physical_id: str, properties: Properties) -> None: ...


def register(clients: Clients) -> None:
    """Adds the types of the table and those that behave, and the corrections."""
    handlers: list[Handler] = [
        *(ApiHandler(row, clients) for row in API_TYPES),
        CompositeAlarmHandler(clients),
        EndpointHandler(clients),
        ScalableTargetHandler(clients),
    ]
    for handler in handlers:
        _add(handler)
    correct_buckets(clients)
    correct_vpcs()
    correct_schedules()
    _run_on_worker_threads({handler.name for handler in handlers} | {"AWS::S3::Bucket"})


def _add(handler: Handler) -> None:
    contract.RESOURCE_HANDLERS.value()[handler.name] = {
        "create": handler.create,
        "update": handler.update,
        "update_with_logical_id": True,
        "delete": handler.delete,
    }
    contract.REPLACING_PROPERTIES.value()[handler.name] = handler.create_only
    if handler.custom_name:
        contract.CUSTOM_NAME_REPLACEMENT.value()[handler.name] = {"name": handler.custom_name}
    if handler.takes_stack_tags:
        contract.STACK_TAG_PROPERTY.value()[handler.name] = ("Tags", "list")


def _run_on_worker_threads(types: Iterable[str]) -> None:
    calls_the_endpoint = frozenset(types)
    native = contract.RUNS_ON_WORKER_THREAD.value()
    contract.RUNS_ON_WORKER_THREAD.replace(
        lambda resource_type: resource_type in calls_the_endpoint or native(resource_type)
    )
