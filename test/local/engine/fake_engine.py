"""The real engine with a hosting that has no containers: endpoints are InService, or fail, after a moment."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local import engine
from local.sagemaker.errors import AwsError
from local.sagemaker.ports import Response

MOMENT = 0.3


@dataclass
class FakeHosting:
    """Keeps what it is given. An endpoint whose config has a variant called `Broken` fails."""

    account: str
    region: str
    clock: Any
    clients: Any
    state_dir: Any
    events: Any
    _kept: dict[str, dict[str, Any]] = field(default_factory=dict)

    def operations(self) -> frozenset[str]:
        verbs = ("Create", "Describe", "Delete")
        nouns = ("Model", "EndpointConfig", "Endpoint")
        return frozenset(
            {verb + noun for verb in verbs for noun in nouns} | {"UpdateEndpoint", "AddTags", "DeleteTags", "ListTags"}
        )

    def owns_arn(self, arn: str) -> bool:
        return arn.split(":")[5].partition("/")[0] in ("model", "endpoint-config", "endpoint")

    def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        verb = next(
            verb for verb in ("Create", "Describe", "Update", "Delete", "Add", "List") if operation.startswith(verb)
        )
        noun = operation.removeprefix(verb)
        if noun == "Tags":
            return self._tags(verb, params)
        kind = {"Model": "model", "EndpointConfig": "endpoint-config", "Endpoint": "endpoint"}[noun]
        arn = f"arn:aws:sagemaker:{self.region}:{self.account}:{kind}/{params[noun + 'Name']}"
        if verb == "Create":
            self._check_references(kind, params)
            if arn in self._kept:
                raise AwsError("ValidationException", f'Cannot create already existing {kind} "{arn}".')
            self._kept[arn] = {**params, noun + "Arn": arn}
            if kind == "endpoint":
                self._move(arn, "Creating", params["EndpointConfigName"])
            return {noun + "Arn": arn}
        if arn not in self._kept:
            raise AwsError("ValidationException", f'Could not find {kind} "{arn}".')
        if verb == "Describe":
            return {key: value for key, value in self._kept[arn].items() if key != "Tags"}
        if verb == "Update":
            self._check_references(kind, params)
            self._kept[arn]["LastUpdate"] = dict(params)
            self._kept[arn]["LastDeploymentConfig"] = params.get("DeploymentConfig", {})
            self._move(arn, "Updating", params["EndpointConfigName"])
            return {noun + "Arn": arn}
        self._delete(kind, arn)
        return {}

    def invoke(self, endpoint: str, headers: Mapping[str, str], body: bytes) -> Response:
        if endpoint == "missing":
            raise AwsError("ValidationError", "Endpoint missing of account not found.")
        accept = headers.get("accept", "application/octet-stream")
        return Response(200, {"Content-Type": accept, "x-endpoint": endpoint}, body[::-1])

    def close(self) -> None:
        self._kept.clear()

    def _check_references(self, kind: str, params: Mapping[str, Any]) -> None:
        wanted = {
            "endpoint-config": [("model", variant["ModelName"]) for variant in params.get("ProductionVariants", [])],
            "endpoint": [("endpoint-config", params.get("EndpointConfigName"))],
        }.get(kind, [])
        for other, name in wanted:
            arn = f"arn:aws:sagemaker:{self.region}:{self.account}:{other}/{name}"
            if arn not in self._kept:
                raise AwsError("ValidationException", f'Could not find {other} "{arn}".')

    def _delete(self, kind: str, arn: str) -> None:
        name = arn.rsplit("/", 1)[1]
        if kind == "endpoint-config" and any(
            name == kept.get("EndpointConfigName") and "EndpointArn" in kept for kept in self._kept.values()
        ):
            raise AwsError("ValidationException", f"{name} is in use: it was deleted before the endpoint moved away.")
        if kind != "endpoint":
            del self._kept[arn]
            return
        self._kept[arn]["EndpointStatus"] = "Deleting"
        threading.Timer(MOMENT, lambda: self._kept.pop(arn, None)).start()

    def _move(self, arn: str, status: str, config_name: str) -> None:
        kept = self._kept[arn]
        kept["EndpointStatus"] = status
        threading.Thread(target=self._settle, args=[kept, status, config_name], daemon=True).start()

    def _settle(self, kept: dict[str, Any], status: str, config_name: str) -> None:
        time.sleep(MOMENT)
        config = self._kept[f"arn:aws:sagemaker:{self.region}:{self.account}:endpoint-config/{config_name}"]
        broken = any(variant["VariantName"] == "Broken" for variant in config["ProductionVariants"])
        if broken:
            kept["FailureReason"] = "The container of variant Broken did not answer /ping."
            kept["EndpointStatus"] = "Failed" if status == "Creating" else "InService"
            return
        kept.update(EndpointConfigName=config_name, EndpointStatus="InService")

    def _tags(self, verb: str, params: Mapping[str, Any]) -> dict[str, Any]:
        kept = self._kept[params["ResourceArn"]]
        tags = {tag["Key"]: tag for tag in kept.get("Tags", [])}
        tags.update({tag["Key"]: tag for tag in params.get("Tags", [])})
        for key in params.get("TagKeys", []):
            tags.pop(key, None)
        kept["Tags"] = list(tags.values())
        return {"Tags": kept["Tags"]}


if __name__ == "__main__":
    sys.exit(engine.main(FakeHosting))
