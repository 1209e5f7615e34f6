"""Every request that is refused: status, code, and a message that says what was given and what is allowed."""

import asyncio
import json
from typing import Any

import numpy as np
import pytest
from scorer.app import MAX_BODY_BYTES, App
from scorer.archive import ModelCard
from scorer_harness import Server

ROW = [1.0] * 30


def changed(index: int, value: Any) -> list[Any]:
    return [*ROW[:index], value, *ROW[index + 1 :]]


def instances(*rows: Any) -> bytes:
    return json.dumps({"instances": rows}).encode()


def named(**changes: Any) -> dict[str, Any]:
    return {"mean radius": 1.0, **changes}


JSON_REFUSALS = {
    "nothing": (b"", "empty", "send at least one row"),
    "white space": (b" \n", "empty", "send at least one row"),
    "no rows": (instances(), "empty", '"instances" is an empty list'),
    "an empty row": (instances([]), "wrong_features", "instances[0] has 0 values; this model takes 30"),
    "not JSON": (b'{"instances": [', "malformed_body", "The body is not JSON"),
    "not UTF-8": (b'{"instances": "\xff"}', "malformed_body", "The body is not UTF-8 (byte 15)"),
    "nested too deeply": (b"[" * 100_000, "malformed_body", "The body is not JSON"),
    "no object": (b"[[1, 2]]", "malformed_body", '{"instances": [row, ...]}'),
    "another key": (b'{"rows": []}', "malformed_body", '{"instances": [row, ...]}'),
    "a key too many": (b'{"instances": [], "a": 1}', "malformed_body", "with no other key"),
    "a repeated name": (b'{"instances": [], "instances": []}', "malformed_body", "repeats a name"),
    "instances no list": (b'{"instances": 3}', "malformed_body", '{"instances": [row, ...]}'),
    "a row no list": (instances(ROW, 7), "malformed_body", "instances[1] is 7; a row is a list of 30 numbers"),
    "a value too few": (instances(ROW[1:]), "wrong_features", "instances[0] has 29 values; this model takes 30"),
    "a value too many": (instances(ROW, [*ROW, 1]), "wrong_features", "instances[1] has 31 values"),
    "missing features": (instances(named()), "wrong_features", "lacks ['mean texture', "),
    "unknown features": (instances(named(size=1)), "wrong_features", "has the unknown ['size']"),
    "NaN": (b'{"instances": [[NaN]]}', "not_a_number", "The body holds NaN"),
    "Infinity": (b'{"instances": [[-Infinity]]}', "not_a_number", "The body holds -Infinity"),
    "overflow of double": (instances(ROW).replace(b"1.0]", b"1e999]"), "not_a_number", "Infinity is not a finite"),
    "overflow of float32": (instances(changed(1, 1e39)), "not_a_number", "feature 'mean texture': 1e+39 is not"),
    "a huge integer": (instances(changed(1, 10**400)), "not_a_number", "feature 'mean texture': 1000000"),
    "an endless integer": (b'{"instances": [[' + b"1" * 5000 + b"]]}", "malformed_body", "The body is not JSON"),
    "text": (instances(changed(0, "1.0")), "not_a_number", "instances[0], feature 'mean radius': \"1.0\" is not"),
    "a boolean": (instances(changed(0, True)), "not_a_number", "true is not a finite number"),
    "null": (
        instances(ROW, changed(29, None)),
        "not_a_number",
        "instances[1], feature 'worst fractal dimension': null",
    ),
    "a list": (instances(changed(0, [1])), "not_a_number", "[1] is not a finite number"),
}


@pytest.mark.parametrize("case", JSON_REFUSALS)
def test_json_refused(server: Server, case: str) -> None:
    body, code, message = JSON_REFUSALS[case]
    status, actual, text = server.invoke(body).error
    assert (status, actual) == (400, code)
    assert message in text


def csv(*rows: list[Any]) -> bytes:
    return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()


CSV_REFUSALS = {
    "nothing": (b"", "empty", "send at least one row"),
    "blank lines": (b"\n\n", "empty", "send at least one row"),
    "a blank line between": (csv(ROW) + b"\n" + csv(ROW), "wrong_features", "line 2 has 0 values"),
    "a header": (csv(changed(0, "mean radius"), ROW), "not_a_number", "line 1, feature 'mean radius': \"mean radius\""),
    "a value too few": (csv(ROW, ROW[1:]), "wrong_features", "line 2 has 29 values; this model takes 30"),
    "semicolons": (csv(ROW).replace(b",", b";"), "wrong_features", "line 1 has 1 values"),
    "an open quote": (b'"1.0', "malformed_body", "line 1 is not CSV"),
    "an empty cell": (csv(changed(2, "")), "not_a_number", "feature 'mean perimeter': \"\" is not"),
    "nan": (csv(changed(0, "nan")), "not_a_number", '"nan" is not a finite number'),
    "inf": (csv(changed(0, "-inf")), "not_a_number", '"-inf" is not a finite number'),
    "an underscore": (csv(changed(0, "1_0")), "not_a_number", '"1_0" is not a finite number'),
    "other digits": (csv(changed(0, "\u0661")), "not_a_number", "is not a finite number"),
}


