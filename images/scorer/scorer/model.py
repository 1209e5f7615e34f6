"""The model itself: an onnxruntime session that is checked against its archive before it answers."""

import os
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from scorer.archive import ModelCard, read_card, read_file
from scorer.errors import StartError

# onnxruntime reads this when it is imported; its Linux wheel reports usage and writes a device id unless it is set.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

OUTPUT = "probabilities"
EXAMPLE_TOLERANCE = 1e-4
"""Greatest difference to a recorded probability: float32 noise is under 1e-6, another model or runtime is not."""


class Model:
    """A classifier that turns float32 rows into one probability per class. Safe to call from several threads."""

    def __init__(self, card: ModelCard, session: Any) -> None:
        self.card = card
        self._session = session
        self._input = session.get_inputs()[0].name

    @classmethod
    def load(cls, model_dir: Path, intra_op_threads: int) -> Self:
        """Loads model.onnx and model.json and scores the recorded examples.

        Raises StartError when a file is missing or broken, when the graph does not fit the names in model.json, or
        when an example is scored differently than training recorded.
        """
        card = read_card(model_dir)
        path = model_dir / "model.onnx"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = intra_op_threads
        options.inter_op_num_threads = 1
        # Idle threads that spin take the CPU from the requests beside them.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        content = read_file(model_dir, "model.onnx")
        try:
            session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            reason = " ".join(str(error).split())
            raise StartError(f"{path} is not a model that onnxruntime can load ({reason}).") from error
        _check_graph(path, session, card)
        model = cls(card, session)
        model._check_examples(path)
        return model

    def probabilities(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities of shape (rows, classes) for an array of shape (rows, features)."""
        (result,) = self._session.run([OUTPUT], {self._input: rows})
        return result

    def _check_examples(self, path: Path) -> None:
        rows = np.array([example.features for example in self.card.examples], dtype=np.float32)
        recorded = np.array([example.probabilities for example in self.card.examples])
        difference = float(np.abs(self.probabilities(rows) - recorded).max())
        if not difference <= EXAMPLE_TOLERANCE:
            raise StartError(
                f"{path} scores the examples in model.json differently than training recorded (by {difference:.2g}, "
                f"at most {EXAMPLE_TOLERANCE:g} is allowed); the two files are not from the same training run."
            )


def _check_graph(path: Path, session: Any, card: ModelCard) -> None:
    inputs = session.get_inputs()
    outputs = {output.name: output for output in session.get_outputs()}
    expected = f"one float tensor of shape (rows, {len(card.features)}), as model.json names its features"
    if len(inputs) != 1 or inputs[0].type != "tensor(float)" or not _has_columns(inputs[0].shape, len(card.features)):
        given = ", ".join(f"{each.name}: {each.type} {each.shape}" for each in inputs)
        raise StartError(f"{path} takes {given}; it must take {expected}.")
    if OUTPUT not in outputs or not _has_columns(outputs[OUTPUT].shape, len(card.classes)):
        given = ", ".join(f"{each.name} {each.shape}" for each in outputs.values())
        raise StartError(f"{path} gives {given}; it must give '{OUTPUT}' of shape (rows, {len(card.classes)}).")


def _has_columns(shape: list[Any], columns: int) -> bool:
    return len(shape) == 2 and not isinstance(shape[0], int) and shape[1] == columns
