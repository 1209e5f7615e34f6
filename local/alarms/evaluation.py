"""Judges one alarm at one moment. The rules, and where each comes from, are in `rules.py`."""

from collections.abc import Sequence
from dataclasses import dataclass

from local.alarms import reason
from local.alarms.metric_alarm import MetricAlarm
from local.alarms.samples import Recording, Sample, samples
from local.alarms.terms import AlarmState, TreatMissingData


@dataclass(frozen=True)
class Verdict:
    """The state an alarm is in after an evaluation, and why, in CloudWatch's words where they are known."""

    state: AlarmState
    reason: str
    samples: tuple[Sample, ...] = ()
    """The data points it rests on, oldest first; fewer than EvaluationPeriods where some are missing."""


def evaluate(alarm: MetricAlarm, recording: Recording, now: float, previous_state: str) -> Verdict:
    """Judges `alarm` at `now` (epoch seconds) by the datapoints of its metrics, in any order.

    Datapoints outside `alarm.evaluation_range(now)` do not count; pass only those inside to keep the cost down to them.
    `previous_state` is the state before: it stays where the rules say that an evaluation changes nothing.
    """
    previous = AlarmState(previous_state)
    read = samples(alarm, recording, now)
    present = tuple(sample for sample in read if sample is not None)[-alarm.evaluation_periods :]
    missing = alarm.evaluation_periods - len(present)
    breaching = [sample for sample in present if alarm.breaches(sample.value)]

    if alarm.ignore_low_samples and present:
        statistic = alarm.only_query.statistic
        fewest = min(sample.count or 0 for sample in present)
        if fewest < statistic.samples_needed:
            return Verdict(previous, reason.low_samples(statistic, fewest), present)
    if missing and alarm.treat_missing_data is TreatMissingData.BREACHING:
        fires = len(breaching) + missing >= alarm.datapoints_to_alarm
        return Verdict(_state(fires), reason.filled(alarm, present, missing), present)
    if missing and alarm.treat_missing_data is TreatMissingData.NOT_BREACHING:
        return Verdict(
            _state(len(breaching) >= alarm.datapoints_to_alarm), reason.filled(alarm, present, missing), present
        )
    if len(breaching) == len(present) < alarm.datapoints_to_alarm:
        return _without_a_good_datapoint(alarm, read, present, previous)
    fires = len(breaching) >= alarm.datapoints_to_alarm
    return Verdict(_state(fires), reason.threshold_crossed(alarm, present, fires), present)


def _without_a_good_datapoint(
    alarm: MetricAlarm, read: Sequence[Sample | None], present: tuple[Sample, ...], previous: AlarmState
) -> Verdict:
    """Too few data points, all of them breaching or none at all, and missing ones count neither way."""
    if alarm.treat_missing_data is TreatMissingData.IGNORE:
        return Verdict(previous, reason.kept(alarm, present), present)
    age = next((len(read) - index for index, sample in enumerate(read) if sample is not None), 0)
    if age >= alarm.datapoints_to_alarm:
        return Verdict(AlarmState.ALARM, reason.old_breach(alarm, present, age), present)
    return Verdict(AlarmState.INSUFFICIENT_DATA, reason.insufficient(alarm, present), present)


def _state(fires: bool) -> AlarmState:
    return AlarmState.ALARM if fires else AlarmState.OK
