"""What time does in the local cloud, and on whose word.

Pages are of the user guides of EventBridge (RULES), EventBridge Scheduler (SCHEDULER) and Step Functions (STATES), read
in November 2026.
"""

from __future__ import annotations

from ..behaviour import assumed, documented

_RULES = "EventBridge, Setting a schedule pattern for scheduled rules"
_SCHEDULER = "EventBridge Scheduler, Schedule types in EventBridge Scheduler"
_ERRORS = "Step Functions, Handling errors in Step Functions workflows"
_QUARTZ = "Quartz Scheduler, Cron Trigger Tutorial; AWS gives no such case"
_OURS = "limit of the local cloud"
_SILENT = "AWS does not say"


BEHAVIOURS = (
    documented("cron", "six fields, lists, ranges, steps, names, ?, L, nL, nW, n#k; ranges run over midnight", _RULES),
    assumed("cron", "nW stays within the month, LW is its last weekday, a day that a month lacks is left out", _QUARTZ),
    documented("rate", "of a rule counts from its creation, a value of 1 needs the singular", _RULES),
    documented("rate", "of a schedule is due at its start, which is its creation where none is given", _SCHEDULER),
    assumed("schedules", "a change counts from when it is made, a rate keeps its beat", _SILENT),
    documented("time zones", "a time that daylight saving skips is left out, one it repeats is due once", _SCHEDULER),
    assumed("time zones", "the one it repeats is due the first time", _SILENT),
    assumed("schedules", "fire at the start of their minute, and of their flexible window", "AWS: within it"),
    assumed("schedules", "the time of an event is when it was due", "AWS's examples show whole minutes"),
    documented("retries", "wait IntervalSeconds x BackoffRate^n, at most MaxDelaySeconds, or a part of that", _ERRORS),
    documented("heartbeats", "a task that sends none for HeartbeatSeconds ends in States.HeartbeatTimeout", _ERRORS),
    assumed("heartbeats", "States.Timeout catches States.HeartbeatTimeout", f"{_ERRORS}, which names both"),
    assumed("timeouts", "of functions and of tasks that call an API count in real time, as their work does", _OURS),
    assumed("functions", "their timers, timeouts and retries take real time", _OURS),
)
