"""Trains for some steps, a checkpoint after each, and saves when it is told to stop. Modes for what goes wrong."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

base = Path(os.environ["SAGEMAKER_BASE_DIR"])
steps = int(json.loads((base / "input/config/hyperparameters.json").read_text())["steps"])
mode = sys.argv[1]
told = False


def stop(*_: object) -> None:
    global told
    told = True


signal.signal(signal.SIGTERM, stop)
checkpoint = base / "checkpoints/step-rank-0.txt"
step = int(checkpoint.read_text()) if checkpoint.exists() else 0
print(f"begins at {step}", flush=True)
while step < steps and not told:
    time.sleep(0.1)
    step += 1
    checkpoint.write_text(str(step))
if mode == "fails":
    (base / "output").mkdir(exist_ok=True)
    (base / "output/failure").write_text("the data is wrong")
    sys.exit(3)
if told:
    (base / "checkpoints/saved-at-the-end.txt").write_text(str(step))
    sys.exit(0)
(base / "model/weights.bin").write_text(str(step))
