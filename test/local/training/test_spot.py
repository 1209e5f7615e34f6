"""Jobs on Spot: instances that come late, go, come back, or never come."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fakes import NEVER, Cloud

from local.training.spot_trace import Step
from local.training.upload_fault import CutUploads

LONG = {"steps": "80"}
ALWAYS = (Step(0, 1),)


def interrupted(cloud: Cloud, steps: int, times: int = 1) -> None:
    """Takes the capacity away, for the `times`-th time, once the checkpoint in S3 has so many steps."""
    cloud.until(lambda: cloud.progress() >= steps)
    cloud.training.capacity.spot.follow(NEVER)
    cloud.reaches("Interrupted", times=times)


def test_a_job_that_is_interrupted_twice_finishes_from_its_checkpoints(cloud: Cloud) -> None:
    cloud.start(cloud.on_spot(HyperParameters=LONG))
    for times, steps in ((1, 5), (2, 30)):
        interrupted(cloud, steps, times)
        cloud.training.capacity.spot.follow(ALWAYS)
    job = cloud.ended()
    assert job["TrainingJobStatus"] == "Completed", job
    again = ["Interrupted", "Starting", "Downloading", "Training"]
    assert cloud.states() == ["Starting", "Downloading", "Training", *again, *again, "Uploading", "Completed"]
    state = cloud.result()["state"]
    assert state["step"] == 80
    first, second, third = state["attempts"]
    assert (first, second >= 5, third >= 30) == (0, True, True)
    assert cloud.log().count("told to stop") == 2
    assert [detail["SecondaryStatus"] for _, detail in cloud.events] == cloud.states()


def test_only_seconds_on_instances_count_and_spot_is_billed_at_its_price(cloud: Cloud) -> None:
    cloud.training.capacity.spot_price_ratio = 0.25
    cloud.start(cloud.on_spot(HyperParameters=LONG))
    interrupted(cloud, 40)
    cloud.clock.sleep(300)
    cloud.training.capacity.spot.follow(ALWAYS)
    job = cloud.ended()
    on_instances = sum(
        each["EndTime"] - each["StartTime"]
        for each in job["SecondaryStatusTransitions"]
        if each["Status"] in ("Downloading", "Training", "Uploading")
    )
    assert 0.8 * on_instances <= job["TrainingTimeInSeconds"] <= 1.2 * on_instances
    assert job["TrainingTimeInSeconds"] <= job["TrainingEndTime"] - job["TrainingStartTime"] - 300
    assert abs(job["BillableTimeInSeconds"] - job["TrainingTimeInSeconds"] / 4) <= 1


def test_what_is_saved_in_the_notice_is_uploaded(make_cloud: Callable[..., Cloud]) -> None:
    cloud = make_cloud(sync_interval=1000)
    cloud.start(cloud.on_spot(HyperParameters=LONG))
    cloud.until(lambda: cloud.describe()["SecondaryStatus"] == "Training" and "step 9:" in cloud.log())
    cloud.training.capacity.spot.follow(NEVER)
    cloud.reaches("Interrupted")
    assert cloud.progress() >= 9


def test_an_interruption_that_nobody_saw_is_one(make_cloud: Callable[..., Cloud]) -> None:
    """Capacity that is gone and back between two looks has taken the instances with it."""
    cloud = make_cloud(look_interval=0.5)
    cloud.start(cloud.on_spot(HyperParameters=LONG))
    cloud.until(lambda: cloud.progress() >= 3)
    cloud.training.capacity.spot.follow((Step(0, 1), Step(0.1, 0), Step(0.2, 1)))
    assert cloud.ended()["TrainingJobStatus"] == "Completed"
    assert cloud.states().count("Interrupted") == 1


def test_an_interruption_without_notice_loses_what_was_not_uploaded(make_cloud: Callable[..., Cloud]) -> None:
    cloud = make_cloud(sync_interval=1000)
    cloud.training.capacity.notice = 0
    cloud.start(cloud.on_spot(HyperParameters=LONG))
    cloud.until(lambda: cloud.describe()["SecondaryStatus"] == "Training" and "step 9:" in cloud.log())
    uploaded = cloud.progress()
    cloud.training.capacity.spot.follow(NEVER)
    cloud.reaches("Interrupted")
    assert "told to stop" not in cloud.log()
    assert cloud.progress() == uploaded < 9
    cloud.training.capacity.spot.follow(ALWAYS)
    assert cloud.ended()["TrainingJobStatus"] == "Completed"
    assert cloud.result()["state"]["attempts"] == ([0, uploaded] if uploaded else [0])


def test_a_job_that_does_not_listen_has_the_notice_and_no_more(make_cloud: Callable[..., Cloud]) -> None:
    cloud = make_cloud(notice_floor=0.2)
    cloud.start(cloud.on_spot(HyperParameters={**LONG, "mode": "deaf"}))
    cloud.until(lambda: cloud.progress() >= 5)
    gone = cloud.clock.now()
    cloud.training.capacity.spot.follow(NEVER)
    cloud.reaches("Interrupted")
    training = next(each for each in cloud.describe()["SecondaryStatusTransitions"] if each["Status"] == "Training")
    assert training["EndTime"] - gone >= 120
    cloud.training.capacity.spot.follow(ALWAYS)
    assert cloud.ended()["TrainingJobStatus"] == "Completed"


def test_a_job_waits_for_capacity(cloud: Cloud) -> None:
    cloud.training.capacity.spot.follow((Step(0, 0), Step(300, 1)))
    job = cloud.run(cloud.on_spot())
    assert job["TrainingJobStatus"] == "Completed", job
    assert cloud.states() == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    assert job["TrainingStartTime"] - job["CreationTime"] >= 300


def test_capacity_that_never_comes_stops_the_job(cloud: Cloud) -> None:
    cloud.training.capacity.spot.follow(NEVER)
    job = cloud.run(cloud.on_spot(wait=300))
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxWaitTimeExceeded")
    assert cloud.states() == ["Starting", "Stopping", "MaxWaitTimeExceeded"]
    assert "TrainingStartTime" not in job
    assert job["SecondaryStatusTransitions"][0]["EndTime"] - job["CreationTime"] >= 300


def test_the_wait_counts_from_the_creation_and_ends_a_job_that_trains(cloud: Cloud) -> None:
    cloud.start(cloud.on_spot(wait=1200, HyperParameters={"steps": "100000"}))
    interrupted(cloud, 3)
    cloud.training.capacity.spot.follow(ALWAYS)
    job = cloud.ended()
    assert job["SecondaryStatus"] == "MaxWaitTimeExceeded"
    assert cloud.states()[-3:] == ["Training", "Stopping", "MaxWaitTimeExceeded"]
    stopping = job["SecondaryStatusTransitions"][-2]["StartTime"]
    assert stopping - job["CreationTime"] >= 1200


def test_the_run_time_counts_over_all_interruptions(cloud: Cloud) -> None:
    definition = cloud.on_spot(HyperParameters={"steps": "100000"})
    definition["StoppingCondition"]["MaxRuntimeInSeconds"] = 600
    cloud.start(definition)
    interrupted(cloud, 3)
    cloud.clock.sleep(600)
    cloud.training.capacity.spot.follow(ALWAYS)
    job = cloud.ended()
    assert job["SecondaryStatus"] == "MaxRuntimeExceeded"
    assert job["TrainingTimeInSeconds"] >= 600
    assert cloud.states().count("Training") == 2


def test_a_job_is_stopped_while_it_waits(cloud: Cloud) -> None:
    cloud.start(cloud.on_spot(HyperParameters=LONG))
    interrupted(cloud, 3)
    cloud.reaches("Starting", times=2)
    cloud.call("StopTrainingJob", {"TrainingJobName": "run-1-1"})
    assert cloud.ended()["SecondaryStatus"] == "Stopped"


def test_jobs_on_demand_are_not_interrupted(cloud: Cloud) -> None:
    cloud.training.capacity.spot.follow(NEVER)
    assert cloud.run(cloud.definition())["TrainingJobStatus"] == "Completed"


def test_a_job_on_demand_goes_on_from_the_checkpoints_of_one_on_spot(cloud: Cloud) -> None:
    cloud.start(cloud.on_spot(HyperParameters=LONG))
    interrupted(cloud, 10)
    cloud.call("StopTrainingJob", {"TrainingJobName": "run-1-1"})
    cloud.ended()
    assert cloud.run(cloud.definition("run-1-2", HyperParameters=LONG))["TrainingJobStatus"] == "Completed"
    first, second = cloud.result("run-1-2")["state"]["attempts"]
    assert (first, second >= 10) == (0, True)


def test_a_checkpoint_that_arrives_cut_off_is_not_used(cloud: Cloud) -> None:
    """The newest slot in S3 is cut at its 80th byte; the trainer goes on from the one before."""
    cloud.start(cloud.on_spot(HyperParameters=LONG))
    cloud.until(lambda: cloud.progress() >= 10)
    cloud.training.fault.switch(CutUploads("*/slot-0.rank-0", 80, 1_000_000))
    cut = len(cloud.training.fault.keys)
    cloud.until(lambda: len(cloud.training.fault.keys) > cut)
    cloud.training.capacity.spot.follow(NEVER)
    cloud.reaches("Interrupted")
    cloud.training.fault.switch(None)
    slot = cloud.s3.objects["checkpoints/run-1/slot-0.rank-0"]
    assert len(slot) == 80
    cloud.training.capacity.spot.follow(ALWAYS)
    assert cloud.ended()["TrainingJobStatus"] == "Completed"
    assert "slot-0.rank-0 is cut off" in cloud.log()
    assert cloud.result()["state"]["attempts"][1] % 2 == 1


@pytest.mark.parametrize(("instances", "offered", "runs"), [(2, 2, True), (2, 3, True), (3, 2, False), (3, 1, True)])
def test_a_gang_needs_all_its_instances(cloud: Cloud, instances: int, offered: int, runs: bool) -> None:
    """A schedule whose numbers never exceed 1 says yes or no, to gangs of any size."""
    cloud.training.capacity.spot.follow((Step(0, offered),))
    assert cloud.training.capacity.spot.offers(instances) is runs
