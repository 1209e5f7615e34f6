"""What SageMaker refuses, and does, where variants are registered."""

from __future__ import annotations

import pytest

from local.autoscaling import RegisteredVariants
from local.sagemaker.errors import AwsError


@pytest.fixture
def hosting(registered):
    """The hosting as a caller from outside sees it."""
    return RegisteredVariants(registered.sagemaker, registered.scaling)


def update(hosting, config):
    return hosting.call("UpdateEndpoint", {"EndpointName": "e", "EndpointConfigName": config})


def test_a_registered_variant_cannot_change_its_instance_type(registered, hosting):
    registered.sagemaker.types["new"] = {"v": "ml.m5.xlarge", "w": "ml.m5.large"}
    with pytest.raises(AwsError) as refusal:
        update(hosting, "new")
    assert (refusal.value.code, refusal.value.message) == (
        "ValidationException",
        "The update changes the instance type of the production variant v from ml.m5.large to ml.m5.xlarge, but "
        "variant v of endpoint e is registered as a scalable target with Application Auto Scaling. Deregister it with "
        "DeregisterScalableTarget before this update, and register it again afterwards.",
    )
    assert registered.sagemaker.calls == []


def test_a_registered_variant_cannot_be_removed(registered, hosting):
    registered.sagemaker.types["new"] = {"w": "ml.m5.large"}
    with pytest.raises(AwsError, match="The update removes the production variant v, but variant v of endpoint e is"):
        update(hosting, "new")


def test_other_variants_and_models_may_change(registered, hosting):
    registered.sagemaker.types["new"] = {"v": "ml.m5.large", "x": "ml.m5.xlarge"}
    update(hosting, "new")
    assert [operation for operation, _ in registered.sagemaker.calls] == ["UpdateEndpoint"]


def test_deregistered_it_may_change(registered, hosting):
    registered.sagemaker.types["new"] = {"w": "ml.m5.large"}
    registered.call("DeregisterScalableTarget")
    update(hosting, "new")


def test_a_configuration_that_is_missing_is_the_hostings_to_refuse(registered, hosting):
    update(hosting, "none")
    assert [operation for operation, _ in registered.sagemaker.calls] == ["UpdateEndpoint"]


def test_deleting_the_endpoint_deregisters_its_variants(registered, hosting):
    registered.track()
    hosting.call("DeleteEndpoint", {"EndpointName": "e"})
    assert (registered.describe("ScalableTargets"), registered.cloudwatch.alarms) == ([], {})


def test_a_deletion_that_is_refused_deregisters_nothing(registered, hosting):
    with pytest.raises(AwsError):
        hosting.call("DeleteEndpoint", {"EndpointName": "other"})
    assert len(registered.describe("ScalableTargets")) == 1
