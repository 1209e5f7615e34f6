"""The life of one tuning job: it launches training jobs, so many at a time, until all are done."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from itertools import islice

from local.sagemaker.errors import AwsError, Stopped
from local.training import tuning_definition
from local.training.early_stopping import is_worse
from local.training.jobs import TrainingJobs
from local.training.site import Site
from local.training.tuning_job import Trial, TuningJob
from local.training.tuning_space import Space, Values

_log = logging.getLogger(__name__)

_ALL_FAILED = "All training jobs failed. Please take a look at the training jobs failures to get more details."


class TuningRun:
    """One tuning job; `live` returns when it has come to its end."""

    def __init__(self, site: Site, jobs: TrainingJobs, tuning: TuningJob, space: Space) -> None:
        self._site = site
        self._jobs = jobs
        self._tuning = tuning
        self._config = tuning.config
        self._limits = tuning.config["ResourceLimits"]
        self._rng = random.Random(tuning.config.get("RandomSeed"))
        self._left = self._proposals(space)
        self._all_launched = False

    def live(self) -> None:
        tuning = self._tuning
        try:
            while not self._is_done():
                if self._site.closing.wait(self._site.settings.look_interval):
                    raise Stopped
                self._launch()
                self._stop_early()
                if tuning.stop_asked or self._is_out_of_time():
                    tuning.become("Stopping")
                    self._stop_all()
                    tuning.become("Stopped")
                    return
            if all(trial.job.status == "Failed" for trial in tuning.trials):
                tuning.become("Failed", _ALL_FAILED)
            else:
                tuning.become("Completed")
        except Stopped:
            return
        except Exception as error:
            _log.exception("tuning job %s", tuning.name)
            self._ask_all_to_stop()
            tuning.become("Failed", f"InternalServerError: The local cloud failed: {type(error).__name__}: {error}")

    def _proposals(self, space: Space) -> Iterator[Values]:
        number = tuning_definition.number_of_jobs(self._config, space)
        if self._config["Strategy"] == "Grid":
            return space.combinations()
        return islice(iter(lambda: space.draw(self._rng), None), number)

    def _running(self) -> list[Trial]:
        return [trial for trial in self._tuning.trials if not trial.job.is_over]

    def _is_done(self) -> bool:
        return self._all_launched and not self._running()

    def _launch(self) -> None:
        """As many as may run at a time; none once an objective is as good as was asked for."""
        while not self._all_launched and len(self._running()) < self._limits["MaxParallelTrainingJobs"]:
            values = None if self._is_good_enough() else next(self._left, None)
            if values is None:
                self._all_launched = True
                return
            tuning = self._tuning
            name = f"{tuning.name}-{len(tuning.trials) + 1:03d}-{self._rng.getrandbits(32):08x}"
            definition = tuning_definition.training_job(tuning.params, name, values)
            try:
                job = self._jobs.launch(definition, tuning.arn)
            except AwsError as refused:
                raise RuntimeError(f"The training job {name} is refused: {refused.message}") from refused
            metric = self._config["HyperParameterTuningJobObjective"]["MetricName"]
            with tuning.lock:
                tuning.trials.append(Trial(job, values, metric))

    def _is_good_enough(self) -> bool:
        target = self._config.get("TuningJobCompletionCriteria", {}).get("TargetObjectiveMetricValue")
        best = self._tuning.best()
        if target is None or best is None or best.objective is None:
            return False
        return bool(best.objective >= target if self._tuning.maximizes else best.objective <= target)

    def _stop_early(self) -> None:
        if self._config.get("TrainingJobEarlyStoppingType", "Off") != "Auto":
            return
        done = [trial.job.values_of(trial.metric) for trial in self._tuning.trials if trial.job.status == "Completed"]
        for trial in self._running():
            if is_worse(trial.job.values_of(trial.metric), done, maximize=self._tuning.maximizes):
                trial.job.stop_asked = True

    def _is_out_of_time(self) -> bool:
        limit = self._limits.get("MaxRuntimeInSeconds")
        return limit is not None and self._site.clock.now() >= self._tuning.created + limit

    def _stop_all(self) -> None:
        """:raises Stopped: the local cloud ends."""
        self._ask_all_to_stop()
        while self._running():
            if self._site.closing.wait(self._site.settings.look_interval):
                raise Stopped

    def _ask_all_to_stop(self) -> None:
        for trial in self._running():
            trial.job.stop_asked = True