@pytest.mark.parametrize("case", CSV_REFUSALS)
def test_csv_refused(server: Server, case: str) -> None:
    body, code, message = CSV_REFUSALS[case]
    status, actual, text = server.invoke(body, Content_Type="text/csv").error
    assert (status, actual) == (400, code)
    assert message in text


@pytest.mark.parametrize(
    "given", ["application/octet-stream", "text/plain", "application/json; charset=latin-1", "json"]
)
def test_other_content_types_refused(server: Server, given: str) -> None:
    message = f"Content-Type is {given!r}; send application/json or text/csv, in UTF-8."
    assert server.invoke(instances(ROW), Content_Type=given).error == (415, "unsupported_media_type", message)


def test_a_missing_content_type_refused(server: Server) -> None:
    message = "Content-Type is missing; send application/json or text/csv, in UTF-8."
    reply = server.request("POST", "/invocations", instances(ROW))
    assert reply.error == (415, "unsupported_media_type", message)


@pytest.mark.parametrize("given", ["image/png", "application/json;q=0, text/csv;q=0", "json", "text/csv;q=2"])
def test_other_answers_refused(server: Server, given: str) -> None:
    status, code, message = server.invoke(instances(ROW), Accept=given).error
    assert (status, code) == (406, "not_acceptable")
    assert message.startswith(f"Accept is {given!r}") and message.endswith("answers in application/json or text/csv.")


def test_unknown_paths_refused(server: Server) -> None:
    message = "There is no path '/models'; this server answers GET /ping, POST /invocations."
    assert server.request("GET", "/models").error == (404, "not_found", message)


@pytest.mark.parametrize(("method", "path", "allowed"), [("GET", "/invocations", "POST"), ("POST", "/ping", "GET")])
def test_other_methods_refused(server: Server, method: str, path: str, allowed: str) -> None:
    reply = server.request(method, path)
    assert reply.error == (405, "method_not_allowed", f"{path} does not take {method}; send {allowed}.")
    assert reply.headers["allow"] == allowed


def test_a_body_over_the_limit_refused_and_the_connection_stays_usable(server: Server) -> None:
    connection = server.connect()
    padding = b" " * (MAX_BODY_BYTES - len(instances(ROW)))
    for body, status in ((instances(ROW) + padding, 200), (instances(ROW) + padding + b" ", 413)) * 2:
        connection.request("POST", "/invocations", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        document = json.loads(response.read())
        assert response.status == status
    assert document["error"] == {
        "code": "too_large",
        "message": "The body is over 26214400 bytes, the most this server takes; send fewer rows at once.",
    }
    connection.close()


def test_unknown_features_beside_all_the_right_ones_refused(server: Server, cards: dict[str, dict[str, Any]]) -> None:
    row = {**dict.fromkeys(cards["v2"]["features"], 1.0), "size": 1.0}
    status, code, message = server.invoke(instances(row)).error
    assert (status, code) == (400, "wrong_features")
    assert message.startswith("instances[0] lacks [] and has the unknown ['size']; this model takes ['mean radius', ")


class BrokenModel:
    card = ModelCard("v0", ("a",), ("no", "yes"), ())

    def probabilities(self, rows: np.ndarray) -> np.ndarray:
        raise RuntimeError("secret")


def answer(*received: dict[str, Any]) -> list[dict[str, Any]]:
    """What an app around a broken model sends for a CSV request that arrives in these messages."""
    app = App(concurrency=1)
    app.model = BrokenModel()
    messages, sent = iter(received), []

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/invocations", "headers": [(b"content-type", b"text/csv")]}
    asyncio.run(app(scope, receive, send))
    return sent


def test_an_unexpected_failure_is_a_500_without_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    start, body = answer({"type": "http.request", "body": b"1.0", "more_body": False})
    assert start["status"] == 500
    expected = {"error": {"code": "internal", "message": "The model server failed; its log says why."}}
    assert json.loads(body["body"]) == expected
    assert "POST /invocations failed" in caplog.text and "secret" in caplog.text


def test_a_request_its_client_gave_up_is_not_scored(caplog: pytest.LogCaptureFixture) -> None:
    assert answer({"type": "http.request", "body": b"1.0", "more_body": True}, {"type": "http.disconnect"}) == []
    assert caplog.text == ""
