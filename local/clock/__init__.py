"""One clock for everything in the local cloud that takes time: alarms, endpoint states, schedules, state machines."""

from .clock import Clock

__all__ = ["Clock"]
