"""An endpoint: what it serves, what it is becoming, and how DescribeEndpoint shows it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from local.sagemaker.endpoint_configs import EndpointConfig
from local.sagemaker.fleet import DeployedImage, Fleet
from local.sagemaker.ports import Clock, Events, Params

_log = logging.getLogger(__name__)

Status = Literal["Creating", "Updating", "InService", "Deleting", "Failed"]
_MAX_REASON = 1024
_EVENT_STATUS: Mapping[Status, str] = {
    "Creating": "CREATING",
    "Updating": "UPDATING",
    "InService": "IN_SERVICE",
    "Deleting": "DELETING",
    "Failed": "FAILED",
}


@dataclass
class VariantState:
    """Weight and instance count of one variant: where they are and where they are going."""

    desired_weight: float
    desired_count: int
    weight: float = 0.0
    count: int = 0

    def settle(self) -> None:
        self.weight, self.count = self.desired_weight, self.desired_count


@dataclass
class Deployment:
    """A configuration with the fleet that serves it."""

    config: EndpointConfig
    fleet: Fleet
    variants: dict[str, VariantState]
    started: float

    def settle(self) -> None:
        for variant in self.variants.values():
            variant.settle()


@dataclass
class Endpoint:
    """Guarded by `lock`, except for the facts that never change."""

    name: str
    arn: str
    created: float
    clock: Clock
    events: Events
    current: Deployment
    status: Status = "Creating"
    pending: Deployment | None = None
    routed: Deployment | None = None
    """The deployment that gets the traffic: `pending` while an update bakes, else `current`; None before InService."""
    phase: str = "Creating"
    """VariantStatus of the deployment that is under way."""
    failure: str | None = None
    last_deployment: Params | None = None
    modified: float = 0.0
    tags: Mapping[str, str] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def enter(self, status: Status, failure: str | None = None) -> None:
        """Changes the status; whoever holds the lock announces it once the lock is free."""
        with self.lock:
            self.status = status
            self.modified = self.clock.now()
            if failure is not None:
                self.failure = _shorten(failure)

    def announce(self) -> None:
        """Tells the event bus the status. Not under the lock: a rule's target may ask for this endpoint at once."""
        with self.lock:
            detail = self._event_detail()
        try:
            self.events("SageMaker Endpoint State Change", detail)
        except Exception:
            _log.exception("endpoint %s: the event for %s could not be put", self.name, detail["EndpointStatus"])

    def become(self, status: Status, failure: str | None = None) -> None:
        self.enter(status, failure)
        self.announce()

    def _event_detail(self) -> dict[str, Any]:
        return {
            "EndpointName": self.name,
            "EndpointArn": self.arn,
            "EndpointConfigName": self.current.config.name,
            "ProductionVariants": _rows(self.current, []),
            "EndpointStatus": _EVENT_STATUS[self.status],
            "CreationTime": round(self.created * 1000),
            "LastModifiedTime": round(self.modified * 1000),
            "Tags": dict(self.tags),
        }

    def describe(self) -> dict[str, Any]:
        with self.lock:
            under_way = [{"Status": self.phase}] if self.status == "Creating" else []
            answer: dict[str, Any] = {
                **self.summary(),
                "EndpointConfigName": self.current.config.name,
                "ProductionVariants": _rows(self.current, under_way),
            }
            if self.current.config.capture is not None:
                answer["DataCaptureConfig"] = self.current.config.capture.summary()
            if self.failure is not None:
                answer["FailureReason"] = self.failure
            if self.last_deployment is not None:
                answer["LastDeploymentConfig"] = self.last_deployment
            if self.pending is not None:
                answer["PendingDeploymentSummary"] = {
                    "EndpointConfigName": self.pending.config.name,
                    "ProductionVariants": _rows(self.pending, [{"Status": self.phase}]),
                    "StartTime": self.pending.started,
                }
            if "MetricsConfig" in self.current.config.params:
                answer["MetricsConfig"] = self.current.config.params["MetricsConfig"]
            return answer

    def summary(self) -> dict[str, Any]:
        with self.lock:
            return {
                "EndpointName": self.name,
                "EndpointArn": self.arn,
                "CreationTime": self.created,
                "LastModifiedTime": self.modified,
                "EndpointStatus": self.status,
            }


def _rows(deployment: Deployment, status: list[dict[str, str]]) -> list[dict[str, Any]]:
    images = deployment.fleet.images
    rows = []
    for name, variant in deployment.variants.items():
        row: dict[str, Any] = {
            "VariantName": name,
            "CurrentWeight": variant.weight,
            "DesiredWeight": variant.desired_weight,
            "CurrentInstanceCount": variant.count,
            "DesiredInstanceCount": variant.desired_count,
        }
        if name in images:
            row["DeployedImages"] = [_image(images[name])]
        if status:
            row["VariantStatus"] = status
        rows.append(row)
    return rows


def _image(image: DeployedImage) -> dict[str, Any]:
    return {"SpecifiedImage": image.specified, "ResolvedImage": image.resolved, "ResolutionTime": image.time}


def _shorten(reason: str) -> str:
    """Keeps the beginning, which says what failed, and the end of the log, which says why."""
    if len(reason) <= _MAX_REASON:
        return reason
    head, _, tail = reason.partition("\n")
    room = _MAX_REASON - len(head) - 2
    return f"{head}\n…{tail[-room:]}" if room > 0 else reason[:_MAX_REASON]
