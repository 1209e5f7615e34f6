"""Trains the demonstration models and packs them: `python images/scorer/training/train.py --help`.

Data: the Breast Cancer Wisconsin (Diagnostic) set that scikit-learn ships, 569 real tumours with 30 measurements each.
Both models are decision trees, on purpose: their training uses no BLAS, whose last bits depend on the CPU.
"""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pack import pack
from skl2onnx import to_onnx
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

SEED = 0
TEST_SHARE = 0.3
EXAMPLES = 16
AGREEMENT = 1e-5
"""Greatest difference allowed between a probability of scikit-learn (float64) and of onnxruntime (float32)."""
OPSET = {"": 17, "ai.onnx.ml": 3}
"""Old enough for every onnxruntime since 1.12 (2022); trees need nothing newer."""
LIBRARIES = ("numpy", "onnx", "onnxruntime", "scikit-learn", "skl2onnx")
MODELS_DIR = Path(__file__).resolve().parent.parent / "models"


@dataclass(frozen=True)
class Recipe:
    """One version: what it is, and an untrained classifier."""

    description: str
    build: Callable[[], Any]


RECIPES = {
    "v1": Recipe("decision tree with a single split", lambda: DecisionTreeClassifier(max_depth=1, random_state=SEED)),
    "v2": Recipe(
        "random forest, 60 trees of depth 8",
        lambda: RandomForestClassifier(n_estimators=60, max_depth=8, random_state=SEED, n_jobs=1),
    ),
}


@dataclass(frozen=True)
class Split:
    """The data set, split once for all versions, so that their accuracies compare."""

    features: list[str]
    classes: list[str]
    train_rows: NDArray[np.float64]
    train_labels: NDArray[np.int64]
    test_rows: NDArray[np.float64]
    test_labels: NDArray[np.int64]

    def describe(self) -> dict[str, Any]:
        return {
            "name": "Breast Cancer Wisconsin (Diagnostic)",
            "source": "sklearn.datasets.load_breast_cancer",
            "train_rows": len(self.train_rows),
            "test_rows": len(self.test_rows),
            "seed": SEED,
        }


def load_split() -> Split:
    """70 % of the rows to train on, 30 % held out, classes in equal shares."""
    data = load_breast_cancer()
    train_rows, test_rows, train_labels, test_labels = train_test_split(
        data.data, data.target, test_size=TEST_SHARE, random_state=SEED, stratify=data.target
    )
    features, classes = [str(name) for name in data.feature_names], [str(name) for name in data.target_names]
    return Split(features, classes, train_rows, train_labels, test_rows, test_labels)


def train(name: str, split: Split) -> tuple[bytes, float]:
    """The archive of one version and its accuracy on the held-out rows."""
    recipe = RECIPES[name]
    classifier = recipe.build().fit(split.train_rows, split.train_labels)
    accuracy = float(classifier.score(split.test_rows, split.test_labels))
    probabilities = classifier.predict_proba(split.test_rows)
    model = export(classifier, name, split)
    check_agreement(name, model, split.test_rows, probabilities)
    card = {
        "version": name,
        "description": recipe.description,
        "features": split.features,
        "classes": split.classes,
        "data_set": split.describe(),
        "accuracy": round(accuracy, 6),
        "libraries": {library: version(library) for library in LIBRARIES},
        "examples": [
            {
                "features": split.test_rows[row].tolist(),
                "probabilities": np.round(probabilities[row], 6).tolist(),
                "actual": split.classes[split.test_labels[row]],
            }
            for row in range(EXAMPLES)
        ],
    }
    return pack({"model.onnx": model, "model.json": f"{json.dumps(card, indent=2)}\n".encode()}), accuracy


def export(classifier: Any, name: str, split: Split) -> bytes:
    """The classifier as ONNX: float32 rows in, `probabilities` out as a plain tensor; no generated names inside."""
    sample = split.train_rows[:1].astype(np.float32)
    options = {id(classifier): {"zipmap": False}}
    graph = to_onnx(classifier, sample, name=f"scorer-{name}", options=options, target_opset=OPSET)
    model: bytes = graph.SerializeToString(deterministic=True)
    return model


def check_agreement(name: str, model: bytes, rows: NDArray[np.float64], expected: NDArray[np.float64]) -> None:
    """Ends the run unless onnxruntime gives scikit-learn's label and probabilities on every held-out row."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (actual,) = session.run(["probabilities"], {session.get_inputs()[0].name: rows.astype(np.float32)})
    difference = float(np.abs(actual - expected).max())
    labels_differ = int((actual.argmax(axis=1) != expected.argmax(axis=1)).sum())
    if labels_differ or difference > AGREEMENT:
        sys.exit(
            f"{name}: onnxruntime and scikit-learn disagree on {labels_differ} of {len(rows)} held-out labels, and by "
            f"up to {difference:.2g} in probability (allowed: 0 labels, {AGREEMENT:g}); nothing was written."
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains the demonstration models and packs one archive for each.")
    parser.add_argument("--version", choices=[*RECIPES, "all"], default="all", help="which to train (default: all)")
    parser.add_argument("--out", type=Path, default=MODELS_DIR, help="folder for <version>/model.tar.gz (%(default)s)")
    arguments = parser.parse_args()
    split = load_split()
    for name in RECIPES if arguments.version == "all" else [arguments.version]:
        archive, accuracy = train(name, split)
        path = arguments.out / name / "model.tar.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(archive)
        digest = hashlib.sha256(archive).hexdigest()
        print(f"{name}: {RECIPES[name].description}; accuracy {accuracy:.4f} on {len(split.test_rows)} held-out rows")
        print(f"    {path}: {len(archive)} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
