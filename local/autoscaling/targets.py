"""Scalable targets: the operations that register, describe, deregister and tag them."""

from __future__ import annotations

import uuid
from typing import Any

from local.autoscaling.errors import invalid, not_registered
from local.autoscaling.paging import page, selected
from local.autoscaling.ports import Clock, Params
from local.autoscaling.scheduled_action import check_limits
from local.autoscaling.target import ScalableTarget
from local.autoscaling.target_key import TargetKey
from local.autoscaling.variants import Variants
from local.sagemaker.errors import AwsError
from local.sagemaker.names import Arns

_MAX_TAGS = 50
_BURSTABLE = "ml.t"
_ROLE = (
    "aws-service-role/sagemaker.application-autoscaling.amazonaws.com/"
    "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
)


class Targets:
    def __init__(self, arns: Arns, clock: Clock, variants: Variants) -> None:
        self._arns = arns
        self._clock = clock
        self._variants = variants
        self._targets: dict[TargetKey, ScalableTarget] = {}

    def all(self) -> list[ScalableTarget]:
        return list(self._targets.values())

    def of_endpoint(self, endpoint: str) -> list[ScalableTarget]:
        return [target for target in self.all() if target.key.endpoint == endpoint]

    def get(self, params: Params) -> ScalableTarget:
        """:raises AwsError: nothing is registered under the request's three members."""
        key = TargetKey.of(params)
        if key not in self._targets:
            raise not_registered(key)
        return self._targets[key]

    def register(self, params: Params) -> ScalableTarget:
        """RegisterScalableTarget: what a later registration leaves out stays as it is."""
        key = TargetKey.of(params)
        target = self._targets.get(key)
        minimum = params.get("MinCapacity", target.minimum if target else None)
        maximum = params.get("MaxCapacity", target.maximum if target else None)
        if minimum is None or maximum is None:
            raise invalid("MinCapacity and MaxCapacity are both required to register a new scalable target.")
        check_limits(minimum, maximum)
        if target is None:
            target = self._new(key, minimum, maximum)
            target.tags = _checked_tags({}, params.get("Tags", {}))
            self._targets[key] = target
        elif params.get("Tags"):
            raise invalid(
                "The scalable target that you tried to tag already exists. To update tags on an existing scalable "
                "target, use the TagResource API."
            )
        target.minimum, target.maximum = minimum, maximum
        target.suspended.update(params.get("SuspendedState", {}))
        return target

    def _new(self, key: TargetKey, minimum: int, maximum: int) -> ScalableTarget:
        self._variants.look(key)
        instance_type = self._variants.instance_type(key)
        if instance_type.startswith(_BURSTABLE):
            raise invalid(
                f"You cannot register a variant with {instance_type} instance type as a scalable target. This is "
                "because the burstable performance of these instances can lead to unpredictable behavior with Auto "
                "Scaling."
            )
        partition, region, account = self._arns.partition, self._arns.region, self._arns.account
        arn = f"arn:{partition}:application-autoscaling:{region}:{account}:scalable-target/{uuid.uuid4().hex}"
        role = f"arn:{partition}:iam::{account}:role/{_ROLE}"
        return ScalableTarget(key, arn, self._clock.now(), role, instance_type, minimum, maximum)

    def remove(self, key: TargetKey) -> ScalableTarget:
        if key not in self._targets:
            raise not_registered(key)
        return self._targets.pop(key)

    def describe(self, params: Params) -> dict[str, Any]:
        rows = [target.described() for target in self._targets.values()]
        return page(params, "ScalableTargets", selected(params, rows, ("ResourceId", "ResourceIds")))

    def list_tags(self, params: Params) -> dict[str, Any]:
        return {"Tags": dict(self._tagged(params).tags)}

    def tag(self, params: Params) -> dict[str, Any]:
        target = self._tagged(params)
        target.tags = _checked_tags(target.tags, params["Tags"])
        return {}

    def untag(self, params: Params) -> dict[str, Any]:
        target = self._tagged(params)
        for key in params["TagKeys"]:
            target.tags.pop(key, None)
        return {}

    def _tagged(self, params: Params) -> ScalableTarget:
        arn = params["ResourceARN"]
        for target in self._targets.values():
            if target.arn == arn:
                return target
        raise AwsError("ResourceNotFoundException", f"There is no scalable target {arn}.")


def _checked_tags(before: dict[str, str], added: dict[str, str]) -> dict[str, str]:
    merged = {**before, **added}
    if len(merged) > _MAX_TAGS:
        raise AwsError(
            "TooManyTagsException", f"The scalable target would have {len(merged)} tags; allowed are {_MAX_TAGS}."
        )
    return merged
