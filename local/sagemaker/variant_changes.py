"""Weights and instance counts of variants: what an update plans, and what a change may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.sagemaker.endpoint import Deployment, Endpoint, VariantState
from local.sagemaker.endpoint_configs import EndpointConfig, require_traffic
from local.sagemaker.errors import invalid, not_emulated
from local.sagemaker.ports import Params


def planned(config: EndpointConfig, live: Deployment | None, params: Params) -> dict[str, VariantState]:
    """The variants of a new deployment: as configured, or as their namesakes are now where the update retains that.

    :param params: of UpdateEndpoint; RetainAllVariantProperties and ExcludeRetainedVariantProperties decide.
    """
    excluded = {item["VariantPropertyType"] for item in params.get("ExcludeRetainedVariantProperties") or ()}
    namesakes = live.variants if live is not None and params.get("RetainAllVariantProperties") else {}
    variants = {}
    for spec in config.variants:
        state = VariantState(spec.initial_weight, spec.initial_count)
        namesake = namesakes.get(spec.name)
        if namesake is not None and "DesiredWeight" not in excluded:
            state.desired_weight = namesake.desired_weight
        if namesake is not None and "DesiredInstanceCount" not in excluded:
            state.desired_count = namesake.desired_count
        variants[spec.name] = state
    require_traffic({name: state.desired_weight for name, state in variants.items()})
    return variants


def apply(endpoint: Endpoint, changes: list[Mapping[str, Any]]) -> None:
    """Sets desired weights and counts, all of them or none.

    :raises AwsError: an unknown variant, a count of 0, or weights that leave no variant any traffic.
    """
    variants = endpoint.current.variants
    wanted = {change["VariantName"]: change for change in changes}
    unknown = sorted(wanted.keys() - variants.keys())
    if unknown:
        names, config = ", ".join(unknown), endpoint.current.config.name
        raise invalid(f'The variant name(s) "{names}" is/are not present within endpoint configuration "{config}".')
    for name, change in wanted.items():
        if change.get("ServerlessUpdateConfig"):
            raise not_emulated(
                f"Variant {name}: ServerlessUpdateConfig", "serverless variants", "variants on instances"
            )
        if change.get("DesiredInstanceCount") == 0:
            raise invalid(
                f"Variant {name}: DesiredInstanceCount 0 is not allowed; a real-time variant needs 1 or more."
            )
    weights = {
        name: wanted.get(name, {}).get("DesiredWeight", state.desired_weight) for name, state in variants.items()
    }
    require_traffic(weights)
    for name, state in variants.items():
        state.desired_weight = float(weights[name])
        state.desired_count = wanted.get(name, {}).get("DesiredInstanceCount", state.desired_count)
