"""What the alarms that ring at one moment make of a target's capacity. Pure: no clock, no calls."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from local.autoscaling.policy import TARGET_TRACKING, Breach, ScalingPolicy
from local.autoscaling.target import ScalableTarget

Call = tuple[ScalingPolicy, Breach]


@dataclass(frozen=True)
class Wish:
    """A capacity, and the call that asks for it."""

    capacity: int
    policy: ScalingPolicy
    breach: Breach

    @property
    def cause(self) -> str:
        alarm, state, policy = self.breach.alarm, self.breach.state, self.policy.name
        return f"monitor alarm {alarm} in state {state} triggered policy {policy}"


@dataclass(frozen=True)
class NotScaled:
    """A wish that is not granted, with NotScaledReason as the API has it."""

    wish: Wish
    reason: dict[str, Any]


def decide(
    target: ScalableTarget, current: int, calls: Sequence[Call], ringing: Collection[str], now: float
) -> Wish | NotScaled | None:
    """The change to make, why none is made, or None where suspension or a cooldown holds it back.

    :param calls: the policies that alarms call.
    :param ringing: names of all alarms of the target's policies that are in ALARM.
    """
    wishes = [
        Wish(wanted, policy, breach)
        for policy, breach in calls
        if (wanted := policy.capacity(current, breach)) is not None
    ]
    out = [wish for wish in wishes if wish.capacity > current]
    if out:
        return _out(target, current, out, now)
    return _in(target, current, wishes, ringing, now)


def _out(target: ScalableTarget, current: int, wishes: Sequence[Wish], now: float) -> Wish | NotScaled | None:
    if target.suspended["DynamicScalingOutSuspended"]:
        return None
    base = target.cooldown.base_of(current, now)
    counted = [
        Wish(wish.policy.capacity(base, wish.breach) or 0, wish.policy, wish.breach) if base < current else wish
        for wish in wishes
    ]
    best = max(counted, key=lambda wish: wish.capacity)
    if best.capacity <= current:
        return None  # what was added a moment ago is as much as is asked for
    granted = target.within(best.capacity)
    if granted <= current:
        return NotScaled(best, {"Code": "AlreadyAtMaxCapacity", "MaxCapacity": target.maximum})
    return Wish(granted, best.policy, best.breach)


def _in(
    target: ScalableTarget, current: int, wishes: Sequence[Wish], ringing: Collection[str], now: float
) -> Wish | NotScaled | None:
    all_ready = _all_ready(target, ringing)
    wishes = [wish for wish in wishes if wish.policy.may_remove(wish.breach, all_ready)]
    if not wishes or target.suspended["DynamicScalingInSuspended"] or target.cooldown.holds_removal(now):
        return None
    best = max(wishes, key=lambda wish: wish.capacity)
    granted = target.within(best.capacity)
    if granted < current:
        return Wish(granted, best.policy, best.breach)
    if current <= target.minimum:
        return NotScaled(best, {"Code": "AlreadyAtMinCapacity", "MinCapacity": target.minimum})
    tracks = best.policy.kind == TARGET_TRACKING
    code = "AutoScalingAnticipatedFlapping" if tracks else "AlreadyAtDesiredCapacity"
    return NotScaled(best, {"Code": code, "CurrentCapacity": current})


def _all_ready(target: ScalableTarget, ringing: Collection[str]) -> bool:
    """Target tracking removes capacity only when every such policy that may remove some is ready to."""
    return all(policy.low_alarm in ringing for policy in target.policies.values() if policy.low_alarm is not None)
