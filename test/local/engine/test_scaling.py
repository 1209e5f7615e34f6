"""Application Auto Scaling of endpoints that really serve, on a clock that runs 120 times as fast."""

from __future__ import annotations

import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from local_cloud import LocalCloud, running
from resources import eventually
from stacks import Resources, Stack

from local.sagemaker.image_manifest import MEDIA_TYPE, RunnableImage, to_manifest

ROLE = "arn:aws:iam::123456789012:role/any"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/answering:v1"
DIMENSION = "sagemaker:variant:DesiredInstanceCount"
COMMAND = (sys.executable, "-m", "local", "serve", "--clock-factor", "120")
CONTAINER = textwrap.dedent(
    """
    import os
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *arguments):
            pass

    ThreadingHTTPServer(("127.0.0.1", int(os.environ["SAGEMAKER_BIND_TO_PORT"])), Handler).serve_forever()
    """
)


@pytest.fixture(scope="module")
def fast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with running(tmp_path_factory.mktemp("fast"), command=COMMAND) as cloud:
        source = tmp_path_factory.mktemp("source")
        (source / "app.py").write_text(CONTAINER)
        ecr = cloud.client("ecr")
        ecr.create_repository(repositoryName="answering")
        manifest = to_manifest(RunnableImage(Path(source), Path(sys.executable), ("app.py",), {}), "asset")
        ecr.put_image(
            repositoryName="answering", imageManifest=manifest, imageManifestMediaType=MEDIA_TYPE, imageTag="v1"
        )
        yield cloud


class Served:
    """An endpoint with one variant `v`, made by a stack, and what scales it."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        self.name = f"e-{uuid4().hex[:6]}"
        self.target = {
            "ServiceNamespace": "sagemaker",
            "ResourceId": f"endpoint/{self.name}/variant/v",
            "ScalableDimension": DIMENSION,
        }
        self.sagemaker, self.scaling = cloud.client("sagemaker"), cloud.client("application-autoscaling")
        self.cloudwatch, self.runtime = cloud.client("cloudwatch"), cloud.client("sagemaker-runtime")
        self.stack = Stack.of(cloud)
        assert self.stack.deploy(self.resources()) == "CREATE_COMPLETE"

    def resources(self, instance_type: str = "ml.m5.large") -> Resources:
        production = {
            "VariantName": "v",
            "ModelName": {"Fn::GetAtt": ["Model", "ModelName"]},
            "InitialInstanceCount": 1,
            "InitialVariantWeight": 1,
            "InstanceType": instance_type,
        }
        container = {"Image": IMAGE}
        return {
            "Model": {
                "Type": "AWS::SageMaker::Model",
                "Properties": {"ExecutionRoleArn": ROLE, "PrimaryContainer": container},
            },
            "Config": {
                "Type": "AWS::SageMaker::EndpointConfig",
                "Properties": {"ProductionVariants": [production]},
            },
            "Endpoint": {
                "Type": "AWS::SageMaker::Endpoint",
                "Properties": {
                    "EndpointName": self.name,
                    "EndpointConfigName": {"Fn::GetAtt": ["Config", "EndpointConfigName"]},
                },
            },
        }

    def register(self, minimum: int, maximum: int, **params: Any) -> None:
        self.scaling.register_scalable_target(**self.target, MinCapacity=minimum, MaxCapacity=maximum, **params)

    def count(self) -> int:
        """The instances that serve."""
        (variant,) = self.sagemaker.describe_endpoint(EndpointName=self.name)["ProductionVariants"]
        return int(variant["CurrentInstanceCount"])

    def limits(self) -> tuple[int, int]:
        (target,) = self.described("scalable_targets", ResourceIds=[self.target["ResourceId"]])
        return target["MinCapacity"], target["MaxCapacity"]

    def described(self, what: str, **params: Any) -> list[dict[str, Any]]:
        answer = getattr(self.scaling, f"describe_{what}")(ServiceNamespace="sagemaker", **params)
        rows: list[dict[str, Any]] = answer["".join(word.capitalize() for word in what.split("_"))]
        return [row for row in rows if row["ResourceId"] == self.target["ResourceId"]]

    def descriptions(self) -> list[str]:
        return [row["Description"] for row in reversed(self.described("scaling_activities"))]


@pytest.fixture
def served(fast: LocalCloud) -> Iterator[Served]:
    made = Served(fast)
    yield made
    assert made.stack.delete() == "DELETE_COMPLETE"


class Caller:
    """Sends one request after another until it is left."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._call)

    def _call(self) -> None:
        while not self._stopped.is_set():
            self._served.runtime.invoke_endpoint(EndpointName=self._served.name, Body=b"x")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()


