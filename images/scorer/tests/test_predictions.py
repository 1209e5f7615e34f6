"""What the committed models answer, in every form a request and an answer may have."""

import csv
import io
from typing import Any

import pytest
from scorer_harness import Server


def to_csv(rows: list[list[float]], newline: str = "\n") -> bytes:
    return "".join(",".join(map(str, row)) + newline for row in rows).encode()


def test_held_out_rows_get_the_probabilities_training_recorded(
    servers: dict[str, Server], cards: dict[str, dict[str, Any]], version: str
) -> None:
    examples, classes = cards[version]["examples"], cards[version]["classes"]
    predictions = servers[version].invoke({"instances": [each["features"] for each in examples]}).json["predictions"]
    assert len(predictions) == len(examples) >= 10
    for prediction, example in zip(predictions, examples, strict=True):
        expected = dict(zip(classes, example["probabilities"], strict=True))
        assert prediction["probabilities"] == pytest.approx(expected, abs=2e-6)
        assert prediction["label"] == max(expected, key=expected.__getitem__)


def test_the_versions_answer_differently(servers: dict[str, Server], rows: list[list[float]]) -> None:
    one, two = (servers[each].invoke({"instances": rows}).json["predictions"] for each in ("v1", "v2"))
    assert [each["label"] for each in one] != [each["label"] for each in two]


def test_both_versions_are_accurate_and_the_second_is_clearly_better(cards: dict[str, dict[str, Any]]) -> None:
    assert 0.85 < cards["v1"]["accuracy"] < cards["v2"]["accuracy"] - 0.03


def test_one_row_is_answered_as_one_prediction(server: Server, rows: list[list[float]]) -> None:
    (prediction,) = server.invoke({"instances": rows[:1]}).json["predictions"]
    assert sorted(prediction) == ["label", "probabilities"]
    assert sum(prediction["probabilities"].values()) == pytest.approx(1, abs=1e-5)


def test_features_may_be_named_in_any_order(
    server: Server, rows: list[list[float]], cards: dict[str, dict[str, Any]]
) -> None:
    names = cards["v2"]["features"]
    named = [dict(reversed(list(zip(names, row, strict=True)))) for row in rows]
    assert server.invoke({"instances": named}).body == server.invoke({"instances": rows}).body


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_csv_is_one_row_a_line(server: Server, rows: list[list[float]], newline: str) -> None:
    expected = server.invoke({"instances": rows}).body
    body = to_csv(rows, newline)
    assert server.invoke(body, Content_Type="text/csv").body == expected
    assert server.invoke(body.rstrip(), Content_Type="text/csv; charset=UTF-8").body == expected


def test_csv_answers_hold_label_and_probabilities_in_the_order_of_the_classes(
    server: Server, rows: list[list[float]], cards: dict[str, dict[str, Any]]
) -> None:
    reply = server.invoke({"instances": rows}, Accept="text/csv")
    assert reply.headers["content-type"] == "text/csv"
    lines = list(csv.reader(io.StringIO(reply.body.decode())))
    expected = server.invoke({"instances": rows}).json["predictions"]
    for (label, *probabilities), prediction in zip(lines, expected, strict=True):
        assert label == prediction["label"]
        assert [float(each) for each in probabilities] == [
            prediction["probabilities"][name] for name in cards["v2"]["classes"]
        ]


@pytest.mark.parametrize(
    ("accept", "answer"),
    [
        ("*/*", "application/json"),
        ("", "application/json"),
        ("application/*", "application/json"),
        ("text/*", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("application/json;q=0.5, text/csv", "text/csv"),
        ("text/csv;q=0.1, */*;q=0.1", "application/json"),
        ("application/json;q=0, */*", "text/csv"),
        ("image/png, application/json;charset=utf-8", "application/json"),
    ],
)
def test_accept_chooses_the_answer(server: Server, rows: list[list[float]], accept: str, answer: str) -> None:
    reply = server.invoke({"instances": rows}, Accept=accept)
    assert (reply.status, reply.headers["content-type"]) == (200, answer)
