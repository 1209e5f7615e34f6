"""SageMaker's training and tuning jobs: the operations and the jobs that run, put together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from local.clock import Clock
from local.clock.pace_file import keep_pace
from local.sagemaker.input_model import InputModel, without_nulls
from local.sagemaker.lifeline import Lifeline
from local.sagemaker.names import Arns
from local.sagemaker.ports import Clients, Events, Params
from local.sagemaker.tags import Tags
from local.training.capacity import Capacity
from local.training.definition import MayAssume
from local.training.jobs import TRAINING_JOB, TrainingJobs
from local.training.settings import Settings
from local.training.site import Site
from local.training.tuning_jobs import TUNING_JOB, TuningJobs
from local.training.upload_fault import UploadFault

Operation = Callable[[Params], dict[str, Any]]


class Training:
    """Emulates SageMaker training; every host of a job is a process of its own.

    :param events: puts an event on the default bus.
    :param state_dir: gets the hosts' files and logs; logs are kept, the rest goes with the instances.
    :param may_assume: whether a role exists and lets SageMaker act as it.
    """

    def __init__(
        self,
        *,
        account: str,
        region: str,
        clock: Clock,
        clients: Clients,
        state_dir: Path,
        events: Events,
        may_assume: MayAssume,
        settings: Settings | None = None,
    ) -> None:
        self.capacity = Capacity(clock)
        self.fault = UploadFault()
        self._lifeline = Lifeline()
        self._closing = threading.Event()
        self._arns = Arns(account, region)
        state_dir.mkdir(parents=True, exist_ok=True)
        pace = state_dir.resolve() / "pace.json"
        keep_pace(clock, pace)
        site = Site(
            clients,
            self._lifeline,
            clock,
            self.capacity,
            self.fault,
            settings or Settings(),
            state_dir.resolve(),
            region,
            pace,
            self._closing,
        )
        self._tags = Tags(self._exists)
        self._jobs = TrainingJobs(self._arns, site, events, self._tags, may_assume)
        self._tunings = TuningJobs(self._arns, site, events, self._tags, self._jobs)
        self._input_model = InputModel()
        self._operations: Mapping[str, Operation] = {
            "CreateTrainingJob": self._jobs.create,
            "DescribeTrainingJob": self._jobs.describe,
            "StopTrainingJob": self._jobs.stop,
            "DeleteTrainingJob": self._jobs.delete,
            "ListTrainingJobs": self._jobs.list,
            "CreateHyperParameterTuningJob": self._tunings.create,
            "DescribeHyperParameterTuningJob": self._tunings.describe,
            "StopHyperParameterTuningJob": self._tunings.stop,
            "ListHyperParameterTuningJobs": self._tunings.list,
            "ListTrainingJobsForHyperParameterTuningJob": self._tunings.list_training_jobs,
            "AddTags": self._tags.add,
            "ListTags": self._tags.list,
            "DeleteTags": self._tags.delete,
        }

    def operations(self) -> frozenset[str]:
        """The operations served here. The tag operations only for ARNs that `owns_arn` knows."""
        return frozenset(self._operations)

    def owns_arn(self, arn: str) -> bool:
        return any(arn.startswith(self._arns.of(kind, "")) for kind in (TRAINING_JOB, TUNING_JOB))

    def call(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Timestamps in the answer are epoch seconds, as the JSON protocol has them.

        :raises AwsError: refused; the text says why.
        :raises KeyError: an operation that `operations` does not list.
        """
        serve = self._operations[operation]
        given = without_nulls(params)
        self._input_model.check(operation, given)
        return serve(given)

    def close(self) -> None:
        """Ends every job's processes, and waits for what looks after them."""
        self._closing.set()
        self._tunings.join()
        self._jobs.join()
        self._lifeline.close()

    def _exists(self, arn: str) -> bool:
        name = arn.rsplit("/", 1)[-1]
        known = {self._arns.of(TRAINING_JOB, name): self._jobs.has, self._arns.of(TUNING_JOB, name): self._tunings.has}
        return arn in known and known[arn](name)