def test_target_tracking_adds_under_load_and_removes_after_it(served: Served) -> None:
    served.register(1, 2)
    predefined = {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"}
    served.scaling.put_scaling_policy(
        **served.target,
        PolicyName="track",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={"TargetValue": 0.5, "PredefinedMetricSpecification": predefined},
    )
    with Caller(served):
        eventually(lambda: served.count() == 2)
        eventually(lambda: 0.5 in invocation_values(served))
    eventually(lambda: served.count() == 1)
    assert served.descriptions() == [
        "Setting desired instance count to 2.",
        "Setting desired instance count to 1.",
    ]
    high, low = (row["Cause"] for row in reversed(served.described("scaling_activities")))
    assert f"TargetTracking-{served.target['ResourceId']}-AlarmHigh-" in high
    assert f"TargetTracking-{served.target['ResourceId']}-AlarmLow-" in low


def invocation_values(served: Served) -> list[float]:
    """The smallest value above 0 that a request added to InvocationsPerInstance, by minute."""
    now = served.described("scalable_targets")[0]["CreationTime"].timestamp()
    statistics = served.cloudwatch.get_metric_statistics(
        Namespace="AWS/SageMaker",
        MetricName="InvocationsPerInstance",
        Dimensions=[{"Name": "EndpointName", "Value": served.name}, {"Name": "VariantName", "Value": "v"}],
        StartTime=now - 600,
        EndTime=now + 7200,
        Period=60,
        Statistics=["Minimum"],
    )
    return [point["Minimum"] for point in statistics["Datapoints"] if point["Minimum"]]


def test_target_tracking_follows_an_expression(served: Served) -> None:
    served.register(1, 4)
    namespace = f"Test/{served.name}"
    metric = {"Namespace": namespace, "MetricName": "Backlog", "Dimensions": []}
    queries = [
        {"Id": "backlog", "MetricStat": {"Metric": metric, "Stat": "Maximum"}, "ReturnData": False},
        {"Id": "share", "Expression": "backlog / 10", "ReturnData": True},
    ]
    served.scaling.put_scaling_policy(
        **served.target,
        PolicyName="expression",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 10,
            "CustomizedMetricSpecification": {"Metrics": queries},
        },
    )
    data = [{"MetricName": "Backlog", "Value": 290}]
    eventually(lambda: served.cloudwatch.put_metric_data(Namespace=namespace, MetricData=data) and served.count() == 3)


def test_an_alarm_of_a_stack_calls_a_step_policy(served: Served) -> None:
    namespace = f"Test/{served.name}"
    resources = {
        **served.resources(),
        "Target": target(served, 1, 5),
        "Policy": {
            "Type": "AWS::ApplicationAutoScaling::ScalingPolicy",
            "Properties": {
                "PolicyName": "step",
                "PolicyType": "StepScaling",
                "ScalingTargetId": {"Ref": "Target"},
                "StepScalingPolicyConfiguration": {
                    "AdjustmentType": "ChangeInCapacity",
                    "Cooldown": 60,
                    "MetricAggregationType": "Maximum",
                    "StepAdjustments": [
                        {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 50, "ScalingAdjustment": 1},
                        {"MetricIntervalLowerBound": "50", "ScalingAdjustment": 2},
                    ],
                },
            },
        },
        "Alarm": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "Namespace": namespace,
                "MetricName": "Backlog",
                "Statistic": "Maximum",
                "Period": 60,
                "EvaluationPeriods": 1,
                "Threshold": 10,
                "ComparisonOperator": "GreaterThanThreshold",
                "AlarmActions": [{"Ref": "Policy"}],
            },
        },
    }
    assert served.stack.deploy(resources) == "UPDATE_COMPLETE"
    data = [{"MetricName": "Backlog", "Value": 80}]
    eventually(lambda: served.cloudwatch.put_metric_data(Namespace=namespace, MetricData=data) and served.count() == 3)
    (policy,) = served.described("scaling_policies")
    assert [alarm["AlarmName"] for alarm in policy["Alarms"]] == [served.stack.physical_ids()["Alarm"]]
    # While the alarm rings it calls every minute, and the cooldown is over by then.
    eventually(lambda: served.cloudwatch.put_metric_data(Namespace=namespace, MetricData=data) and served.count() == 5)


