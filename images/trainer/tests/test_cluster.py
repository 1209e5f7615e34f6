"""The hosts of a job, as torchrun and NCCL are told of them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from trainer.cluster import Cluster, gpus
from trainer.errors import TrainingError

GANG = {"current_host": "algo-10", "hosts": ["algo-9", "algo-10", "algo-1"], "network_interface_name": "eth0"}


def cluster(folder: Path, document: Any) -> Cluster:
    path = folder / "resourceconfig.json"
    path.write_text(json.dumps(document))
    return Cluster.from_file(path)


def test_without_a_file_there_is_one_host(tmp_path: Path) -> None:
    alone = Cluster.from_file(tmp_path / "resourceconfig.json")
    assert alone.torchrun_arguments(4, {}) == [
        "--standalone",
        "--nproc-per-node=4",
        "--max-restarts=0",
        "--shutdown-timeout=110",
    ]
    assert alone.network_environment() == {}


def test_several_hosts_meet_at_the_first_by_number(tmp_path: Path) -> None:
    gang = cluster(tmp_path, GANG)
    assert gang.hosts == ("algo-1", "algo-9", "algo-10")
    assert gang.torchrun_arguments(8, {})[:4] == [
        "--nnodes=3",
        "--node-rank=2",
        "--master-addr=algo-1",
        "--master-port=29400",
    ]


def test_where_they_meet_may_be_given(tmp_path: Path) -> None:
    arguments = cluster(tmp_path, GANG).torchrun_arguments(8, {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "4711"})
    assert arguments[2:4] == ["--master-addr=127.0.0.1", "--master-port=4711"]


def test_they_talk_over_the_interface_of_the_job_and_over_efa_where_there_is_one(tmp_path: Path) -> None:
    gang = cluster(tmp_path, GANG)
    interfaces = {"GLOO_SOCKET_IFNAME": "eth0", "NCCL_SOCKET_IFNAME": "eth0"}
    assert gang.network_environment(tmp_path / "none") == interfaces
    (tmp_path / "some" / "rdmap16s27").mkdir(parents=True)
    assert gang.network_environment(tmp_path / "some") == {**interfaces, "FI_PROVIDER": "efa"}


@pytest.mark.parametrize(
    ("environment", "count"),
    [
        ({}, 3),
        ({"CUDA_VISIBLE_DEVICES": ""}, 0),
        ({"CUDA_VISIBLE_DEVICES": "-1"}, 0),
        ({"CUDA_VISIBLE_DEVICES": "2"}, 1),
        ({"CUDA_VISIBLE_DEVICES": "0, 2,-1,1"}, 2),
        ({"CUDA_VISIBLE_DEVICES": "0,1,2,3"}, 3),
    ],
)
def test_gpus_are_those_of_the_driver_that_are_visible(tmp_path: Path, environment: dict[str, str], count: int) -> None:
    assert gpus(environment, tmp_path / "none") == 0
    for name in ("0000:00:1d.0", "0000:00:1e.0", "0000:00:1f.0"):
        (tmp_path / name).mkdir()
    assert gpus(environment, tmp_path) == count


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({**GANG, "hosts": "algo-1"}, "'hosts' is 'algo-1'; it must be a list of host names"),
        ({**GANG, "current_host": "algo-2"}, "'current_host' is 'algo-2'; it must be one of algo-9, algo-10, algo-1"),
        ({**GANG, "network_interface_name": 3}, "'network_interface_name' is 3; it must be a name such as eth0"),
    ],
)
def test_fails_when_the_file_does_not_say_who_takes_part(tmp_path: Path, document: Any, message: str) -> None:
    with pytest.raises(TrainingError, match=f": {re.escape(message)}$"):
        cluster(tmp_path, document)
