"""A hosting with in-memory S3, ECR and CloudWatch, a fast clock and real processes."""

from __future__ import annotations

import io
import json
import random
import sys
import tarfile
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.clock import Clock
from local.sagemaker import Hosting, Response, Settings
from local.sagemaker.image_manifest import RunnableImage, UnrunnableImage, to_manifest

ACCOUNT, REGION = "123456789012", "us-east-1"

CONTAINER = textwrap.dedent(
    """
    import json, os, pathlib, sys, time
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    mode = os.environ.get("MODE", "serve")
    print("starting in mode", mode, sys.argv[1:])
    print("word " * int(os.environ.get("WORDS", "0")))
    time.sleep(float(os.environ.get("DELAY", "0")))
    if mode == "crash":
        sys.exit("no such weights: layer 7")
    answer = pathlib.Path(os.environ["SM_MODEL_DIR"], "answer.txt")
    answer = answer.read_text() if answer.exists() else "no archive"

    class Handler(BaseHTTPRequestHandler):
        def reply(self, status, body, content_type="application/json"):
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Amzn-SageMaker-Custom-Attributes", "trace-1")
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            self.reply(503 if mode == "never" else 200, b"")

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8", "replace")
            verb, _, rest = body.partition(":")
            if verb == "status":
                self.reply(int(rest), b"the model said no")
            elif verb == "sleep":
                time.sleep(float(rest))
                self.reply(200, b"slept")
            elif verb == "die":
                os._exit(7)
            elif verb == "environment":
                self.reply(200, json.dumps(dict(os.environ)).encode())
            elif verb == "headers":
                self.reply(200, json.dumps(dict(self.headers)).encode())
            elif verb == "csv":
                self.reply(200, b"0.25,0.75", "text/csv; charset=utf-8")
            else:
                self.reply(200, json.dumps({"answer": answer}).encode())

        def log_message(self, *arguments):
            pass

    ThreadingHTTPServer(("127.0.0.1", int(os.environ["SAGEMAKER_BIND_TO_PORT"])), Handler).serve_forever()
    """
)


def client_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "operation")


@dataclass
class FakeS3:
    objects: dict[tuple[str, str], bytes] = field(default_factory=dict)
    options: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    broken: bool = False

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **options: Any) -> None:
        if self.broken:
            raise client_error("AccessDenied")
        self.objects[Bucket, Key] = Body
        self.options[Bucket, Key] = options

    def head_object(self, *, Bucket: str, Key: str) -> None:
        if (Bucket, Key) not in self.objects:
            raise client_error("404")

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        if (Bucket, Key) not in self.objects:
            raise client_error("NoSuchKey")
        return {"Body": io.BytesIO(self.objects[Bucket, Key])}


@dataclass
class FakeEcr:
    repositories: dict[str, dict[str, str]] = field(default_factory=dict)

    def put_image(self, *, repositoryName: str, imageManifest: str, imageTag: str, imageManifestMediaType: str) -> None:
        if repositoryName not in self.repositories:
            raise client_error("RepositoryNotFoundException")
        self.repositories[repositoryName][imageTag] = imageManifest

    def batch_get_image(self, *, repositoryName: str, imageIds: list[dict[str, str]], **_: Any) -> dict[str, Any]:
        if repositoryName not in self.repositories:
            raise client_error("RepositoryNotFoundException")
        manifest = self.repositories[repositoryName].get(imageIds[0].get("imageTag", ""))
        digest = f"sha256:{'a' * 64}"
        images = [{"imageManifest": manifest, "imageId": {"imageDigest": digest}}] if manifest else []
        return {"images": images, "failures": []}


@dataclass
class FakeCloudWatch:
    puts: list[dict[str, Any]] = field(default_factory=list)
    alarms: dict[str, str] = field(default_factory=dict)

    def put_metric_data(self, *, Namespace: str, MetricData: list[dict[str, Any]]) -> None:
        assert Namespace == "AWS/SageMaker"
        self.puts.extend(MetricData)

    def describe_alarms(self, *, AlarmNames: list[str]) -> dict[str, Any]:
        rows = [{"AlarmName": name, "StateValue": self.alarms[name]} for name in AlarmNames if name in self.alarms]
        return {"MetricAlarms": rows}

    def values(self, metric: str, **dimensions: str) -> list[float]:
        """Every value put for the metric with exactly these dimensions."""
        wanted = [{"Name": name, "Value": value} for name, value in dimensions.items()]
        found = [d for d in self.puts if d["MetricName"] == metric and d["Dimensions"] == wanted]
        return [
            value
            for datum in found
            for value, count in zip(datum["Values"], datum["Counts"], strict=True)
            for _ in range(int(count))
        ]


@dataclass
class Clients:
    s3: FakeS3 = field(default_factory=FakeS3)
    ecr: FakeEcr = field(default_factory=FakeEcr)
    cloudwatch: FakeCloudWatch = field(default_factory=FakeCloudWatch)
    acted: list[str | None] = field(default_factory=list)
    """Roles that were asked for."""
    implied: dict[str, str] = field(default_factory=dict)

    def acting_as(self, role_arn: str | None) -> Clients:
        self.acted.append(role_arn)
        return self

    def environment(self) -> dict[str, str]:
        return {"AWS_ACCESS_KEY_ID": "of-the-role"}

    def implies(self, actions: Mapping[str, str], source: str) -> None:
        self.implied.update(actions)


