"""S3, ECR and CloudWatch in memory, and the service with them: a fast clock and real processes."""

from __future__ import annotations

import io
import json
import tarfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.clock import Clock
from local.sagemaker.image_manifest import RunnableImage, UnrunnableImage, to_manifest
from local.training import Settings, Training
from local.training.spot_trace import Step

ACCOUNT, REGION = "123456789012", "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/trainer"
BUCKET = "bucket"
NEVER = (Step(0, 0),)


def client_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "operation")


@dataclass
class FakeS3:
    objects: dict[str, bytes] = field(default_factory=dict)
    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **options: Any) -> None:
        self._check(Bucket)
        with self.lock:
            self.objects[Key] = Body
            self.options[Key] = options

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        self._check(Bucket)
        if Key not in self.objects:
            raise client_error("NoSuchKey")
        return {"Body": io.BytesIO(self.objects[Key])}

    def list_objects_v2(self, *, Bucket: str, Prefix: str, ContinuationToken: str = "0") -> dict[str, Any]:
        """Two keys a page."""
        self._check(Bucket)
        with self.lock:
            keys = sorted(key for key in self.objects if key.startswith(Prefix))
        start = int(ContinuationToken)
        rows = [{"Key": key} for key in keys[start : start + 2]]
        more = {"IsTruncated": True, "NextContinuationToken": str(start + 2)} if start + 2 < len(keys) else {}
        return {"Contents": rows, **more} if rows else {}

    def _check(self, bucket: str) -> None:
        if bucket != BUCKET:
            raise client_error("NoSuchBucket")


@dataclass
class FakeEcr:
    images: dict[str, str] = field(default_factory=dict)

    def batch_get_image(self, *, repositoryName: str, imageIds: list[dict[str, str]], **_: Any) -> dict[str, Any]:
        manifest = self.images.get(f"{repositoryName}:{imageIds[0].get('imageTag', '')}")
        images = [{"imageManifest": manifest, "imageId": {"imageDigest": f"sha256:{'a' * 64}"}}] if manifest else []
        return {"images": images, "failures": []}


@dataclass
class FakeCloudWatch:
    puts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def put_metric_data(self, *, Namespace: str, MetricData: list[dict[str, Any]]) -> None:
        self.puts.extend((Namespace, datum) for datum in MetricData)


@dataclass
class Clients:
    s3: FakeS3 = field(default_factory=FakeS3)
    ecr: FakeEcr = field(default_factory=FakeEcr)
    cloudwatch: FakeCloudWatch = field(default_factory=FakeCloudWatch)
    acted: list[str | None] = field(default_factory=list)
    implied: dict[str, str] = field(default_factory=dict)

    def acting_as(self, role_arn: str | None) -> Clients:
        self.acted.append(role_arn)
        return self

    def environment(self) -> dict[str, str]:
        return {"AWS_ACCESS_KEY_ID": "of-the-role"}

    def implies(self, actions: Mapping[str, str], source: str) -> None:
        self.implied.update(actions)


class Cloud:
    """Shortens what every test does."""

    def __init__(self, folder: Path, python: Path, settings: Settings, factor: float) -> None:
        self.folder = folder
        self.clients = Clients()
        self.s3, self.cloudwatch = self.clients.s3, self.clients.cloudwatch
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.clock = Clock(factor)
        self.training = Training(
            account=ACCOUNT,
            region=REGION,
            clock=self.clock,
            clients=self.clients,
            state_dir=folder / "state",
            events=lambda kind, detail: self.events.append((kind, detail)),
            may_assume=lambda role: role == ROLE,
            settings=settings,
        )
        self.call = self.training.call
        image = RunnableImage(Path(__file__).parent / "image", python, ("train.py",), {"FROM_DOCKERFILE": "yes"})
        self.image = self.push("trainer", image)

    def push(self, repository: str, image: RunnableImage | UnrunnableImage) -> str:
        self.clients.ecr.images[f"{repository}:v1"] = to_manifest(image, "asset")
        return f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{repository}:v1"

    def definition(self, name: str = "run-1-1", **changes: Any) -> dict[str, Any]:
        """A request that is accepted: on-demand, one host, checkpoints. None takes a member away."""
        params: dict[str, Any] = {
            "TrainingJobName": name,
            "RoleArn": ROLE,
            "AlgorithmSpecification": {
                "TrainingImage": self.image,
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+);"}],
            },
            "HyperParameters": {"steps": "10"},
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models/"},
            "CheckpointConfig": {"S3Uri": f"s3://{BUCKET}/checkpoints/run-1/"},
            "ResourceConfig": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
            "StoppingCondition": {"MaxRuntimeInSeconds": 100_000},
            **changes,
        }
        return {key: value for key, value in params.items() if value is not None}

    def on_spot(self, name: str = "run-1-1", *, wait: int = 1_000_000, **changes: Any) -> dict[str, Any]:
        """:param wait: MaxWaitTimeInSeconds."""
        stopping = {"MaxRuntimeInSeconds": min(100_000, wait), "MaxWaitTimeInSeconds": wait}
        return self.definition(name, **{"EnableManagedSpotTraining": True, "StoppingCondition": stopping, **changes})

    def start(self, definition: dict[str, Any]) -> str:
        self.call("CreateTrainingJob", definition)
        return str(definition["TrainingJobName"])

    def describe(self, name: str = "run-1-1") -> dict[str, Any]:
        return self.call("DescribeTrainingJob", {"TrainingJobName": name})

    def run(self, definition: dict[str, Any]) -> dict[str, Any]:
        """Starts it and waits for its end."""
        return self.ended(self.start(definition))

    def ended(self, name: str = "run-1-1") -> dict[str, Any]:
        self.until(lambda: self.describe(name)["TrainingJobStatus"] in ("Completed", "Failed", "Stopped"))
        return self.describe(name)

    def states(self, name: str = "run-1-1") -> list[str]:
        return [each["Status"] for each in self.describe(name)["SecondaryStatusTransitions"]]

    def reaches(self, state: str, name: str = "run-1-1", times: int = 1) -> None:
        """Waits until it has been in the state so many times: some last for no more than a moment."""
        self.until(lambda: self.states(name).count(state) >= times)

    def progress(self, prefix: str = "checkpoints/run-1/") -> int:
        """How many steps the checkpoint in S3 holds."""
        body = self.s3.objects.get(f"{prefix}progress.json")
        return 0 if body is None else int(json.loads(body)["completed"])

    def result(self, name: str = "run-1-1", rank: int = 0) -> dict[str, Any]:
        """What the trainer put in the model's archive."""
        body = self.s3.objects[f"models/{name}/output/model.tar.gz"]
        with tarfile.open(fileobj=io.BytesIO(body)) as archive:
            file = archive.extractfile(f"result-{rank}.json")
            assert file is not None
            found: dict[str, Any] = json.load(file)
            return found

    def log(self, name: str = "run-1-1", host: int = 1) -> str:
        """Nothing until the container has started, which is a moment after the job says that it trains."""
        log = self.folder / "state" / "logs" / name / f"algo-{host}.log"
        return log.read_text() if log.exists() else ""

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline, "the awaited state did not come"
            time.sleep(0.01)
