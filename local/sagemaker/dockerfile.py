"""What a Dockerfile says about running its image: the entrypoint and the environment."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from dockerfile_parse import DockerfileParser

_PYTHON = re.compile(r"(?:.*/)?python(?:3(?:\.\d+)?)?")
_REPLACED = frozenset({"PATH", "HOME"})


class DockerfileProblem(Exception):
    """The image cannot be run from its source folder; the message says why."""


@dataclass(frozen=True)
class Dockerfile:
    entrypoint: tuple[str, ...]
    """Without the leading `python`."""
    environment: Mapping[str, str]
    trains: bool
    """Whether it is for training jobs: its CMD is `train`."""

    @classmethod
    def read(cls, path: Path, build_args: Mapping[str, str]) -> Dockerfile:
        """:raises DockerfileProblem: no such file, several stages, or an entrypoint that is not python in exec form."""
        if not path.is_file():
            raise DockerfileProblem(f"its source folder has no {path.name}")
        # Given as a stream, as the parser would otherwise take a missing file for one to write.
        parser = DockerfileParser(fileobj=BytesIO(path.read_bytes()), build_args=dict(build_args))
        stages = [item for item in parser.structure if item["instruction"] == "FROM"]
        if len(stages) != 1:
            raise DockerfileProblem(f"its Dockerfile has {len(stages)} build stages, and only one is understood")
        environment = {name: value for name, value in parser.envs.items() if name not in _REPLACED}
        return cls(_entrypoint(parser), environment, _command(parser) == ["train"])


def _command(parser: DockerfileParser) -> object:
    given = [item["value"] for item in parser.structure if item["instruction"] == "CMD"]
    try:
        return json.loads(given[-1]) if given else None
    except ValueError:
        return None


def _entrypoint(parser: DockerfileParser) -> tuple[str, ...]:
    given = [item["value"] for item in parser.structure if item["instruction"] == "ENTRYPOINT"]
    if not given:
        raise DockerfileProblem("its Dockerfile has no ENTRYPOINT; SageMaker runs `<ENTRYPOINT> serve`")
    try:
        words = json.loads(given[-1])
    except ValueError:
        words = None
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        raise DockerfileProblem(f'its ENTRYPOINT is {given[-1]}, and only the exec form ["python", ...] is understood')
    if not _PYTHON.fullmatch(words[0]):
        raise DockerfileProblem(f"its ENTRYPOINT begins with {words[0]}, and only python is understood")
    return tuple(words[1:])
