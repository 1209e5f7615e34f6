"""Tuning jobs: what they try, in which number, and what they find."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest
from fakes import NEVER, Cloud

from local.sagemaker.errors import AwsError
from local.training.early_stopping import is_worse
from local.training.spot_trace import Step
from local.training.tuning_space import Space

RATES = {"Name": "rate", "MinValue": "1", "MaxValue": "100", "ScalingType": "Logarithmic"}
SIZES = {"Name": "size", "Values": ["small", "large"]}


def tuning(cloud: Cloud, *, name: str = "tune", spot: bool = False, **config: Any) -> dict[str, Any]:
    """Four jobs at random, two at a time, that minimise the loss; None takes a member of the configuration away."""
    training = cloud.on_spot() if spot else cloud.definition()
    kept = {key: value for key, value in training.items() if key not in ("TrainingJobName", "HyperParameters")}
    given: dict[str, Any] = {
        "Strategy": "Random",
        "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 2},
        "ParameterRanges": {"ContinuousParameterRanges": [RATES]},
        "RandomSeed": 7,
        **config,
    }
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {key: value for key, value in given.items() if value is not None},
        "TrainingJobDefinition": {**kept, "StaticHyperParameters": {"steps": "5"}},
    }


def grid(cloud: Cloud, **config: Any) -> dict[str, Any]:
    ranges = [{"Name": "rate", "Values": ["8", "2"]}, SIZES]
    limits = {"MaxParallelTrainingJobs": 4}
    given = {"ParameterRanges": {"CategoricalParameterRanges": ranges}, "ResourceLimits": limits, **config}
    return tuning(cloud, **{"Strategy": "Grid", **given})


def describe(cloud: Cloud, name: str = "tune") -> dict[str, Any]:
    return cloud.call("DescribeHyperParameterTuningJob", {"HyperParameterTuningJobName": name})


def jobs(cloud: Cloud, **params: Any) -> list[dict[str, Any]]:
    answer = cloud.call("ListTrainingJobsForHyperParameterTuningJob", {"HyperParameterTuningJobName": "tune", **params})
    found: list[dict[str, Any]] = answer["TrainingJobSummaries"]
    return found


def ended(cloud: Cloud) -> dict[str, Any]:
    cloud.until(lambda: describe(cloud)["HyperParameterTuningJobStatus"] in ("Completed", "Failed", "Stopped"))
    return describe(cloud)


def run(cloud: Cloud, definition: dict[str, Any]) -> dict[str, Any]:
    cloud.call("CreateHyperParameterTuningJob", definition)
    return ended(cloud)


def test_four_small_jobs_at_random(cloud: Cloud) -> None:
    cloud.call("CreateHyperParameterTuningJob", tuning(cloud))
    most = 0
    while describe(cloud)["HyperParameterTuningJobStatus"] == "InProgress":
        most = max(most, describe(cloud)["TrainingJobStatusCounters"]["InProgress"])
        time.sleep(0.02)
    told = ended(cloud)
    assert told["HyperParameterTuningJobStatus"] == "Completed", told
    assert most == 2
    assert told["TrainingJobStatusCounters"]["Completed"] == 4
    assert told["ObjectiveStatusCounters"] == {"Succeeded": 4, "Pending": 0, "Failed": 0}
    rates = {row["TrainingJobName"]: float(row["TunedHyperParameters"]["rate"]) for row in jobs(cloud)}
    assert len(set(rates.values())) == 4
    assert all(1 <= rate <= 100 for rate in rates.values())
    best = told["BestTrainingJob"]
    assert rates[best["TrainingJobName"]] == min(rates.values())
    objective = best["FinalHyperParameterTuningJobObjectiveMetric"]
    assert objective["MetricName"] == "loss"
    assert objective["Value"] == pytest.approx(min(rates.values()) / 5, abs=1e-4)


def test_each_job_is_a_training_job_of_its_own(cloud: Cloud) -> None:
    told = run(cloud, tuning(cloud))
    names = [row["TrainingJobName"] for row in jobs(cloud)]
    assert [name[:9] for name in names] == ["tune-001-", "tune-002-", "tune-003-", "tune-004-"]
    job = cloud.describe(names[0])
    assert job["TuningJobArn"] == told["HyperParameterTuningJobArn"]
    assert job["HyperParameters"]["steps"] == "5"
    assert job["HyperParameters"]["_tuning_objective_metric"] == "loss"
    assert cloud.result(names[0])["state"]["attempts"] == [0]


def test_the_same_seed_tries_the_same(cloud: Cloud) -> None:
    tried = []
    for name in ("tune-1", "tune-2"):
        cloud.call("CreateHyperParameterTuningJob", tuning(cloud, name=name))
        cloud.until(lambda name=name: describe(cloud, name)["HyperParameterTuningJobStatus"] == "Completed")
        tried.append([row["TunedHyperParameters"] for row in jobs(cloud, HyperParameterTuningJobName=name)])
    assert tried[0] == tried[1]


def test_a_grid_tries_every_combination(cloud: Cloud) -> None:
    told = run(cloud, grid(cloud, HyperParameterTuningJobObjective={"Type": "Maximize", "MetricName": "loss"}))
    tried = [(row["TunedHyperParameters"]["rate"], row["TunedHyperParameters"]["size"]) for row in jobs(cloud)]
    assert sorted(tried) == [("2", "large"), ("2", "small"), ("8", "large"), ("8", "small")]
    assert told["BestTrainingJob"]["TunedHyperParameters"]["rate"] == "8"
    assert [row["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for row in by_objective(cloud)] == [
        1.6,
        1.6,
        0.4,
        0.4,
    ]


def by_objective(cloud: Cloud) -> list[dict[str, Any]]:
    return jobs(cloud, SortBy="FinalObjectiveMetricValue", SortOrder="Descending")


def test_spot_and_checkpoints_reach_each_job(cloud: Cloud) -> None:
    definition = tuning(cloud, spot=True, ResourceLimits={"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1})
    definition["TrainingJobDefinition"]["StaticHyperParameters"] = {"steps": "80"}
    cloud.call("CreateHyperParameterTuningJob", definition)
    cloud.until(lambda: len(jobs(cloud)) == 1)
    name = jobs(cloud)[0]["TrainingJobName"]
    cloud.until(lambda: cloud.progress(f"checkpoints/run-1/{name}/") >= 5)
    cloud.training.capacity.spot.follow(NEVER)
    cloud.reaches("Interrupted", name)
    cloud.training.capacity.spot.follow((Step(0, 1),))
    assert ended(cloud)["TrainingJobStatusCounters"]["Completed"] == 1
    assert cloud.describe(name)["EnableManagedSpotTraining"] is True
    assert len(cloud.result(name)["state"]["attempts"]) == 2


def test_a_tuning_job_is_stopped_with_its_jobs(cloud: Cloud) -> None:
    definition = tuning(cloud)
    definition["TrainingJobDefinition"]["StaticHyperParameters"] = {"steps": "100000"}
    cloud.call("CreateHyperParameterTuningJob", definition)
    cloud.until(lambda: len(jobs(cloud, StatusEquals="InProgress")) == 2)
    cloud.call("StopHyperParameterTuningJob", {"HyperParameterTuningJobName": "tune"})
    told = ended(cloud)
    assert told["HyperParameterTuningJobStatus"] == "Stopped"
    assert told["TrainingJobStatusCounters"]["Stopped"] == len(jobs(cloud)) == 2
    with pytest.raises(AwsError, match="The request was rejected because the tuning job is in status Stopped"):
        cloud.call("StopHyperParameterTuningJob", {"HyperParameterTuningJobName": "tune"})


def test_a_tuning_job_runs_no_longer_than_it_may(cloud: Cloud) -> None:
    limits = {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 1, "MaxRuntimeInSeconds": 200}
    definition = tuning(cloud, ResourceLimits=limits)
    definition["TrainingJobDefinition"]["StaticHyperParameters"] = {"steps": "100000"}
    told = run(cloud, definition)
    assert told["HyperParameterTuningJobStatus"] == "Stopped"
    assert told["ConsumedResources"]["RuntimeInSeconds"] >= 200


def test_a_tuning_job_fails_when_all_its_jobs_do(cloud: Cloud) -> None:
    definition = tuning(cloud)
    definition["TrainingJobDefinition"]["StaticHyperParameters"] = {"mode": "fail"}
    told = run(cloud, definition)
    assert told["HyperParameterTuningJobStatus"] == "Failed"
    assert told["FailureReason"].startswith("All training jobs failed.")
    assert told["ObjectiveStatusCounters"] == {"Succeeded": 0, "Pending": 0, "Failed": 4}
    assert "BestTrainingJob" not in told
    assert by_objective(cloud) == []


def test_no_more_jobs_once_the_objective_is_good_enough(cloud: Cloud) -> None:
    limits = {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 1}
    criteria = {"TargetObjectiveMetricValue": 100.0}
    told = run(cloud, tuning(cloud, ResourceLimits=limits, TuningJobCompletionCriteria=criteria))
    assert told["HyperParameterTuningJobStatus"] == "Completed"
    assert told["TrainingJobStatusCounters"]["Completed"] == 1


def test_a_job_that_is_worse_than_the_median_is_stopped_early(cloud: Cloud) -> None:
    """The second job's loss is four times the first's from its first epoch on."""
    ranges = {"CategoricalParameterRanges": [{"Name": "rate", "Values": ["2", "8"]}]}
    limits = {"MaxParallelTrainingJobs": 1}
    definition = grid(cloud, ParameterRanges=ranges, ResourceLimits=limits, TrainingJobEarlyStoppingType="Auto")
    definition["TrainingJobDefinition"]["StaticHyperParameters"] = {"steps": "40"}
    told = run(cloud, definition)
    assert told["HyperParameterTuningJobStatus"] == "Completed"
    assert [row["TrainingJobStatus"] for row in jobs(cloud)] == ["Completed", "Stopped"]
    assert told["BestTrainingJob"]["TunedHyperParameters"] == {"rate": "2"}


@pytest.mark.parametrize(
    ("values", "others", "maximize", "worse"),
    [
        ([3.0], [], False, False),  # nothing to compare with
        ([], [[1.0]], False, False),
        ([2.0], [[1.0], [3.0]], False, False),  # as good as the median of 1 and 3
        ([2.1], [[1.0], [3.0]], False, True),
        ([1.9], [[1.0], [3.0]], True, True),
        ([9.0, 2.9], [[4.0, 2.0, 0.0], [1.0]], False, False),  # 3 is the average of 4 and 2; the other is too short
        ([9.0, 3.1], [[4.0, 2.0, 0.0], [1.0]], False, True),
    ],
)
def test_the_median_rule(values: list[float], others: list[list[float]], maximize: bool, worse: bool) -> None:
    assert is_worse(values, others, maximize=maximize) is worse


def test_values_are_drawn_on_their_scales() -> None:
    ranges = {
        "IntegerParameterRanges": [
            {"Name": "layers", "MinValue": "1", "MaxValue": "3"},
            {"Name": "width", "MinValue": "1", "MaxValue": "1024", "ScalingType": "Logarithmic"},
        ],
        "ContinuousParameterRanges": [
            {"Name": "rate", "MinValue": "0.0001", "MaxValue": "1", "ScalingType": "Logarithmic"},
            {"Name": "decay", "MinValue": "0.9", "MaxValue": "0.9999", "ScalingType": "ReverseLogarithmic"},
            {"Name": "dropout", "MinValue": "0", "MaxValue": "1", "ScalingType": "Linear"},
        ],
        "CategoricalParameterRanges": [SIZES],
    }
    space, rng = Space(ranges), random.Random(1)
    drawn = [space.draw(rng) for _ in range(2000)]
    assert {values["layers"] for values in drawn} == {"1", "2", "3"}
    assert {values["size"] for values in drawn} == {"small", "large"}

    def share(name: str, limit: float) -> float:
        return sum(float(values[name]) < limit for values in drawn) / len(drawn)

    assert share("width", 32) == pytest.approx(0.5, abs=0.05)
    assert share("rate", 0.01) == pytest.approx(0.5, abs=0.05)
    assert share("decay", 0.99684) == pytest.approx(0.5, abs=0.05)
    assert share("dropout", 0.5) == pytest.approx(0.5, abs=0.05)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"Strategy": "Bayesian"}, "the local cloud does not run the strategy Bayesian. It runs Random and Grid."),
    ({"Strategy": "Hyperband"}, "the local cloud does not run the strategy Hyperband. It runs Random and Grid."),
    ({"HyperParameterTuningJobObjective": None}, "needs a HyperParameterTuningJobObjective"),
    (
        {"HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "accuracy"}},
        "Provide a metric in the metric definitions. The objective is accuracy, defined are: loss.",
    ),
    ({"ResourceLimits": {"MaxParallelTrainingJobs": 2}}, "The strategy Random needs MaxNumberOfTrainingJobs"),
    (
        {"ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 3}},
        "MaxParallelTrainingJobs is 3; there are no more than 2 training jobs.",
    ),
    ({"ParameterRanges": {}}, "there is nothing to tune"),
    ({"ParameterRanges": {"CategoricalParameterRanges": [SIZES, SIZES]}}, "more than one range size"),
    (
        {"ParameterRanges": {"CategoricalParameterRanges": [{"Name": "steps", "Values": ["1"]}]}},
        "steps stands in ParameterRanges and in StaticHyperParameters",
    ),
    (
        {"ParameterRanges": {"ContinuousParameterRanges": [{**RATES, "MinValue": "0"}]}},
        "The range rate begins at 0; a logarithmic one must be above 0",
    ),
    ({"ParameterRanges": {"ContinuousParameterRanges": [{**RATES, "MinValue": "few"}]}}, "both must be numbers"),
    ({"ParameterRanges": {"ContinuousParameterRanges": [{**RATES, "MinValue": "200"}]}}, "which is empty"),
    (
        {"ParameterRanges": {"ContinuousParameterRanges": [{**RATES, "ScalingType": "ReverseLogarithmic"}]}},
        "a reverse logarithmic one is within 0 to 1",
    ),
    ({"Strategy": "Grid"}, "The strategy Grid takes CategoricalParameterRanges only"),
    (
        {"Strategy": "Grid", "ParameterRanges": {"CategoricalParameterRanges": [SIZES]}},
        "MaxNumberOfTrainingJobs is 4; the ranges have 2 combinations",
    ),
    (
        {"TuningJobCompletionCriteria": {"ConvergenceDetected": {"CompleteOnConvergence": "Enabled"}}},
        "does not run ConvergenceDetected",
    ),
]


@pytest.mark.parametrize(("config", "text"), REFUSED, ids=[text[:50] for _, text in REFUSED])
def test_a_tuning_job_is_refused(cloud: Cloud, config: dict[str, Any], text: str) -> None:
    with pytest.raises(AwsError) as refused:
        cloud.call("CreateHyperParameterTuningJob", tuning(cloud, **config))
    assert text in refused.value.message


def test_what_a_training_job_is_refused_for_a_tuning_job_is_too(cloud: Cloud) -> None:
    definition = tuning(cloud, spot=True)
    del definition["TrainingJobDefinition"]["StoppingCondition"]["MaxWaitTimeInSeconds"]
    with pytest.raises(AwsError, match="It must be present and be greater than"):
        cloud.call("CreateHyperParameterTuningJob", definition)
    with pytest.raises(AwsError, match="less than or equal to 32"):
        cloud.call("CreateHyperParameterTuningJob", tuning(cloud, name="a" * 33))


def test_a_name_is_used_once(cloud: Cloud) -> None:
    cloud.call("CreateHyperParameterTuningJob", tuning(cloud))
    with pytest.raises(AwsError) as refused:
        cloud.call("CreateHyperParameterTuningJob", tuning(cloud))
    assert refused.value.code == "ResourceInUse"
    assert refused.value.message == (
        "A hyperparameter tuning job with the name, tune, already exists. Choose a different name."
    )
    listed = cloud.call("ListHyperParameterTuningJobs", {})["HyperParameterTuningJobSummaries"]
    assert [row["HyperParameterTuningJobName"] for row in listed] == ["tune"]
    arn = describe(cloud)["HyperParameterTuningJobArn"]
    cloud.call("AddTags", {"ResourceArn": arn, "Tags": [{"Key": "a", "Value": "b"}]})
    assert cloud.call("ListTags", {"ResourceArn": arn})["Tags"] == [{"Key": "a", "Value": "b"}]


def test_each_change_of_state_is_an_event(cloud: Cloud) -> None:
    run(cloud, tuning(cloud))
    kind = "SageMaker HyperParameter Tuning Job State Change"
    found = [detail["HyperParameterTuningJobStatus"] for name, detail in cloud.events if name == kind]
    assert found == ["InProgress", "Completed"]
