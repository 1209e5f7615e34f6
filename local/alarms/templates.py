"""Finds the templates of a cloud assembly, those of its stages and its nested stacks included."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class InvalidTemplate(ValueError):
    """A file that is no template, or a folder without any; the message says which and why."""


def find_templates(path: Path) -> dict[str, Path]:
    """The templates at `path`, a template or a folder, by the name of their stack (`prod/serving`).

    Stacks are named as the manifests of the assembly name them; a template that none of them names goes by its file.
    Raises InvalidTemplate where there is none.
    """
    if not path.exists():
        raise InvalidTemplate(f"{path} is not there; `npx cdk synth` writes cdk.out, or name a template or a folder.")
    if path.is_file():
        return {path.name.removesuffix(".json").removesuffix(".template"): path}
    names = {
        manifest.parent / artifact["properties"]["templateFile"]: artifact.get("displayName", id)
        for manifest in path.rglob("manifest.json")
        for id, artifact in read_object(manifest).get("artifacts", {}).items()
        if artifact.get("type") == "aws:cloudformation:stack"
    }
    found = sorted(path.rglob("*.template.json"))
    if not found:
        raise InvalidTemplate(f"{path} has no *.template.json in it or below it.")
    return {names.get(file, str(file.relative_to(path)).removesuffix(".template.json")): file for file in found}


def read_template(file: Path) -> Mapping[str, Any]:
    """Raises InvalidTemplate."""
    template = read_object(file)
    if not isinstance(template.get("Resources"), dict):
        raise InvalidTemplate(f"{file} is no CloudFormation template: it has no Resources.")
    return template


def read_object(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidTemplate(f"cannot read {file}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InvalidTemplate(f"{file} is not UTF-8: byte {error.start + 1} cannot be read.") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise InvalidTemplate(f"{file} is not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise InvalidTemplate(f"{file} is no CloudFormation template: it has no Resources.")
    return found
