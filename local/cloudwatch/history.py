"""What DescribeAlarmHistory tells of alarms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .. import contract


def record_state(alarm: Mapping[str, Any], old_state: str, data: Mapping[str, Any]) -> None:
    """The state that `alarm` has gone into."""
    contract.RECORD_ALARM_HISTORY.value()(
        alarm["AlarmName"],
        old_state,
        alarm["StateValue"],
        alarm["StateReason"],
        alarm_type=_type(alarm),
        reason_data=dict(data),
    )


def record_action(alarm: Mapping[str, Any], at: float, arn: str, failure: str | None) -> None:
    """An action that was taken, or why it failed; `at` in simulated seconds since 1970."""
    summary = f"Failed to execute action {arn}" if failure else f"Successfully executed action {arn}"
    data = {"actionState": "Failed" if failure else "Succeeded", "notificationResource": arn, "error": failure}
    contract.ALARM_HISTORY.value()().append(
        {
            "AlarmName": alarm["AlarmName"],
            "AlarmType": _type(alarm),
            "Timestamp": contract.CLOUDWATCH_TIMESTAMP.value()(at),
            "HistoryItemType": "Action",
            "HistorySummary": summary,
            "HistoryData": json.dumps({key: value for key, value in data.items() if value is not None}),
        }
    )


def _type(alarm: Mapping[str, Any]) -> str:
    return "CompositeAlarm" if "AlarmRule" in alarm else "MetricAlarm"