def _archive_of(files: Mapping[str, str]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            tar.addfile(info, io.BytesIO(text.encode()))
    return stream.getvalue()


class Cloud:
    """Shortens what every test does: push an image, put an archive, make a model, a configuration, an endpoint."""

    def __init__(self, folder: Path, settings: Settings, factor: float, rng: random.Random) -> None:
        self.folder = folder
        self.clients = Clients()
        self.s3, self.ecr, self.cloudwatch = self.clients.s3, self.clients.ecr, self.clients.cloudwatch
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.clock = Clock(factor=factor)
        self.hosting = Hosting(
            account=ACCOUNT,
            region=REGION,
            clock=self.clock,
            clients=self.clients,
            state_dir=folder / "state",
            events=lambda kind, detail: self.events.append((kind, detail)),
            settings=settings,
            rng=rng,
        )
        self.call = self.hosting.call
        source = folder / "source"
        source.mkdir()
        (source / "app.py").write_text(CONTAINER)
        self.runnable = RunnableImage(source, Path(sys.executable), ("app.py",), {"FROM_DOCKERFILE": "yes"})
        self.image = self.push("scorer", self.runnable)

    def push(self, repository: str, image: RunnableImage | UnrunnableImage, tag: str = "v1") -> str:
        self.ecr.repositories.setdefault(repository, {})[tag] = to_manifest(image, "asset")
        return f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{repository}:{tag}"

    def archive(self, answer: str) -> str:
        """URL of an archive with which the container answers `answer`."""
        key = f"{answer}/model.tar.gz"
        self.s3.objects["models", key] = _archive_of({"answer.txt": answer})
        return f"s3://models/{key}"

    def model(self, name: str, *, image: str = "", url: str = "", **environment: str) -> None:
        container = {
            "Image": image or self.image,
            "ModelDataUrl": url or self.archive(name),
            "Environment": environment,
        }
        self.call("CreateModel", {"ModelName": name, "PrimaryContainer": container})

    def config(
        self, name: str, models: Mapping[str, str], capture: Mapping[str, Any] | None = None, **more: Any
    ) -> None:
        """:param models: model by variant; `weights` and `counts` may give numbers by variant."""
        weights, counts = more.pop("weights", {}), more.pop("counts", {})
        variants = [
            {
                "VariantName": variant,
                "ModelName": model,
                "InstanceType": "ml.m5.xlarge",
                "InitialInstanceCount": counts.get(variant, 1),
                "InitialVariantWeight": weights.get(variant, 1.0),
            }
            for variant, model in models.items()
        ]
        params: dict[str, Any] = {"EndpointConfigName": name, "ProductionVariants": variants, **more}
        if capture is not None:
            params["DataCaptureConfig"] = capture
        self.call("CreateEndpointConfig", params)

    def deploy(self, endpoint: str, config: str) -> dict[str, Any]:
        self.call("CreateEndpoint", {"EndpointName": endpoint, "EndpointConfigName": config})
        return self.settled(endpoint)

    def serve(self, endpoint: str = "e", answer: str = "one", **config: Any) -> dict[str, Any]:
        """An endpoint with the one variant `primary`, InService."""
        self.model(f"model-{answer}", url=self.archive(answer))
        self.config(f"config-{answer}", {"primary": f"model-{answer}"}, **config)
        described = self.deploy(endpoint, f"config-{answer}")
        assert described["EndpointStatus"] == "InService", described
        return described

    def describe(self, endpoint: str = "e") -> dict[str, Any]:
        return self.call("DescribeEndpoint", {"EndpointName": endpoint})

    def settled(self, endpoint: str = "e") -> dict[str, Any]:
        """Waits until nothing is under way."""
        self.until(lambda: self.describe(endpoint)["EndpointStatus"] not in ("Creating", "Updating", "Deleting"))
        return self.describe(endpoint)

    def invoke(self, body: str = "", endpoint: str = "e", **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.hosting.invoke(endpoint, {"Content-Type": "application/json", **named}, body.encode())

    def answer(self, endpoint: str = "e", **headers: str) -> str:
        response = self.invoke(endpoint=endpoint, **headers)
        assert response.status == 200, response
        return str(json.loads(response.body)["answer"])

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < deadline, "the awaited state did not come"
            time.sleep(0.02)


def processes_of(folder: Path) -> list[int]:
    """Processes whose command line or environment names the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
                running = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
            except OSError:
                continue
            if running and str(folder).encode() in text:
                found.append(int(entry.name))
    return found


@pytest.fixture
def make_cloud(tmp_path: Path) -> Iterator[Callable[..., Cloud]]:
    made: list[Cloud] = []

    def make(factor: float = 1000.0, rng: random.Random | None = None, **settings: Any) -> Cloud:
        quick: dict[str, Any] = {"startup_floor": 15.0, "ping_interval": 0.02, "stop_grace": 5.0, **settings}
        folder = tmp_path / f"cloud{len(made)}"
        folder.mkdir()
        made.append(Cloud(folder, Settings(**quick), factor, rng or random.Random(20)))
        return made[-1]

    yield make
    for cloud in made:
        cloud.hosting.close()
    assert [pid for cloud in made for pid in processes_of(cloud.folder)] == []


@pytest.fixture
def cloud(make_cloud: Callable[..., Cloud]) -> Cloud:
    return make_cloud()


@pytest.fixture
def archive_of() -> Callable[[Mapping[str, str]], bytes]:
    """Makes a .tar.gz with these files."""
    return _archive_of


@pytest.fixture
def processes() -> Callable[[Cloud], list[int]]:
    """The ids of the processes that a cloud has running."""
    return lambda cloud: processes_of(cloud.folder)
