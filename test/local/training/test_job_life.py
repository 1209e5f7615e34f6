"""A job from its start to each of its ends, on-demand."""

from __future__ import annotations

from fakes import Cloud


def test_a_job_trains_and_leaves_its_model(cloud: Cloud) -> None:
    job = cloud.run(cloud.definition())
    assert job["TrainingJobStatus"] == "Completed", job
    assert cloud.states() == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    assert cloud.result()["state"]["attempts"] == [0]