def test_a_scheduled_action_runs_unless_it_is_suspended(served: Served) -> None:
    served.register(1, 5)
    (registered,) = served.described("scalable_targets")
    now = registered["CreationTime"].timestamp()

    def schedule(name: str, seconds: int, minimum: int) -> None:
        at = datetime.fromtimestamp(now + seconds, UTC)
        served.scaling.put_scheduled_action(
            **served.target,
            ScheduledActionName=name,
            Schedule=f"at({at:%Y-%m-%dT%H:%M:%S})",
            ScalableTargetAction={"MinCapacity": minimum},
        )

    schedule("soon", 120, 3)
    eventually(lambda: served.count() == 3)
    assert served.limits() == (3, 5)
    served.scaling.register_scalable_target(**served.target, SuspendedState={"ScheduledScalingSuspended": True})
    served.scaling.put_scheduled_action(
        **served.target,
        ScheduledActionName="often",
        Schedule="rate(1 minute)",
        ScalableTargetAction={"MinCapacity": 4},
    )
    time.sleep(1.5)  # three of its minutes
    assert served.limits() == (3, 5)
    served.scaling.register_scalable_target(**served.target, SuspendedState={"ScheduledScalingSuspended": False})
    eventually(lambda: served.limits() == (4, 5))


def test_limits_act_at_once_and_sagemaker_refuses_what_registered_variants_do_not_survive(served: Served) -> None:
    served.register(2, 3)
    eventually(lambda: served.count() == 2)
    before = served.stack.physical_ids()
    assert served.stack.deploy(served.resources(instance_type="ml.m5.xlarge")) == "UPDATE_ROLLBACK_COMPLETE"
    reason = served.stack.reasons("UPDATE_FAILED")["Endpoint"]
    assert "changes the instance type of the production variant v from ml.m5.large to ml.m5.xlarge" in reason
    assert "Deregister it with DeregisterScalableTarget before this update" in reason
    assert served.stack.physical_ids() == before

    with pytest.raises(ClientError, match="The update removes the production variant v, but variant v of endpoint"):
        served.sagemaker.update_endpoint(EndpointName=served.name, EndpointConfigName=other_variant(served))

    served.scaling.deregister_scalable_target(**served.target)
    assert served.stack.deploy(served.resources(instance_type="ml.m5.xlarge")) == "UPDATE_COMPLETE"


def other_variant(served: Served) -> str:
    """Name of a configuration that does not have the variant `v`."""
    name = f"other-{served.name}"
    model = served.stack.physical_ids()["Model"].rsplit("/", 1)[1]
    variant = {"VariantName": "w", "ModelName": model, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    served.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    return name


def test_refusals_have_the_codes_that_sdks_know(served: Served) -> None:
    exceptions = served.scaling.exceptions
    with pytest.raises(exceptions.ObjectNotFoundException, match="No scalable target registered for"):
        served.scaling.put_scaling_policy(**served.target, PolicyName="p", PolicyType="StepScaling")
    with pytest.raises(exceptions.ValidationException, match="does not emulate scaling of the namespace ecs"):
        served.scaling.register_scalable_target(
            ServiceNamespace="ecs",
            ResourceId="service/a/b",
            ScalableDimension="ecs:service:DesiredCount",
            MinCapacity=1,
            MaxCapacity=2,
        )
    served.register(1, 2)
    with pytest.raises(exceptions.ValidationException, match="Policy p: "):
        served.scaling.put_scaling_policy(
            **served.target,
            PolicyName="p",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": 1,
                "CustomizedMetricSpecification": {
                    "Metrics": [
                        {"Id": "a", "Expression": "NO_SUCH_FUNCTION(1)", "ReturnData": True},
                    ]
                },
            },
        )
    with pytest.raises(ClientError, match="There is no scalable target"):
        served.scaling.list_tags_for_resource(
            ResourceARN="arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/none"
        )


def target(served: Served, minimum: int, maximum: int, **properties: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
        "DependsOn": "Endpoint",
        "Properties": {**served.target, "MinCapacity": str(minimum), "MaxCapacity": maximum, **properties},
    }


