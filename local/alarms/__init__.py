"""CloudWatch alarms, judged as CloudWatch judges them: pure functions, without a clock, a store or a network.

`evaluate` judges one alarm at one moment, `replay` runs it over a recorded series, and
`python -m local.alarms replay` does so for the alarms of a CloudFormation template. Judged are alarms on one metric
against a static threshold; metric math, anomaly bands and PromQL raise UnsupportedAlarm. `rules.RULES` is the table of
rules, each with its source; `python -m local.alarms rules` prints it.

What the caller does: select the datapoints of `alarm.metric` (exactly these dimensions, and `alarm.unit` if it is set),
and call `evaluate` once per `alarm.evaluation_interval`.
"""

from local.alarms.errors import AlarmError, InvalidAlarm, UnsupportedAlarm
from local.alarms.evaluation import Verdict, evaluate
from local.alarms.metric_alarm import MetricAlarm
from local.alarms.replay import Transition, replay
from local.alarms.statistic import Datapoint
from local.alarms.terms import AlarmState, Comparison, MetricId, TreatMissingData

__all__ = [
    "AlarmError",
    "AlarmState",
    "Comparison",
    "Datapoint",
    "InvalidAlarm",
    "MetricAlarm",
    "MetricId",
    "Transition",
    "TreatMissingData",
    "UnsupportedAlarm",
    "Verdict",
    "evaluate",
    "replay",
]
