"""The alarms of the local CloudWatch: judged by `local.alarms` on the local cloud's clock, with their actions.

ministack keeps alarms and metrics and speaks the protocols; what an alarm's state is and what follows from it is here.
"""

from .actions import AlarmActions, StateChange
from .metric_alarms import MetricAlarms

__all__ = ["AlarmActions", "MetricAlarms", "StateChange"]