def policy(value: float) -> dict[str, Any]:
    predefined = {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"}
    return {
        "Type": "AWS::ApplicationAutoScaling::ScalingPolicy",
        "Properties": {
            "PolicyName": "track",
            "PolicyType": "TargetTrackingScaling",
            "ScalingTargetId": {"Ref": "Target"},
            "TargetTrackingScalingPolicyConfiguration": {
                "TargetValue": value,
                "PredefinedMetricSpecification": predefined,
            },
        },
    }


def night(minimum: int, name: str = "night") -> dict[str, Any]:
    return {
        "ScheduledActionName": name,
        "Schedule": "cron(0 3 1 1 ? 2090)",
        "Timezone": "Europe/Berlin",
        "ScalableTargetAction": {"MinCapacity": str(minimum)},
    }


def test_a_stack_creates_updates_and_deletes_targets_and_policies(served: Served) -> None:
    tags = [{"Key": "Team", "Value": "ml"}]

    def deploy(limit: int, value: float, actions: list[Any], failing: bool = False, **properties: Any) -> str:
        resources = {
            **served.resources(),
            "Target": target(served, 1, limit, ScheduledActions=actions, **properties),
            "Policy": policy(value),
        }
        if failing:
            bad = {"ResourceId": "x", "Unknown": 1}
            resources["Failing"] = {"Type": "AWS::EC2::FlowLog", "DependsOn": "Policy", "Properties": bad}
        return served.stack.deploy(resources)

    def state() -> tuple[Any, ...]:
        values = [
            row["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
            for row in served.described("scaling_policies")
        ]
        actions = {
            row["ScheduledActionName"]: row["ScalableTargetAction"]["MinCapacity"]
            for row in served.described("scheduled_actions")
        }
        return served.limits(), values, actions

    suspended = {"DynamicScalingInSuspended": "true"}
    assert deploy(2, 70, [night(1)], SuspendedState=suspended, Tags=tags) == "UPDATE_COMPLETE"
    assert state() == ((1, 2), [70.0], {"night": 1})
    ids = served.stack.physical_ids()
    assert ids["Target"] == f"{served.target['ResourceId']}|{DIMENSION}|sagemaker"
    (described,) = served.described("scalable_targets")
    assert described["SuspendedState"]["DynamicScalingInSuspended"] is True
    arn = described["ScalableTargetARN"]
    assert served.scaling.list_tags_for_resource(ResourceARN=arn)["Tags"]["Team"] == "ml"

    changed = [night(2), night(1, "day")]
    assert deploy(4, 50, changed, Tags=[{"Key": "Team", "Value": "data"}]) == "UPDATE_COMPLETE"
    assert served.stack.physical_ids() == ids
    assert state() == ((1, 4), [50.0], {"night": 2, "day": 1})
    (described,) = served.described("scalable_targets")
    assert described["SuspendedState"]["DynamicScalingInSuspended"] is False
    assert served.scaling.list_tags_for_resource(ResourceARN=arn)["Tags"]["Team"] == "data"

    assert deploy(9, 9, [night(1)], failing=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert state() == ((1, 4), [50.0], {"night": 2, "day": 1})

    assert deploy(4, 50, [night(2)]) == "UPDATE_COMPLETE"
    assert state() == ((1, 4), [50.0], {"night": 2})

    assert served.stack.deploy(served.resources()) == "UPDATE_COMPLETE"
    assert served.described("scalable_targets") == []
    alarms = served.cloudwatch.describe_alarms(AlarmNamePrefix=f"TargetTracking-{served.target['ResourceId']}")
    assert alarms["MetricAlarms"] == []


def test_a_target_of_an_endpoint_that_is_not_there_fails_its_stack(fast: LocalCloud) -> None:
    stack = Stack.of(fast)
    properties = {
        "ServiceNamespace": "sagemaker",
        "ResourceId": "endpoint/none/variant/v",
        "ScalableDimension": DIMENSION,
        "MinCapacity": 1,
        "MaxCapacity": 2,
    }
    resource = {"Type": "AWS::ApplicationAutoScaling::ScalableTarget", "Properties": properties}
    assert stack.deploy({"Target": resource}) == "ROLLBACK_COMPLETE"
    assert "Could not find endpoint" in stack.reasons("CREATE_FAILED")["Target"]
