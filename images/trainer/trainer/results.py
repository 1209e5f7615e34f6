"""What a finished run leaves behind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from trainer.sampling import Key
from trainer.slots import replace_file


def write_model(folder: Path, weights: Mapping[str, Tensor], summary: Mapping[str, Any]) -> None:
    """model.pt, a state_dict that torch.load reads with weights_only; training.json, how the run ended."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(dict(weights), folder / "model.pt")
    replace_file(folder / "training.json", json.dumps(summary) + "\n")


def write_ledger(folder: Path, rank: int, ledger: list[Key]) -> None:
    """Epoch and sample of all that this process's part of the training was done on, in order."""
    replace_file(folder / f"samples-rank-{rank:05d}.json", json.dumps(ledger) + "\n")
