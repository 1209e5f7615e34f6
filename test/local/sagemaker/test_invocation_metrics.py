"""What CloudWatch gets from an endpoint that is invoked."""

from __future__ import annotations

import pytest


@pytest.fixture
def measured(cloud):
    """Two successes, one 4xx, one 5xx and one broken connection on a variant of two instances."""
    cloud.model("m")
    cloud.config("c", {"primary": "m"}, counts={"primary": 2})
    cloud.deploy("e", "c")
    for body in ("", "", "status:404", "status:500", "die:"):
        cloud.invoke(body)
    cloud.hosting.close()
    return cloud.cloudwatch


VARIANT = {"EndpointName": "e", "VariantName": "primary"}


@pytest.mark.parametrize("dimensions", [VARIANT, {**VARIANT, "EndpointConfigName": "c"}])
@pytest.mark.parametrize(
    ("metric", "values"),
    [
        ("Invocations", [1, 1, 1, 1, 1]),
        ("InvocationsPerInstance", [0.5] * 5),
        ("Invocation4XXErrors", [0, 0, 0, 0, 1]),
        ("Invocation5XXErrors", [0, 0, 0, 1, 1]),
        ("InvocationModelErrors", [0, 0, 1, 1, 1]),
    ],
)
def test_every_request_counts(measured, dimensions, metric, values):
    found = sorted(measured.values(metric, **dimensions))
    if metric == "InvocationsPerInstance":
        found = [value for value in found if value]  # minutes without a request add a 0
    assert found == values


def test_latencies_are_microseconds_of_real_time(cloud):
    cloud.serve()
    cloud.invoke("sleep:0.2")
    cloud.hosting.close()
    [model] = cloud.cloudwatch.values("ModelLatency", **VARIANT)
    [overhead] = cloud.cloudwatch.values("OverheadLatency", **VARIANT)
    assert 200_000 <= model < 60_000_000
    assert overhead > 0
    units = {datum["MetricName"]: datum["Unit"] for datum in cloud.cloudwatch.puts}
    assert units["ModelLatency"] == units["OverheadLatency"] == "Microseconds"


def test_metrics_are_put_without_waiting_for_the_end_and_stamped_by_the_clock(cloud):
    cloud.serve()
    before = cloud.clock.now()
    cloud.invoke()
    cloud.until(lambda: bool(cloud.cloudwatch.puts))
    stamp = cloud.cloudwatch.puts[0]["Timestamp"].timestamp()
    assert before - 1 <= stamp <= cloud.clock.now()


def test_requests_that_no_variant_gets_are_not_measured(cloud):
    cloud.serve()
    cloud.invoke(X_Amzn_SageMaker_Target_Variant="red")
    cloud.hosting.close()
    assert cloud.cloudwatch.puts == []
