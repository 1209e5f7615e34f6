"""The alarms of the local CloudWatch: judged by `local.alarms` on the local cloud's clock, with their actions.

ministack keeps alarms and metrics and speaks the protocols; what an alarm's state is and what follows from it is here.
Another part of the local cloud takes actions of its own kind by `AlarmActions.register`.
"""

from .actions import AlarmActions, StateChange
from .alarm_service import AlarmService

__all__ = ["AlarmActions", "AlarmService", "StateChange"]
