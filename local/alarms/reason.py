"""The words that explain a verdict, in the form of CloudWatch's own state reasons where those are public."""

from collections.abc import Sequence
from datetime import UTC, datetime

from local.alarms.metric_alarm import MetricAlarm
from local.alarms.samples import Sample
from local.alarms.statistic import Statistic
from local.alarms.terms import TreatMissingData


def threshold_crossed(alarm: MetricAlarm, present: Sequence[Sample], fires: bool) -> str:
    side = [sample for sample in present if alarm.breaches(sample.value) is fires]
    verb = ("was" if len(side) == 1 else "were") + ("" if fires else " not")
    least = alarm.datapoints_to_alarm if fires else alarm.evaluation_periods - alarm.datapoints_to_alarm + 1
    change = "OK -> ALARM" if fires else "ALARM -> OK"
    return (
        f"Threshold Crossed: {len(side)} out of the last {len(present)} datapoints {_values(side)} {verb} "
        f"{alarm.comparison.words} the threshold ({alarm.threshold}) "
        f"(minimum {_count(least, 'datapoint')} for {change} transition)."
    )


def filled(alarm: MetricAlarm, present: Sequence[Sample], missing: int) -> str:
    treated = "Breaching" if alarm.treat_missing_data is TreatMissingData.BREACHING else "NonBreaching"
    received = f"{_count(len(present), 'datapoint')} {_values(present)} " if present else "no datapoints "
    return (
        f"Threshold Crossed: {received}{'was' if len(present) == 1 else 'were'} received for "
        f"{_count(alarm.evaluation_periods, 'period')} and {_count(missing, 'missing datapoint')} "
        f"{'was' if missing == 1 else 'were'} treated as [{treated}]."
    )


def insufficient(alarm: MetricAlarm, present: Sequence[Sample]) -> str:
    unknown = alarm.evaluation_periods - len(present)
    return f"Insufficient Data: {_count(unknown, 'datapoint')} {'was' if unknown == 1 else 'were'} unknown."


def old_breach(alarm: MetricAlarm, present: Sequence[Sample], age: int) -> str:
    return (
        f"Threshold Crossed: {_count(len(present), 'datapoint')} {_values(present)} "
        f"{'was' if len(present) == 1 else 'were'} {alarm.comparison.words} the threshold ({alarm.threshold}); "
        f"the oldest is {_count(age, 'period')} old (at least {alarm.datapoints_to_alarm}) "
        "and only breaching or missing ones followed."
    )


def kept(alarm: MetricAlarm, present: Sequence[Sample]) -> str:
    missing = alarm.evaluation_periods - len(present)
    return f"Unchanged: {_count(missing, 'missing datapoint')} {'was' if missing == 1 else 'were'} ignored."


def low_samples(statistic: Statistic, fewest: float) -> str:
    needed = float(statistic.samples_needed)
    return f"Unchanged: {statistic.name} needs {needed:g} samples in a period; one has {fewest:g}."


def _values(samples: Sequence[Sample]) -> str:
    newest_first = (
        f"{sample.value} ({datetime.fromtimestamp(sample.at, UTC):%d/%m/%y %H:%M:%S})" for sample in reversed(samples)
    )
    return f"[{', '.join(newest_first)}]"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
