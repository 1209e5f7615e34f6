"""The process: when it is ready, how it shares its time, how it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from scorer.errors import StartError
from scorer.server import listen
from scorer.settings import Settings
from scorer_harness import DEADLINE_SECONDS, IMAGE, Server, image_environment, send, serving, unpack, wait_for


def test_ping_answers_503_until_the_model_is_loaded(tmp_path: Path, rows: list[list[float]]) -> None:
    model_dir = unpack("v2", tmp_path / "model")
    card = (model_dir / "model.json").read_bytes()
    (model_dir / "model.json").unlink()
    os.mkfifo(model_dir / "model.json")  # loading waits for the writer below
    with serving(model_dir, tmp_path / "log") as server:
        message = "The model is still loading; try again when GET /ping answers 200."
        assert server.request("GET", "/ping").error == (503, "not_ready", message)
        assert server.invoke({"instances": rows}).error == (503, "not_ready", message)
        (model_dir / "model.json").write_bytes(card)
        server.wait_until_ready()
        assert server.request("GET", "/ping").body == b""
        assert server.invoke({"instances": rows}).status == 200


def test_sigterm_while_loading_ends_the_process(tmp_path: Path) -> None:
    model_dir = unpack("v2", tmp_path / "model")
    (model_dir / "model.onnx").unlink()
    os.mkfifo(model_dir / "model.onnx")
    with serving(model_dir, tmp_path / "log") as server:
        assert server.request("GET", "/ping").status == 503
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(DEADLINE_SECONDS) == 0


def test_a_connection_serves_many_requests(server: Server, rows: list[list[float]]) -> None:
    connection = server.connect()
    body = json.dumps({"instances": rows}).encode()
    connection.connect()
    first = connection.sock
    for _ in range(3):
        assert send(connection, "POST", "/invocations", body, Content_Type="application/json").status == 200
        assert send(connection, "POST", "/invocations", b"no", Content_Type="application/json").status == 400
        assert send(connection, "GET", "/nowhere").status == 404
    assert connection.sock is first
    connection.close()


def test_concurrent_requests_get_their_own_answers(server: Server, rows: list[list[float]]) -> None:
    bodies = [{"instances": [row] * (index + 1)} for index, row in enumerate(rows)]
    alone = [server.invoke(body).body for body in bodies]
    with ThreadPoolExecutor(max_workers=16) as pool:
        together = list(pool.map(lambda body: server.invoke(body).body, bodies * 8))
    assert together == alone * 8


def test_a_slow_client_holds_up_nobody(server: Server, rows: list[list[float]]) -> None:
    slow = [begin_request(server, b"1,2") for _ in range(64)]
    assert server.request("GET", "/ping").status == 200
    assert server.invoke({"instances": rows}).status == 200
    for connection in slow:
        connection.close()
    assert server.request("GET", "/ping").status == 200
    assert " ERROR " not in server.log.read_text()


def begin_request(server: Server, part: bytes, length: int = 100) -> socket.socket:
    """A CSV request whose headers and first bytes are sent, the rest of its body is not."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE_SECONDS)
    head = f"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: {length}\r\n\r\n"
    connection.sendall(head.encode() + part)
    return connection


def test_sigterm_finishes_the_request_in_flight_and_takes_no_new_one(tmp_path: Path, rows: list[list[float]]) -> None:
    with serving(unpack("v2", tmp_path / "model"), tmp_path / "log") as server:
        server.wait_until_ready()
        body = ",".join(map(str, rows[0])).encode()
        idle = server.connect()
        assert send(idle, "GET", "/ping").status == 200
        connection = begin_request(server, body[:10], len(body))
        assert server.request("GET", "/ping").status == 200  # so the request before it has been read
        server.process.send_signal(signal.SIGTERM)
        wait_for(lambda: refuses_connections(server.port), "the port to close")
        time.sleep(1)  # a server that does not wait for its requests is gone by then
        assert server.process.poll() is None
        connection.sendall(body[10:])
        answer = connection.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["predictions"]
        assert idle.sock.recv(1) == b""
        assert server.process.wait(DEADLINE_SECONDS) == 0
        assert server.process.stderr.read() == b""


def refuses_connections(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_the_port_is_set_by_sagemaker(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serving(unpack("v1", tmp_path / "model"), tmp_path / "log", SAGEMAKER_BIND_TO_PORT=str(port)) as server:
        assert server.port == port
        server.wait_until_ready()


def test_a_busy_port_ends_the_process_with_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with serving(unpack("v1", tmp_path / "model"), tmp_path / "log", SAGEMAKER_BIND_TO_PORT=str(port)) as server:
            assert server.process.wait(DEADLINE_SECONDS) == 1
            assert server.process.stderr.read().decode() == (
                f"scorer: Cannot listen on 127.0.0.1:{port} (Address already in use); set SCORER_HOST to an address of "
                "this machine and SAGEMAKER_BIND_TO_PORT to a free port.\n"
            )


def test_answers_are_sent_at_once() -> None:
    settings = Settings.from_environment({"SAGEMAKER_BIND_TO_PORT": "0"})
    with listen(settings) as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_settings_have_the_defaults_of_the_contract() -> None:
    settings = Settings.from_environment({})
    assert (settings.host, settings.port, settings.model_dir) == ("127.0.0.1", 8080, Path("/opt/ml/model"))
    assert (settings.concurrency, settings.intra_op_threads) == (os.cpu_count(), 1)
    assert Settings.from_environment(image_environment()).host == "0.0.0.0"


@pytest.mark.parametrize("given", ["", "-1", "65536", "http", "8080.0", "\u0661"])
def test_a_port_that_is_none_refused(given: str) -> None:
    with pytest.raises(StartError) as refusal:
        Settings.from_environment({"SAGEMAKER_BIND_TO_PORT": given})
    expected = f"SAGEMAKER_BIND_TO_PORT is {given!r}; give a whole number from 0 to 65535."
    assert str(refusal.value) == expected


@pytest.mark.parametrize("name", ["SCORER_CONCURRENCY", "SCORER_INTRA_OP_THREADS"])
@pytest.mark.parametrize("given", ["0", "257"])
def test_no_threads_or_too_many_refused(name: str, given: str) -> None:
    with pytest.raises(StartError) as refusal:
        Settings.from_environment({name: given})
    assert str(refusal.value) == f"{name} is '{given}'; give a whole number from 1 to 256."


@pytest.mark.parametrize("arguments", [[], ["train"]])
def test_commands_other_than_serve_refused(arguments: list[str]) -> None:
    run = subprocess.run([sys.executable, "-m", "scorer", *arguments], cwd=IMAGE, capture_output=True, check=False)
    assert run.returncode == 2
    assert b"usage: python -m scorer" in run.stderr


def test_onnxruntime_reports_and_stores_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with serving(
        unpack("v1", tmp_path / "model"), tmp_path / "log", HOME=str(home), ORT_DISABLE_TELEMETRY="0"
    ) as server:
        server.wait_until_ready()
        assert list(home.rglob("*")) == []
