"""The launcher: how it starts, and that it leaves nothing behind however it ends."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from local_cloud import LocalCloud, running
from resources import function

from local import launcher

HANGING = "exports.handler = () => { process.on('SIGTERM', () => {}); for (;;) {} };"


def processes_of(cloud: LocalCloud) -> list[psutil.Process]:
    launcher = psutil.Process(cloud.process.pid)
    return [launcher, *launcher.children(recursive=True)]


def assert_nothing_left(cloud: LocalCloud, processes: list[psutil.Process], folder: Path) -> None:
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(cloud.endpoint.rsplit(":", 1)[1]))) != 0
    assert [path.name for path in folder.iterdir()] == ["stderr.log"]


def invoke_hanging_lambda(cloud: LocalCloud) -> psutil.Process:
    name = function(cloud, HANGING, timeout=900)
    cloud.client("lambda").invoke(FunctionName=name, InvocationType="Event")
    while not (workers := [process for process in processes_of(cloud) if "node" in process.name().lower()]):
        time.sleep(0.05)
    while workers[0].cpu_times().user < 0.3:  # it has reached its endless loop, deaf to SIGTERM
        time.sleep(0.05)
    return workers[0]


def test_ends_when_its_input_closes_and_has_said_one_line(tmp_path: Path) -> None:
    shell = {
        "AWS_PROFILE": "production",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "BIND_HOST": "0.0.0.0",
        "SERVICES": "s3",
        "HTTP_PROXY": "http://127.0.0.1:1",
    }
    with running(tmp_path, **shell) as cloud:
        assert (cloud.ready["account"], cloud.ready["region"]) == ("123456789012", "us-east-1")
        assert set(cloud.ready) == {"endpoint", "account", "region", "environment", "recordedOnly", "assumed"}
        assert cloud.ready["environment"] == {
            "AWS_ENDPOINT_URL": cloud.endpoint,
            "AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION": cloud.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        assert cloud.client("kms").list_keys()["Keys"] == []
        cloud.client("application-autoscaling").describe_scalable_targets(ServiceNamespace="sagemaker")
        processes = processes_of(cloud)
        environment: dict[str, Any] = processes[1].environ()
        assert "AWS_PROFILE" not in environment
        assert environment["AWS_ENDPOINT_URL"] == cloud.endpoint
        assert cloud.stop() == 0
        assert cloud.process.stdout is not None
        assert cloud.process.stdout.read() == b""
        assert_nothing_left(cloud, processes, tmp_path)


def test_sigterm_ends_it_even_while_a_lambda_hangs(tmp_path: Path) -> None:
    with running(tmp_path) as cloud:
        invoke_hanging_lambda(cloud)
        processes = processes_of(cloud)
        cloud.process.terminate()
        assert cloud.process.wait(30) == 0
        assert_nothing_left(cloud, processes, tmp_path)


def test_the_command_line_keeps_the_folder_it_was_given(tmp_path: Path) -> None:
    state = tmp_path / "state"
    command = [sys.executable, "-m", "local", "serve", "--state-dir", str(state), "--clock-factor", "60"]
    with running(tmp_path, command=command) as cloud:
        assert cloud.client("sagemaker").list_endpoints()["Endpoints"] == []
        processes = processes_of(cloud)
        cloud.process.send_signal(signal.SIGINT)
        assert cloud.process.wait(30) == 0
        _, alive = psutil.wait_procs(processes, timeout=10)
        assert alive == []
    assert state.is_dir()
    assert not (state / "tmp").exists()


def test_leaves_nothing_when_the_launcher_is_killed(tmp_path: Path) -> None:
    with running(tmp_path) as cloud:
        invoke_hanging_lambda(cloud)
        processes = processes_of(cloud)
        cloud.process.kill()
        _, alive = psutil.wait_procs(processes, timeout=20)
        assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []


def test_says_so_when_the_engine_ends_by_itself(tmp_path: Path) -> None:
    with running(tmp_path) as cloud:
        processes = processes_of(cloud)
        os.kill(processes[1].pid, signal.SIGKILL)
        assert cloud.process.wait(30) == 1
        assert "the engine ended by itself (exit code -9)" in cloud.stderr.read_text()
        assert_nothing_left(cloud, processes, tmp_path)


def test_a_busy_port_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        repository = Path(__file__).resolve().parents[3]
        outcome = subprocess.run(
            [sys.executable, "-m", "local", "serve", "--port", str(port)],
            capture_output=True,
            text=True,
            cwd=repository,
        )
    assert outcome.returncode == 2
    assert outcome.stdout == ""
    assert outcome.stderr == (
        f"local cloud: port {port} of 127.0.0.1 is in use; end what listens there, choose another --port, "
        "or leave --port out for a free one.\n"
    )


@pytest.mark.parametrize(
    ("port", "failure", "why"),
    [
        (80, errno.EACCES, "port 80 of 127.0.0.1 is not allowed: ports below 1024 need rights that you lack"),
        (4566, errno.EADDRNOTAVAIL, "port 4566 of 127.0.0.1 cannot be taken (Cannot assign requested address)"),
        (70000, None, "port 70000 is none: ports go from 1 to 65535"),
    ],
)
def test_a_port_that_cannot_be_had_is_one_sentence_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], port: int, failure: int | None, why: str
) -> None:
    class Refusing(socket.socket):
        def bind(self, address: Any) -> None:
            if failure is None:
                super().bind(address)
            else:
                raise OSError(failure, os.strerror(failure))

    monkeypatch.setattr(launcher.socket, "socket", Refusing)
    assert launcher.serve(port=port) == 2
    told = capsys.readouterr().err
    assert told == f"local cloud: {why}; choose another --port, or leave --port out for a free one.\n"


def test_every_process_listens_on_loopback_only(cloud: LocalCloud) -> None:
    cloud.client("lambda").list_functions()
    cloud.client("ec2").describe_vpcs()
    bound = [
        connection.laddr
        for process in processes_of(cloud)
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN or (connection.type == socket.SOCK_DGRAM and connection.laddr)
    ]
    assert [(address.ip, f"http://127.0.0.1:{address.port}") for address in bound] == [("127.0.0.1", cloud.endpoint)]
