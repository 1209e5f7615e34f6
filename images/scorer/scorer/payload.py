"""Bodies: rows of numbers read from JSON or CSV, predictions written as JSON or CSV."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from scorer.errors import RequestError
from scorer.media import CSV

FLOAT32_MAX = float(np.finfo(np.float32).max)
PROBABILITY_DECIMALS = 6


def read_rows(body: bytes, media_type: str, features: Sequence[str]) -> NDArray[np.float32]:
    """Rows of a request body as an array of shape (rows, features); raises a 400 RequestError that says where.

    JSON is {"instances": [row, ...]} with a row as a list in the order of the features or as an object by feature
    name. CSV is one row a line, without a header. Every value is a finite number that fits float32.
    """
    if not body.strip():
        raise RequestError(400, "empty", "The body is empty; send at least one row.")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        _malformed(f"The body is not UTF-8 (byte {error.start}).")
    rows = _csv_rows(text, features) if media_type == CSV else _json_rows(text, features)
    return np.array(rows, dtype=np.float32)


def write_predictions(probabilities: NDArray[np.float32], classes: Sequence[str], media_type: str) -> bytes:
    """Predictions in the asked form, probabilities rounded to 6 decimals; the label is the most probable class.

    JSON is {"predictions": [{"label": ..., "probabilities": {class: p, ...}}, ...]}. CSV is one line a row, without a
    header: the label, then one probability per class in the order of model.json.
    """
    labels = [classes[index] for index in probabilities.argmax(axis=1)]
    rounded = np.round(probabilities.astype(np.float64), PROBABILITY_DECIMALS).tolist()
    if media_type == CSV:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(
            [label, *row] for label, row in zip(labels, rounded, strict=True)
        )
        return text.getvalue().encode()
    predictions = [
        {"label": label, "probabilities": dict(zip(classes, row, strict=True))}
        for label, row in zip(labels, rounded, strict=True)
    ]
    return json.dumps({"predictions": predictions}).encode()


def _json_rows(text: str, features: Sequence[str]) -> list[list[float]]:
    try:
        document = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_refuse_repeats)
    except (ValueError, RecursionError) as error:
        _malformed(f"The body is not JSON ({error}).")
    if not isinstance(document, dict) or list(document) != ["instances"] or not isinstance(document["instances"], list):
        _malformed('The body must be one JSON object {"instances": [row, ...]} with no other key.')
    if not document["instances"]:
        raise RequestError(400, "empty", '"instances" is an empty list; send at least one row.')
    return [_json_row(row, f"instances[{index}]", features) for index, row in enumerate(document["instances"])]


def _json_row(row: Any, where: str, features: Sequence[str]) -> list[float]:
    if isinstance(row, dict):
        missing = [name for name in features if name not in row]
        unknown = [name for name in row if name not in features]
        if missing or unknown:
            message = f"{where} lacks {missing} and has the unknown {unknown}; this model takes {list(features)}."
            raise RequestError(400, "wrong_features", message)
        row = [row[name] for name in features]
    elif not isinstance(row, list):
        _malformed(f"{where} is {_show(row)}; a row is a list of {len(features)} numbers or an object by feature name.")
    _check_count(row, where, features)
    return [_number(value, value, where, name) for value, name in zip(row, features, strict=True)]


def _csv_rows(text: str, features: Sequence[str]) -> list[list[float]]:
    rows = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            where = f"line {reader.line_num}"
            _check_count(row, where, features)
            rows.append([_number(_parse(cell), cell, where, name) for cell, name in zip(row, features, strict=True)])
    except csv.Error as error:
        _malformed(f"line {reader.line_num} is not CSV ({error}).")
    return rows


def _parse(cell: str) -> float | None:
    """A CSV cell as a number; Python's float() alone would also take 1_000 and digits of other scripts."""
    try:
        return float(cell) if cell.isascii() and "_" not in cell else None
    except ValueError:
        return None


def _check_count(row: Sequence[Any], where: str, features: Sequence[str]) -> None:
    if len(row) != len(features):
        message = f"{where} has {len(row)} values; this model takes {len(features)}: {list(features)}."
        raise RequestError(400, "wrong_features", message)


def _number(value: Any, given: Any, where: str, feature: str) -> float:
    if type(value) not in (int, float) or not abs(value) <= FLOAT32_MAX:
        message = f"{where}, feature {feature!r}: {_show(given)} is not a finite number of at most 3.4e38."
        raise RequestError(400, "not_a_number", message)
    return float(value)


def _refuse_constant(name: str) -> NoReturn:
    raise RequestError(400, "not_a_number", f"The body holds {name}; every value must be a finite number.")


def _refuse_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        _malformed(f"The body holds an object that repeats a name; its names are {_show([name for name, _ in pairs])}.")
    return members


def _malformed(message: str) -> NoReturn:
    raise RequestError(400, "malformed_body", message)


def _show(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:40]}..."
