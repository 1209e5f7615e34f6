"""CloudWatch alarms, judged as CloudWatch judges them: pure functions, without a clock, a store or a network.

`evaluate` judges a metric alarm at one moment, `replay` runs it over recorded series; both read alarms on one metric or
on metric math against a static threshold. `CompositeAlarm` follows other alarms, `Suppression` says when its actions
are held back. Anomaly bands and PromQL raise UnsupportedAlarm. `rules.RULES` is the table of rules, each with its
source; `npm run alarms -- --rules` prints it. docs/alarms.md tells how to use it.

What the caller does: select the datapoints of the metrics of `alarm.queries` (exactly these dimensions), and call
`evaluate` once per `alarm.evaluation_interval`.
"""

from local.alarms.composite_alarm import CompositeAlarm
from local.alarms.errors import AlarmError, InvalidAlarm, UnsupportedAlarm
from local.alarms.evaluation import Verdict, evaluate
from local.alarms.metric_alarm import MetricAlarm
from local.alarms.replay import Transition, replay
from local.alarms.statistic import Datapoint
from local.alarms.suppression import SuppressedBy, Suppression
from local.alarms.terms import AlarmState, Comparison, MetricId, TreatMissingData

__all__ = [
    "AlarmError",
    "AlarmState",
    "Comparison",
    "CompositeAlarm",
    "Datapoint",
    "InvalidAlarm",
    "MetricAlarm",
    "MetricId",
    "SuppressedBy",
    "Suppression",
    "Transition",
    "TreatMissingData",
    "UnsupportedAlarm",
    "Verdict",
    "evaluate",
    "replay",
]
