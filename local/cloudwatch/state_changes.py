"""Carries out a state change: the record, its history, the event, and the actions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .. import contract
from ..alarms.suppression import SuppressedBy
from ..clock import Clock
from ..events import EventBus
from . import history
from .actions import AlarmActions, StateChange
from .messages import event_detail, state_of


class StateChanges:
    """For metric and composite alarms alike. Runs on the event loop."""

    def __init__(self, clock: Clock, bus: EventBus, actions: AlarmActions) -> None:
        self._clock = clock
        self._bus = bus
        self._actions = actions

    def enter(
        self,
        record: dict[str, Any],
        state: str,
        reason: str,
        data: Mapping[str, Any],
        suppressed_by: SuppressedBy | None = None,
    ) -> None:
        """Puts the alarm into `state`, tells of it, and takes its actions unless something holds them back."""
        previous, now = state_of(record), int(self._clock.now())
        record.update(StateValue=state, StateReason=reason, StateReasonData=json.dumps(data))
        record.update(StateUpdatedTimestamp=now, StateTransitionedTimestamp=now)
        history.record_state(record, str(previous["value"]), data)
        self.announce(record, previous, data, suppressed_by)

    def announce(
        self,
        record: dict[str, Any],
        previous: Mapping[str, Any],
        data: Mapping[str, Any],
        suppressed_by: SuppressedBy | None = None,
    ) -> None:
        """Tells of a state that the record has already, and takes its actions unless something holds them back."""
        suppress(record, suppressed_by)
        change = self._change(record, previous, data)
        detail = event_detail(change)
        self._bus.publish("aws.cloudwatch", "CloudWatch Alarm State Change", detail, [record["AlarmArn"]])
        if suppressed_by is None:
            self._actions.take(change)

    def repeat(self, record: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        """Takes those actions again that are taken every minute."""
        self._actions.repeat(self._change(record, state_of(record), data))

    def _change(self, record: Mapping[str, Any], previous: Mapping[str, Any], data: Mapping[str, Any]) -> StateChange:
        return StateChange(
            alarm=record,
            old_state=str(previous["value"]),
            state=record["StateValue"],
            reason=record.get("StateReason", ""),
            at=self._clock.now(),
            reason_data=data,
            previous=previous,
        )


def suppress(record: dict[str, Any], suppressed_by: SuppressedBy | None) -> None:
    """Says in the record what holds its actions back now."""
    if suppressed_by is None:
        record.pop("ActionsSuppressedBy", None)
        record.pop("ActionsSuppressedReason", None)
    else:
        record.update(ActionsSuppressedBy=str(suppressed_by), ActionsSuppressedReason=suppressed_by.reason)


def names_and_states() -> dict[str, str]:
    """The state of every alarm there is."""
    records = (*contract.ALARMS.value().values(), *contract.COMPOSITE_ALARMS.value().values())
    return {record["AlarmName"]: record["StateValue"] for record in records}
