"""InvokeEndpoint: chooses the variant, passes the request to its container, and turns the answer into AWS's."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from local.sagemaker.capture import Capture, Exchange
from local.sagemaker.container import Container, ContainerTimeout, ContainerUnreachable, Reply
from local.sagemaker.endpoint import Deployment, Endpoint
from local.sagemaker.endpoints import Endpoints
from local.sagemaker.errors import AwsError
from local.sagemaker.load import Load
from local.sagemaker.metrics import Invocation, Metrics
from local.sagemaker.ports import Response
from local.sagemaker.settings import Settings

_TARGET_VARIANT = "x-amzn-sagemaker-target-variant"
_CUSTOM_ATTRIBUTES = "x-amzn-sagemaker-custom-attributes"
_INFERENCE_ID = "x-amzn-sagemaker-inference-id"
_PASSED = ("content-type", "accept", _CUSTOM_ATTRIBUTES, _INFERENCE_ID)
_UNSUPPORTED = {
    "x-amzn-sagemaker-inference-component": "inference components",
    "x-amzn-sagemaker-target-container-hostname": "endpoints with several containers",
    "x-amzn-sagemaker-enable-explanations": "explanations",
    "x-amzn-sagemaker-session-id": "sessions",
}
_TIMED_OUT = (
    "Your invocation timed out while waiting for a response from container primary. Review the latency metrics for "
    "each container in Amazon CloudWatch, resolve the issue, and try again."
)


class _RuntimeError(Exception):
    """An error of the runtime API; `members` are those of its modelled shape."""

    def __init__(self, code: str, status: int, message: str, **members: Any) -> None:
        super().__init__(message)
        self.code, self.status, self.members = code, status, {"Message": message, **members}

    def response(self) -> Response:
        headers = {"Content-Type": "application/json", "x-amzn-ErrorType": self.code}
        return Response(self.status, headers, json.dumps(self.members).encode())


@dataclass(frozen=True)
class _Route:
    deployment: Deployment
    variant: str
    instances: int

    @property
    def container(self) -> Container:
        return self.deployment.fleet.container(self.variant)

    @property
    def role(self) -> str | None:
        return self.deployment.fleet.role(self.variant)


class Invoker:
    """:param rng: chooses the variant of a request that names none."""

    def __init__(
        self, endpoints: Endpoints, account: str, region: str, settings: Settings, rng: random.Random,
        capture: Capture, metrics: Metrics, load: Load,
    ) -> None:  # fmt: skip
        self._endpoints = endpoints
        self._account = account
        self._region = region
        self._settings = settings
        self._rng = rng
        self._capture = capture
        self._metrics = metrics
        self._load = load

    def invoke(self, name: str, headers: Mapping[str, str], body: bytes) -> Response:
        began = time.perf_counter()
        given = {key.lower(): value for key, value in headers.items()}
        try:
            self._check(name, given, body)
            with self._route(name, given.get(_TARGET_VARIANT)) as route:
                return self._pass_on(name, route, given, body, began)
        except _RuntimeError as error:
            return error.response()

    def _check(self, name: str, headers: Mapping[str, str], body: bytes) -> None:
        limit = self._settings.max_body_bytes
        if len(body) > limit:
            rule = f"Member must have length less than or equal to {limit}"
            given = f"1 validation error detected: Value at 'body' ({len(body)} bytes) failed to satisfy constraint"
            raise _validation_error(f"{given}: {rule}")
        if "x-amzn-sagemaker-target-model" in headers:
            what = "is not a multi-model endpoint and does not support target model header"
            raise _validation_error(f"Endpoint {name} {what}.")
        for header, what in _UNSUPPORTED.items():
            if header in headers:
                raise _validation_error(f"Header {header}: the local cloud does not run {what}; leave it out.")

    @contextmanager
    def _route(self, name: str, target: str | None) -> Iterator[_Route]:
        """The chosen variant; its fleet does not end before the request does."""
        try:
            endpoint = self._endpoints.get(name)
        except AwsError:
            raise self._not_found(name) from None
        with endpoint.lock:
            route = self._choose(endpoint, target)
            route.deployment.fleet.enter()
        self._load.enter(name, route.variant)
        try:
            yield route
        finally:
            self._load.leave(name, route.variant)
            route.deployment.fleet.leave()

    def _choose(self, endpoint: Endpoint, target: str | None) -> _Route:
        deployment = endpoint.routed
        if deployment is None:
            raise self._not_found(endpoint.name)
        variants = deployment.variants
        if target is None:
            names = list(variants)
            target = self._rng.choices(names, [variants[name].weight for name in names])[0]
        elif target not in variants:
            known = ", ".join(variants)
            raise _validation_error(f"Variant {target} not found in endpoint {endpoint.name}; its variants: {known}.")
        return _Route(deployment, target, variants[target].count)

    def _not_found(self, name: str) -> _RuntimeError:
        return _validation_error(f"Endpoint {name} of account {self._account} not found.")

    def _pass_on(self, name: str, route: _Route, headers: Mapping[str, str], body: bytes, began: float) -> Response:
        passed = {key: headers[key] for key in _PASSED if key in headers}
        sent = time.perf_counter()
        reply: Reply | None = None
        try:
            reply = route.container.invoke(passed, body, self._settings.invocation_timeout)
            answered = time.perf_counter()
        except ContainerTimeout:
            answered = time.perf_counter()
            raise self._model_error(name, 0, _TIMED_OUT) from None
        except ContainerUnreachable as error:
            answered = time.perf_counter()
            raise self._model_error(name, 0, f"The container closed the connection: {error}") from None
        finally:
            overhead = sent - began + time.perf_counter() - answered
            self._metrics.record(_measured(name, route, reply, answered - sent, overhead))
        if not 200 <= reply.status < 300:
            raise self._model_error(name, reply.status, reply.body.decode("utf-8", "replace"))
        if len(reply.body) > self._settings.max_body_bytes:
            raise self._model_error(name, reply.status, f"The answer has {len(reply.body)} bytes, more than allowed.")
        self._capture.record(route.deployment.config.capture, _exchange(name, route, headers, body, reply))
        return _success(route, reply)

    def _model_error(self, name: str, status: int, message: str) -> _RuntimeError:
        side = "client" if 400 <= status < 500 else "server"
        group = f"/aws/sagemaker/Endpoints/{name}"
        console = f"https://{self._region}.console.aws.amazon.com/cloudwatch/home?region={self._region}"
        text = (
            f'Received {side} error ({status}) from primary with message "{message}". '
            f"See {console}#logEventViewer:group={group} in account {self._account} for more information."
        )
        stream = f"arn:aws:logs:{self._region}:{self._account}:log-group:{group}"
        members = {"OriginalStatusCode": status, "OriginalMessage": message, "LogStreamArn": stream}
        return _RuntimeError("ModelError", 424, text, **members)


def _validation_error(message: str) -> _RuntimeError:
    return _RuntimeError("ValidationError", 400, message)


def _measured(name: str, route: _Route, reply: Reply | None, model: float, overhead: float) -> Invocation:
    status = None if reply is None else reply.status
    micros, rest = round(model * 1e6), round(overhead * 1e6)
    return Invocation(
        name, route.variant, route.deployment.config.name, route.instances, status, micros, rest, route.role
    )


def _exchange(name: str, route: _Route, headers: Mapping[str, str], body: bytes, reply: Reply) -> Exchange:
    return Exchange(
        endpoint=name,
        variant=route.variant,
        request_type=headers.get("content-type", ""),
        request=body,
        response_type=_header(reply, "content-type", ""),
        response=reply.body,
        inference_id=headers.get(_INFERENCE_ID),
        custom_attributes=headers.get(_CUSTOM_ATTRIBUTES),
        role=route.role,
    )


def _success(route: _Route, reply: Reply) -> Response:
    headers = {
        "Content-Type": _header(reply, "content-type", "application/octet-stream"),
        "x-Amzn-Invoked-Production-Variant": route.variant,
    }
    if attributes := _header(reply, _CUSTOM_ATTRIBUTES, ""):
        headers["X-Amzn-SageMaker-Custom-Attributes"] = attributes
    return Response(200, headers, reply.body)


def _header(reply: Reply, name: str, default: str) -> str:
    return next((value for key, value in reply.headers.items() if key.lower() == name), default)
