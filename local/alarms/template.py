"""Finds the alarms of a CloudFormation template, and says of each whether it can be judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.alarms.composite_alarm import CompositeAlarm, children_first
from local.alarms.errors import AlarmError
from local.alarms.intrinsics import Unresolved, resolve
from local.alarms.metric_alarm import MetricAlarm
from local.alarms.property_names import WITHOUT_EFFECT

ALARM_TYPE, COMPOSITE_TYPE = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"
_ACTIONS = frozenset(("AlarmActions", "OKActions", "InsufficientDataActions", "Tags", "AlarmDescription"))


@dataclass(frozen=True)
class TemplateAlarms:
    """The alarms of a template by logical id: those that can be judged, and why the others cannot.

    Composite alarms stand after those they depend on.
    """

    metric: Mapping[str, MetricAlarm]
    composite: Mapping[str, CompositeAlarm]
    left_out: Mapping[str, str]


def read_alarms(template: Mapping[str, Any]) -> TemplateAlarms:
    """Alarms of other types, such as log alarms, are listed as left out."""
    metric: dict[str, MetricAlarm] = {}
    composite: dict[str, CompositeAlarm] = {}
    left_out: dict[str, str] = {}
    for logical_id, resource in template["Resources"].items():
        kind = str(resource.get("Type", "")) if isinstance(resource, Mapping) else ""
        try:
            if kind == ALARM_TYPE:
                metric[logical_id] = MetricAlarm.parse(_properties(logical_id, template, WITHOUT_EFFECT))
            elif kind == COMPOSITE_TYPE:
                composite[logical_id] = CompositeAlarm.parse(_properties(logical_id, template, _ACTIONS))
            elif kind.startswith("AWS::CloudWatch::") and kind.endswith("Alarm"):
                left_out[logical_id] = f"It is of the type {kind}; judged are {ALARM_TYPE} and {COMPOSITE_TYPE}."
        except (AlarmError, Unresolved) as error:
            left_out[logical_id] = str(error)
    return TemplateAlarms(metric, _in_order(metric, composite, left_out), left_out)


def alarm_name(logical_id: str, template: Mapping[str, Any]) -> str:
    """The name the template gives it, or else its logical id: CloudFormation would make one up."""
    try:
        given = resolve(template["Resources"][logical_id].get("Properties", {}).get("AlarmName"), template)
    except Unresolved:
        given = None
    return given if isinstance(given, str) else logical_id


def _properties(logical_id: str, template: Mapping[str, Any], left_aside: frozenset[str]) -> dict[str, Any]:
    given = template["Resources"][logical_id].get("Properties", {})
    decisive = {key: value for key, value in given.items() if key not in left_aside}

    def reference(other: str) -> str | None:
        """What Ref and the ARN of an alarm stand for in a rule."""
        is_alarm = template["Resources"].get(other, {}).get("Type") in (ALARM_TYPE, COMPOSITE_TYPE)
        return alarm_name(other, template) if is_alarm else None

    return {**resolve(decisive, template, reference), "AlarmName": alarm_name(logical_id, template)}


def _in_order(
    metric: Mapping[str, MetricAlarm], composite: Mapping[str, CompositeAlarm], left_out: dict[str, str]
) -> dict[str, CompositeAlarm]:
    """The composite alarms that depend on judged alarms only; the others are added to `left_out`."""
    ids = {alarm.name: logical_id for logical_id, alarm in composite.items()}
    known = {alarm.name for alarm in metric.values()}
    ordered: dict[str, CompositeAlarm] = {}
    try:
        alarms = children_first(composite.values())
    except AlarmError as error:
        left_out.update(dict.fromkeys(composite, str(error)))
        return {}
    for alarm in alarms:
        missing = [need for need in alarm.needs if need not in known]
        if missing:
            left_out[ids[alarm.name]] = (
                f'Alarm "{alarm.name}" depends on {", ".join(missing)}, which this template does not have, '
                "or which cannot be judged."
            )
        else:
            known.add(alarm.name)
            ordered[ids[alarm.name]] = alarm
    return ordered
