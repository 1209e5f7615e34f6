"""What can be wrong with an alarm. Every message says which alarm, what was given and what is allowed."""


class AlarmError(ValueError):
    """An alarm that cannot be judged."""


class InvalidAlarm(AlarmError):
    """CloudWatch itself would refuse this alarm: a required property is missing or a value is out of its limits."""


class UnsupportedAlarm(AlarmError):
    """CloudWatch would take this alarm, but the evaluator does not judge its kind."""
