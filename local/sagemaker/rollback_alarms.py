"""The CloudWatch alarms that roll a deployment back."""

from __future__ import annotations

from typing import Any

from local.sagemaker.errors import invalid


class RollbackAlarms:
    def __init__(self, cloudwatch: Any, names: tuple[str, ...]) -> None:
        self._cloudwatch = cloudwatch
        self._names = names

    def require_known(self) -> None:
        """:raises AwsError: an alarm does not exist, so that nothing would watch the deployment."""
        missing = sorted(set(self._names) - set(self._states()))
        if missing:
            raise invalid(
                f"AutoRollbackConfiguration: no metric alarm is named {', '.join(missing)}; "
                "create the alarms before the update that they watch."
            )

    def ringing(self) -> list[str]:
        """Names of the alarms that are in ALARM now."""
        return sorted(name for name, state in self._states().items() if state == "ALARM")

    def _states(self) -> dict[str, str]:
        if not self._names:
            return {}
        answer = self._cloudwatch.describe_alarms(AlarmNames=list(self._names))
        return {alarm["AlarmName"]: alarm["StateValue"] for alarm in answer.get("MetricAlarms", [])}
