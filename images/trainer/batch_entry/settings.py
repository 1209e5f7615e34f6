"""What the cluster tells the entry point, as environment variables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from batch_entry.errors import EntryError


@dataclass(frozen=True)
class Location:
    """A place in S3: all keys that begin with `prefix`."""

    bucket: str
    prefix: str

    @classmethod
    def parse(cls, name: str, uri: str) -> Self:
        parts = urlsplit(uri)
        if parts.scheme != "s3" or not parts.netloc:
            raise EntryError(f"{name} is {uri!r}, allowed is s3://<bucket>/<prefix>")
        return cls(parts.netloc, parts.path.removeprefix("/"))

    def key(self, name: str) -> str:
        return f"{self.prefix}{name}"


@dataclass(frozen=True)
class Channel:
    """Objects that the trainer finds as files in input/data/<name>."""

    name: str
    source: Location
    sharded: bool
    content_type: str | None


@dataclass(frozen=True)
class Node:
    """This node among those of the job. Batch numbers them from 0, the main one."""

    index: int
    count: int
    main_address: str | None

    @property
    def hosts(self) -> list[str]:
        return [f"algo-{number + 1}" for number in range(self.count)]


@dataclass(frozen=True)
class Settings:
    base: Path
    job_id: str
    job_name: str
    attempt: int
    checkpoints: Location
    output: Location
    channels: tuple[Channel, ...]
    hyperparameters: dict[str, str]
    node: Node

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """:raises EntryError: a variable is missing, or says what it cannot."""
        checkpoints = Location.parse("TRAINING_CHECKPOINTS_URI", _required(environment, "TRAINING_CHECKPOINTS_URI"))
        if not checkpoints.prefix.endswith("/"):
            raise EntryError(
                f"TRAINING_CHECKPOINTS_URI ends in {checkpoints.prefix!r}, allowed is a slash at the end: "
                "without it, run-1 takes in run-10"
            )
        return cls(
            base=Path(environment.get("SAGEMAKER_BASE_DIR", "/opt/ml")),
            # Of a node of a gang it is <job>#<node>.
            job_id=_required(environment, "AWS_BATCH_JOB_ID").split("#")[0],
            job_name=_required(environment, "TRAINING_JOB_NAME"),
            attempt=_whole(environment, "TRAINING_ATTEMPT", least=1),
            checkpoints=checkpoints,
            output=Location.parse("TRAINING_OUTPUT_URI", _required(environment, "TRAINING_OUTPUT_URI")),
            channels=tuple(_channel(given) for given in _json(environment, "TRAINING_CHANNELS", list, "[]")),
            hyperparameters=_json(environment, "TRAINING_HYPERPARAMETERS", dict, "{}"),
            node=Node(
                index=_whole(environment, "AWS_BATCH_JOB_NODE_INDEX", least=0, default="0"),
                count=_whole(environment, "AWS_BATCH_JOB_NUM_NODES", least=1, default="1"),
                main_address=environment.get("AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS"),
            ),
        )


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise EntryError(f"{name} is not set; the cluster sets it on every job")
    return value


def _whole(environment: Mapping[str, str], name: str, *, least: int, default: str | None = None) -> int:
    text = _required(environment, name) if default is None else environment.get(name, default)
    if not text.isdecimal() or int(text) < least:
        raise EntryError(f"{name} is {text!r}, allowed are whole numbers from {least} up")
    return int(text)


def _json(environment: Mapping[str, str], name: str, kind: type, default: str) -> Any:
    text = environment.get(name, default)
    try:
        value = json.loads(text)
    except ValueError as error:
        raise EntryError(f"{name} is no JSON: {error}") from error
    if not isinstance(value, kind):
        raise EntryError(f"{name} holds a {type(value).__name__}, allowed is a {kind.__name__}")
    return value


def _channel(given: dict[str, Any]) -> Channel:
    try:
        name, uri = given["name"], given["uri"]
    except (KeyError, TypeError) as error:
        raise EntryError(f"TRAINING_CHANNELS has {given!r}, allowed are objects with a name and a uri") from error
    return Channel(
        name,
        Location.parse("TRAINING_CHANNELS", uri),
        given.get("distribution") == "ShardedByS3Key",
        given.get("contentType"),
    )
