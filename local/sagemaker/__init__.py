"""A behavioural emulator of SageMaker real-time hosting. `behaviours.py` lists what it does and on whose word."""

from local.sagemaker.errors import AwsError
from local.sagemaker.hosting import Hosting
from local.sagemaker.ports import Clients, Clock, Events, Response
from local.sagemaker.settings import Settings

__all__ = ["AwsError", "Clients", "Clock", "Events", "Hosting", "Response", "Settings"]
