"""Runs composite alarms over the changes of the alarms below them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import heappop, heappush

from local.alarms import composite_reason
from local.alarms.composite_alarm import CompositeAlarm
from local.alarms.replay import Transition
from local.alarms.terms import AlarmState


class CompositeReplay:
    """`alarms` stand after those they depend on; `below` has the changes of each metric alarm, by its name.

    Every alarm begins in INSUFFICIENT_DATA and is judged at `start`, like one that is put then, until `end` (epoch
    seconds). Changes of one moment are seen together: a rule over two alarms that change at once is judged after both.
    """

    def __init__(
        self,
        alarms: Sequence[CompositeAlarm],
        below: Mapping[str, Sequence[Transition]],
        start: float,
        end: float,
    ) -> None:
        self._alarms = alarms
        self._changes: defaultdict[float, list[tuple[str, Transition]]] = defaultdict(list)
        for name, transitions in below.items():
            for transition in transitions:
                self._changes[transition.at].append((name, transition))
        self._start, self._end = start, end
        self._states = dict.fromkeys((*below, *(alarm.name for alarm in alarms)), AlarmState.INSUFFICIENT_DATA)
        self._suppressions = {alarm.name: alarm.suppression() for alarm in alarms}
        self._found: dict[str, list[Transition]] = {alarm.name: [] for alarm in alarms}
        self._due: list[float] = []

    def run(self) -> dict[str, list[Transition]]:
        """The changes of each composite alarm, by its name; where actions were held back, also when they are taken."""
        for at in {self._start, *self._changes}:
            heappush(self._due, at)
        seen = float("-inf")
        while self._due:
            now = heappop(self._due)
            if seen < now <= self._end:
                seen = now
                self._step(now)
        return self._found

    def _step(self, now: float) -> None:
        changed = {name for name, _ in self._changes[now]}
        for name, transition in self._changes[now]:
            self._states[name] = transition.state
        for alarm in self._alarms:
            if alarm.suppressor and (suppression := self._suppressions[alarm.name]):
                suppression.suppressor_changes(self._states[alarm.suppressor] == AlarmState.ALARM, now)
            if self._judge(alarm, changed, now):
                changed.add(alarm.name)

    def _judge(self, alarm: CompositeAlarm, changed: Iterable[str], now: float) -> bool:
        old, new = self._states[alarm.name], alarm.judge(self._states)
        suppression = self._suppressions[alarm.name]
        if new is not old:
            held_back = suppression.alarm_changes(new is AlarmState.ALARM, now) if suppression else None
            self._states[alarm.name] = new
            self._tell(
                alarm, now, old, self._reason(alarm, changed, now) + (f". {held_back.reason}" if held_back else "")
            )
        elif suppression and suppression.ends(now):
            self._tell(alarm, now, old, "Actions are no longer suppressed, and are taken")
        if suppression and (later := suppression.looks_again_at(now)) is not None:
            heappush(self._due, later)
        return new is not old

    def _reason(self, alarm: CompositeAlarm, changed: Iterable[str], now: float) -> str:
        child = next((child for child in alarm.children if child in changed), None)
        if child is None:
            return composite_reason.put(alarm.name, self._states[alarm.name])
        return composite_reason.child_changed(child, self._states[child], now)

    def _tell(self, alarm: CompositeAlarm, now: float, old: AlarmState, reason: str) -> None:
        self._found[alarm.name].append(Transition(now, old, self._states[alarm.name], f"{reason}."))
