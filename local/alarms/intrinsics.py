"""Replaces the intrinsic functions of a template, as far as the template itself holds their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


class Unresolved(ValueError):
    """An intrinsic function whose value the template alone does not give."""


def resolve(value: Any, template: Mapping[str, Any], reference: Callable[[str], str | None] = lambda _: None) -> Any:
    """`value` with its intrinsic functions replaced. Raises Unresolved.

    That is: Ref to a parameter with a default, Fn::Join, and Fn::GetAtt of an attribute that the resource has as a
    property of the same name (an endpoint's EndpointName). Before these, `reference` is asked by logical id for what
    Ref and the attribute Arn of a resource stand for.
    """
    if isinstance(value, list):
        return [resolve(item, template, reference) for item in value]
    if not isinstance(value, Mapping):
        return value
    match dict(value):
        case {"Ref": str(name)} if (known := reference(name)) is not None:
            return known
        case {"Fn::GetAtt": [str(name), "Arn"]} if (known := reference(name)) is not None:
            return known
        case {"Ref": str(name)} if "Default" in template.get("Parameters", {}).get(name, {}):
            return template["Parameters"][name]["Default"]
        case {"Fn::Join": [str(separator), list(parts)]}:
            return separator.join(str(resolve(part, template, reference)) for part in parts)
        case {"Fn::GetAtt": [str(logical_id), str(attribute)]}:
            properties = template.get("Resources", {}).get(logical_id, {}).get("Properties", {})
            if attribute in properties:
                return resolve(properties[attribute], template, reference)
    if len(value) == 1 and (function := next(iter(value))) and (function == "Ref" or function.startswith("Fn::")):
        raise Unresolved(f"{function} {value[function]} has no value before the deployment; give it literally.")
    return {key: resolve(item, template, reference) for key, item in value.items()}
