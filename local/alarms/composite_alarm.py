"""A composite alarm: its state follows from the states of other alarms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from local.alarms import alarm_rule
from local.alarms.alarm_rule import InvalidRule
from local.alarms.errors import InvalidAlarm
from local.alarms.given import Given
from local.alarms.property_names import OF_COMPOSITE_ALARMS
from local.alarms.suppression import Suppression
from local.alarms.terms import AlarmState

LONGEST_RULE = 10240


@dataclass(frozen=True)
class CompositeAlarm:
    """One composite alarm, checked."""

    name: str
    rule: alarm_rule.Node
    suppressor: str | None
    """Name of the alarm whose ALARM holds actions back."""
    wait_period: int
    """ActionsSuppressorWaitPeriod, in seconds."""
    extension_period: int
    """ActionsSuppressorExtensionPeriod, in seconds."""

    @classmethod
    def parse(cls, properties: Mapping[str, Any]) -> CompositeAlarm:
        """Reads the properties of an `AWS::CloudWatch::CompositeAlarm`, or one as DescribeAlarms returns it.

        Raises InvalidAlarm: which alarm, what was given and what is allowed.
        """
        given = Given(properties, f'Alarm "{properties.get("AlarmName") or "unnamed"}"')
        for key in sorted(given.keys() - OF_COMPOSITE_ALARMS):
            given.unsupported(f"the property {key}")
        name, text = given.text("AlarmName"), given.text("AlarmRule")
        if len(text) > LONGEST_RULE:
            given.invalid(f"AlarmRule has {len(text)} characters; allowed are up to {LONGEST_RULE}.")
        try:
            rule = alarm_rule.parse(text)
        except InvalidRule as error:
            given.invalid(f"AlarmRule is {text!r}: {error}.")
        suppressor = alarm_rule.name_of(given.text("ActionsSuppressor")) if "ActionsSuppressor" in given else None
        periods = ("ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")
        if suppressor is None:
            for key in periods:
                if key in given:
                    given.invalid(f"{key} is given without ActionsSuppressor; it says how long that is waited for.")
            return cls(name, rule, None, 0, 0)
        wait, extension = (given.whole(key, minimum=0) for key in periods)
        return cls(name, rule, suppressor, wait, extension)

    @property
    def children(self) -> list[str]:
        """Names of the alarms of its rule."""
        return alarm_rule.alarms(self.rule)

    @property
    def needs(self) -> list[str]:
        """Names of all alarms that it cannot do without: its children and its suppressor."""
        return [*self.children, *([self.suppressor] if self.suppressor else [])]

    def judge(self, states: Mapping[str, str]) -> AlarmState:
        """ALARM if the rule holds while its children are in `states`, else OK."""
        return AlarmState.ALARM if alarm_rule.holds(self.rule, states) else AlarmState.OK

    def suppression(self) -> Suppression | None:
        """A new one; None where the alarm has no suppressor."""
        return Suppression(self.wait_period, self.extension_period) if self.suppressor else None


def children_first(alarms: Iterable[CompositeAlarm]) -> list[CompositeAlarm]:
    """The alarms in an order in which each stands after those it depends on. Raises InvalidAlarm for a circle."""
    by_name = {alarm.name: alarm for alarm in alarms}
    needs = {name: [need for need in alarm.needs if need in by_name] for name, alarm in by_name.items()}
    try:
        return [by_name[name] for name in TopologicalSorter(needs).static_order()]
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        raise InvalidAlarm(
            f'Alarm "{error.args[1][0]}": its rule leads back to itself ({circle}); '
            "CloudWatch would stop judging these alarms."
        ) from None
