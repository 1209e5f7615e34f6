"""What the entry point is told, read or refused; and what the nodes of a gang are told of each other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from batch_entry.container import default_interface, name_main_node, write_configuration
from batch_entry.errors import EntryError
from batch_entry.settings import Settings

GIVEN = {
    "AWS_BATCH_JOB_ID": "id-1#2",
    "AWS_BATCH_JOB_NODE_INDEX": "2",
    "AWS_BATCH_JOB_NUM_NODES": "3",
    "AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS": "10.0.0.7",
    "TRAINING_JOB_NAME": "churn-run-1",
    "TRAINING_ATTEMPT": "1",
    "TRAINING_CHECKPOINTS_URI": "s3://data/checkpoints/run/",
    "TRAINING_OUTPUT_URI": "s3://data/models/",
}


def settings(tmp_path: Path, **changes: str) -> Settings:
    return Settings.from_environment({**GIVEN, "SAGEMAKER_BASE_DIR": str(tmp_path), **changes})


def test_the_nodes_of_a_gang_are_one_job(tmp_path: Path) -> None:
    assert settings(tmp_path).job_id == "id-1"


def test_a_node_knows_the_hosts_as_sagemaker_names_them(tmp_path: Path) -> None:
    routes = tmp_path / "route"
    routes.write_text("Iface\tDestination\tGateway\nens6\t0000FEA9\t0\nens5\t00000000\t0100000A\n")
    write_configuration(settings(tmp_path), routes)
    assert json.loads((tmp_path / "input/config/resourceconfig.json").read_text()) == {
        "current_host": "algo-3",
        "hosts": ["algo-1", "algo-2", "algo-3"],
        "network_interface_name": "ens5",
    }


def test_without_routes_the_interface_is_the_first_of_ethernet(tmp_path: Path) -> None:
    assert default_interface(tmp_path / "nothing") == "eth0"


def test_a_node_finds_the_main_one_by_its_name(tmp_path: Path) -> None:
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 localhost\n")
    name_main_node(settings(tmp_path).node, hosts)
    assert hosts.read_text() == "127.0.0.1 localhost\n10.0.0.7 algo-1\n"


def test_the_main_node_needs_no_address(tmp_path: Path) -> None:
    hosts = tmp_path / "hosts"
    name_main_node(settings(tmp_path, AWS_BATCH_JOB_NODE_INDEX="0").node, hosts)
    assert not hosts.exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"TRAINING_JOB_NAME": ""}, "TRAINING_JOB_NAME is not set; the cluster sets it on every job"),
        (
            {"TRAINING_CHECKPOINTS_URI": "s3://data/checkpoints/run"},
            "TRAINING_CHECKPOINTS_URI ends in 'checkpoints/run', allowed is a slash at the end: "
            "without it, run-1 takes in run-10",
        ),
        ({"TRAINING_OUTPUT_URI": "models/"}, "TRAINING_OUTPUT_URI is 'models/', allowed is s3://<bucket>/<prefix>"),
        ({"TRAINING_ATTEMPT": "0"}, "TRAINING_ATTEMPT is '0', allowed are whole numbers from 1 up"),
        ({"TRAINING_HYPERPARAMETERS": "[]"}, "TRAINING_HYPERPARAMETERS holds a list, allowed is a dict"),
        (
            {"TRAINING_CHANNELS": '[{"name": "train"}]'},
            "TRAINING_CHANNELS has {'name': 'train'}, allowed are objects with a name and a uri",
        ),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, change: dict[str, str], message: str) -> None:
    with pytest.raises(EntryError) as refused:
        settings(tmp_path, **change)
    assert str(refused.value) == message
