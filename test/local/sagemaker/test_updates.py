"""UpdateEndpoint and UpdateEndpointWeightsAndCapacities on an endpoint that serves."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest

from local.sagemaker import AwsError

BAKE = {"TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}}


@contextmanager
def calling_all_the_time(cloud):
    """Invokes the endpoint from three threads; afterwards the list holds every status and answer."""
    seen, stop = [], threading.Event()

    def client():
        while not stop.is_set():
            response = cloud.invoke()
            seen.append((response.status, response.body))

    threads = [threading.Thread(target=client) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def second(cloud, **environment):
    cloud.model("model-two", url=cloud.archive("two"), **environment)
    cloud.config("config-two", {"primary": "model-two"})


def update(cloud, config="config-two", **more):
    cloud.call("UpdateEndpoint", {"EndpointName": "e", "EndpointConfigName": config, **more})


def test_moves_the_traffic_to_the_new_fleet_without_losing_a_request(cloud, processes):
    cloud.serve()
    second(cloud, DELAY="0.5")
    old = processes(cloud)
    with calling_all_the_time(cloud) as seen:
        update(cloud)
        during = cloud.describe()
        described = cloud.settled()
        cloud.until(lambda: b"two" in seen[-1][1])
    assert during["EndpointStatus"] == "Updating"
    assert during["EndpointConfigName"] == "config-one"
    assert during["PendingDeploymentSummary"]["EndpointConfigName"] == "config-two"
    assert described["EndpointStatus"] == "InService"
    assert described["EndpointConfigName"] == "config-two"
    assert "PendingDeploymentSummary" not in described
    assert {status for status, _ in seen} == {200}
    assert {body for _, body in seen} == {b'{"answer": "one"}', b'{"answer": "two"}'}
    assert not set(old) & set(processes(cloud))
    statuses = [detail["EndpointStatus"] for _, detail in cloud.events]
    assert statuses == ["CREATING", "IN_SERVICE", "UPDATING", "IN_SERVICE"]


def test_a_request_under_way_on_the_old_fleet_is_finished(cloud):
    cloud.serve()
    second(cloud)
    answers = []
    caller = threading.Thread(target=lambda: answers.append(cloud.invoke("sleep:2")))
    caller.start()
    update(cloud)
    cloud.settled()
    caller.join()
    assert (answers[0].status, answers[0].body) == (200, b"slept")


def test_a_failing_fleet_leaves_the_old_one_serving_without_losing_a_request(cloud, processes):
    cloud.serve()
    second(cloud, MODE="crash")
    old = processes(cloud)
    with calling_all_the_time(cloud) as seen:
        update(cloud)
        described = cloud.settled()
    assert described["EndpointStatus"] == "InService"
    assert described["EndpointConfigName"] == "config-one"
    assert "config-two was rolled back; config-one still serves" in described["FailureReason"]
    assert described["FailureReason"].endswith("no such weights: layer 7")
    assert set(seen) == {(200, b'{"answer": "one"}')}
    assert set(processes(cloud)) == set(old)


def test_an_unexpected_error_rolls_back_too(cloud, monkeypatch):
    cloud.serve()
    second(cloud)
    monkeypatch.setattr(cloud.ecr, "batch_get_image", lambda **_: 1 / 0)
    update(cloud)
    described = cloud.settled()
    assert described["EndpointStatus"] == "InService"
    assert described["EndpointConfigName"] == "config-one"
    assert described["FailureReason"].endswith("The local cloud failed: ZeroDivisionError: division by zero")
    assert cloud.answer() == "one"


def test_closing_does_not_wait_for_the_requests_of_the_old_fleet(cloud):
    cloud.serve()
    second(cloud)
    answers = []
    caller = threading.Thread(target=lambda: answers.append(cloud.invoke("sleep:20")))
    caller.start()
    update(cloud)
    cloud.until(lambda: cloud.answer() == "two")
    cloud.hosting.close()
    caller.join()
    assert answers[0].status == 424


def test_a_later_success_forgets_the_failure(cloud):
    cloud.serve()
    second(cloud, MODE="crash")
    update(cloud)
    cloud.settled()
    cloud.model("model-three")
    cloud.config("config-three", {"primary": "model-three"})
    update(cloud, "config-three")
    described = cloud.settled()
    assert "FailureReason" not in described
    assert cloud.answer() == "model-three"


def test_swapping_only_the_archive_changes_the_predictions(cloud):
    cloud.serve(answer="one")
    assert cloud.answer() == "one"
    second(cloud)
    update(cloud)
    cloud.settled()
    assert cloud.answer() == "two"


@pytest.fixture
def shifted(cloud):
    """Variants blue and green, created with weights 1 and 1 and one instance, then moved to 3 and 1 and four."""
    cloud.model("m")
    cloud.config("before", {"blue": "m", "green": "m"})
    cloud.config("after", {"blue": "m", "green": "m"}, weights={"blue": 7}, counts={"blue": 2})
    cloud.deploy("e", "before")
    change = {"VariantName": "blue", "DesiredWeight": 3.0, "DesiredInstanceCount": 4}
    cloud.call("UpdateEndpointWeightsAndCapacities", {"EndpointName": "e", "DesiredWeightsAndCapacities": [change]})
    return cloud


def blue(described):
    variant = next(v for v in described["ProductionVariants"] if v["VariantName"] == "blue")
    return (
        (variant["CurrentWeight"], variant["DesiredWeight"]),
        (variant["CurrentInstanceCount"], variant["DesiredInstanceCount"]),
    )


def test_weights_and_counts_move_while_updating(make_cloud):
    cloud = make_cloud(factor=1.0, capacity_change=1.5)
    cloud.model("m")
    cloud.config("before", {"blue": "m", "green": "m"})
    cloud.deploy("e", "before")
    change = {"VariantName": "blue", "DesiredWeight": 3.0, "DesiredInstanceCount": 4}
    cloud.call("UpdateEndpointWeightsAndCapacities", {"EndpointName": "e", "DesiredWeightsAndCapacities": [change]})
    during = cloud.describe()
    assert during["EndpointStatus"] == "Updating"
    assert blue(during) == ((1.0, 3.0), (1, 4))
    after = cloud.settled()
    assert after["EndpointStatus"] == "InService"
    assert blue(after) == ((3.0, 3.0), (4, 4))


@pytest.mark.parametrize(
    ("options", "weight", "count"),
    [
        ({}, 7.0, 2),
        ({"RetainAllVariantProperties": True}, 3.0, 4),
        (
            {
                "RetainAllVariantProperties": True,
                "ExcludeRetainedVariantProperties": [{"VariantPropertyType": "DesiredWeight"}],
            },
            7.0,
            4,
        ),
        (
            {
                "RetainAllVariantProperties": True,
                "ExcludeRetainedVariantProperties": [{"VariantPropertyType": "DesiredInstanceCount"}],
            },
            3.0,
            2,
        ),
    ],
    ids=["default resets", "retained", "without weights", "without counts"],
)
def test_what_an_update_retains(shifted, options, weight, count):
    shifted.settled()
    update(shifted, "after", **options)
    assert blue(shifted.settled()) == ((weight, weight), (count, count))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"VariantName": "red", "DesiredWeight": 1.0}, 'variant name\\(s\\) "red" is/are not present'),
        ({"VariantName": "primary", "DesiredInstanceCount": 0}, "needs 1 or more"),
        ({"VariantName": "primary", "DesiredWeight": 0.0}, "must sum to more than 0.*given primary: 0"),
    ],
)
def test_refuses_impossible_changes_and_changes_nothing(cloud, change, message):
    cloud.serve()
    with pytest.raises(AwsError, match=message):
        cloud.call("UpdateEndpointWeightsAndCapacities", {"EndpointName": "e", "DesiredWeightsAndCapacities": [change]})
    described = cloud.describe()
    assert described["EndpointStatus"] == "InService"
    assert described["ProductionVariants"][0]["DesiredWeight"] == 1.0
    assert described["ProductionVariants"][0]["DesiredInstanceCount"] == 1


def guarded(seconds, *alarms):
    policy = {**BAKE, "TerminationWaitInSeconds": seconds}
    return {
        "BlueGreenUpdatePolicy": policy,
        "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": name} for name in alarms]},
    }


def test_an_alarm_that_rings_while_baking_rolls_back(make_cloud):
    cloud = make_cloud(factor=60.0)
    cloud.cloudwatch.alarms = {"p95": "OK", "5xx": "INSUFFICIENT_DATA"}
    cloud.serve()
    second(cloud)
    with calling_all_the_time(cloud) as seen:
        update(cloud, DeploymentConfig=guarded(3600, "p95", "5xx"))
        cloud.until(lambda: cloud.answer() == "two")
        summary = cloud.describe()["PendingDeploymentSummary"]["ProductionVariants"][0]
        assert summary["VariantStatus"] == [{"Status": "Baking"}]
        cloud.cloudwatch.alarms["p95"] = "ALARM"
        described = cloud.settled()
    assert {status for status, _ in seen} == {200}
    assert described["EndpointStatus"] == "InService"
    assert described["EndpointConfigName"] == "config-one"
    assert described["FailureReason"].endswith("In state ALARM: p95.")
    assert described["LastDeploymentConfig"] == guarded(3600, "p95", "5xx")
    assert cloud.answer() == "one"


def test_a_quiet_bake_ends_with_the_new_fleet(cloud):
    cloud.cloudwatch.alarms = {"p95": "OK"}
    cloud.serve()
    second(cloud)
    update(cloud, DeploymentConfig=guarded(300, "p95"))
    started = cloud.clock.now()
    assert cloud.settled()["EndpointConfigName"] == "config-two"
    assert cloud.clock.now() - started >= 300


def test_an_alarm_that_does_not_exist_is_refused(cloud):
    cloud.serve()
    second(cloud)
    with pytest.raises(AwsError, match="no metric alarm is named p95"):
        update(cloud, DeploymentConfig=guarded(300, "p95"))
    assert cloud.describe()["EndpointStatus"] == "InService"


def test_the_last_deployment_configuration_is_retained_on_request(cloud):
    cloud.serve()
    second(cloud)
    cloud.cloudwatch.alarms = {"p95": "OK"}
    update(cloud, DeploymentConfig=guarded(0, "p95"))
    cloud.settled()
    cloud.cloudwatch.alarms = {"p95": "ALARM"}
    update(cloud, "config-one", RetainDeploymentConfig=True)
    assert cloud.settled()["EndpointConfigName"] == "config-two"


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (
            {
                "BlueGreenUpdatePolicy": {
                    "TrafficRoutingConfiguration": {
                        "Type": "CANARY",
                        "WaitIntervalInSeconds": 60,
                        "CanarySize": {"Type": "CAPACITY_PERCENT", "Value": 10},
                    }
                }
            },
            "does not run traffic routing CANARY",
        ),
        (
            {
                "RollingUpdatePolicy": {
                    "MaximumBatchSize": {"Type": "CAPACITY_PERCENT", "Value": 10},
                    "WaitIntervalInSeconds": 60,
                }
            },
            "does not run RollingUpdatePolicy",
        ),
        (
            {
                "BlueGreenUpdatePolicy": {
                    **BAKE,
                    "TerminationWaitInSeconds": 600,
                    "MaximumExecutionTimeoutInSeconds": 600,
                }
            },
            "must be larger than the sum",
        ),
    ],
    ids=["canary", "rolling", "timeout"],
)
def test_refuses_what_it_would_run_as_something_else(cloud, policy, message):
    cloud.serve()
    second(cloud)
    with pytest.raises(AwsError, match=message):
        update(cloud, DeploymentConfig=policy)
    assert cloud.describe()["EndpointStatus"] == "InService"
