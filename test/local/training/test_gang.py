"""Jobs of several hosts."""

from __future__ import annotations

from typing import Any

from fakes import BUCKET, NEVER, Cloud

from local.training.spot_trace import Step


def two(**more: Any) -> dict[str, Any]:
    return {"ResourceConfig": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 2, "VolumeSizeInGB": 30}, **more}


def test_two_hosts_meet_and_share_one_prefix(cloud: Cloud) -> None:
    job = cloud.run(cloud.definition(**two()))
    assert job["TrainingJobStatus"] == "Completed", cloud.log()
    for rank in (0, 1):
        assert cloud.result(rank=rank)["state"]["step"] == 10
    kept = {key.removeprefix("checkpoints/run-1/") for key in cloud.s3.objects if key.startswith("checkpoints/")}
    assert {"slot-0.rank-0", "slot-0.rank-1", "slot-1.rank-0", "slot-1.rank-1", "progress.json"} <= kept


def test_each_host_gets_the_checkpoints_of_all(cloud: Cloud) -> None:
    cloud.start(cloud.on_spot(**two(HyperParameters={"steps": "80"})))
    cloud.until(lambda: cloud.progress() >= 5)
    cloud.training.capacity.spot.follow(NEVER)
    cloud.reaches("Interrupted")
    cloud.training.capacity.spot.follow((Step(0, 2),))
    assert cloud.ended()["TrainingJobStatus"] == "Completed"
    assert [len(cloud.result(rank=rank)["state"]["attempts"]) for rank in (0, 1)] == [2, 2]
    assert [cloud.log(host=host).count("told to stop") for host in (1, 2)] == [1, 1]


def test_one_host_that_fails_ends_all(cloud: Cloud) -> None:
    job = cloud.run(cloud.definition(**two(HyperParameters={"mode": "fail", "steps": "100000"})))
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: the weights of layer 7 are missing, exit code: 3"


def test_two_jobs_at_a_time_do_not_meet(cloud: Cloud) -> None:
    """Their hosts have the same addresses, and ports of their own."""
    for number in (1, 2):
        prefix = {"S3Uri": f"s3://{BUCKET}/checkpoints/run-{number}/"}
        cloud.start(cloud.definition(f"run-{number}-1", **two(CheckpointConfig=prefix)))
    for number in (1, 2):
        assert cloud.ended(f"run-{number}-1")["TrainingJobStatus"] == "Completed"
    ports = {cloud.result(f"run-{number}-1")["environment"]["MASTER_PORT"] for number in (1, 2)}
    assert len(ports) == 2


def test_a_sharded_channel_is_divided(cloud: Cloud) -> None:
    cloud.s3.objects |= {f"data/{number}.csv": b"" for number in range(5)}
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/data/", "S3DataDistributionType": "ShardedByS3Key"}
    channel = {"ChannelName": "train", "DataSource": {"S3DataSource": source}}
    cloud.run(cloud.definition(**two(InputDataConfig=[channel])))
    shares = [{name.rsplit("/", 1)[1] for name in cloud.result(rank=rank)["data"]} for rank in (0, 1)]
    assert shares == [{"0.csv", "2.csv", "4.csv"}, {"1.csv", "3.csv"}]
