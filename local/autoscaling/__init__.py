"""A behavioural emulator of Application Auto Scaling for the variants of SageMaker endpoints.

`behaviours.py` lists what it does and on whose word. The package knows no HTTP and no emulator: the hosting, a
CloudWatch client, the clock and the alarms' calls are handed to it.
"""

from local.autoscaling.registered_variants import RegisteredVariants
from local.autoscaling.service import ACTION_PREFIX, AutoScaling

__all__ = ["ACTION_PREFIX", "AutoScaling", "RegisteredVariants"]
