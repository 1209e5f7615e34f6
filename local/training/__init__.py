"""A behavioural emulator of SageMaker training jobs. `behaviours.py` lists what it does and on whose word."""

from local.training.service import Training
from local.training.settings import Settings

__all__ = ["Settings", "Training"]
