"""Finds the alarms of a CloudFormation template, and says of each whether it can be judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.alarms.errors import AlarmError
from local.alarms.metric_alarm import MetricAlarm
from local.alarms.property_names import DECISIVE

ALARM_TYPE = "AWS::CloudWatch::Alarm"


@dataclass(frozen=True)
class TemplateAlarms:
    """The alarms of a template by logical id: those that can be judged, and why the others cannot."""

    judged: Mapping[str, MetricAlarm]
    left_out: Mapping[str, str]


class Unresolved(ValueError):
    """An intrinsic function whose value the template alone does not give."""


def read_alarms(template: Mapping[str, Any]) -> TemplateAlarms:
    """Composite and log alarms are listed as left out, like any other CloudWatch alarm of another type."""
    judged: dict[str, MetricAlarm] = {}
    left_out: dict[str, str] = {}
    for logical_id, resource in template.get("Resources", {}).items():
        kind = resource.get("Type", "")
        if kind == ALARM_TYPE:
            properties = {k: v for k, v in resource.get("Properties", {}).items() if k in DECISIVE}
            try:
                judged[logical_id] = MetricAlarm.parse({"AlarmName": logical_id, **_resolve(properties, template)})
            except (AlarmError, Unresolved) as error:
                left_out[logical_id] = str(error)
        elif kind.startswith("AWS::CloudWatch::") and kind.endswith("Alarm"):
            left_out[logical_id] = f"It is of the type {kind}; judged here is {ALARM_TYPE} only."
    return TemplateAlarms(judged, left_out)


def _resolve(value: Any, template: Mapping[str, Any]) -> Any:
    """`value` with its intrinsic functions replaced, as far as the template holds their values.

    That is: Ref to a parameter with a default, Fn::Join, and Fn::GetAtt of an attribute that the resource has as a
    property of the same name (an endpoint's EndpointName).
    """
    if isinstance(value, list):
        return [_resolve(item, template) for item in value]
    if not isinstance(value, Mapping):
        return value
    match dict(value):
        case {"Ref": str(name)} if "Default" in template.get("Parameters", {}).get(name, {}):
            return template["Parameters"][name]["Default"]
        case {"Fn::Join": [str(separator), list(parts)]}:
            return separator.join(str(_resolve(part, template)) for part in parts)
        case {"Fn::GetAtt": [str(logical_id), str(attribute)]}:
            properties = template.get("Resources", {}).get(logical_id, {}).get("Properties", {})
            if attribute in properties:
                return _resolve(properties[attribute], template)
    if len(value) == 1 and (function := next(iter(value))) and (function == "Ref" or function.startswith("Fn::")):
        raise Unresolved(f"{function} {value[function]} has no value before the deployment; give it literally.")
    return {key: _resolve(item, template) for key, item in value.items()}
