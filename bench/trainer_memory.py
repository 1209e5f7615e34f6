"""What the trainer's ways of saving memory save, and what they cost: peak memory and time of a step, with and without.

`.slipway/venv-trainer/bin/python bench/trainer_memory.py --runs 3` prints a table. Each row is the trainer's own code
with one hyperparameter changed, in a process of its own; the rows take turns, and a ratio is that within a turn, its
median over the turns. Where there is a GPU, its memory and time are measured; otherwise resident memory above a
process that has only loaded torch, and CPU time on one thread.

Two shapes, since a technique can only save what there is: in one most of the memory is activations, in the other
weights, gradients and the optimiser's state.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "images" / "trainer"))

SHAPES = {
    "activations": {"width": 256, "depth": 8, "length": 256, "batch": 16},
    "weights": {"width": 768, "depth": 8, "length": 32, "batch": 4},
}
"""Transformers, by what fills the memory."""
BIGGER = {
    "activations": {"width": 1024, "depth": 24, "length": 1024, "batch": 16},
    "weights": {"width": 2048, "depth": 24, "length": 128, "batch": 4},
}
"""The same for a GPU."""
ROWS: dict[str, dict[str, str]] = {
    "none": {},
    "activation checkpointing": {"activation_checkpointing": "true"},
    "mixed precision (bf16)": {"precision": "bf16"},
    "8-bit optimiser": {"optimizer": "adamw8bit"},
    "gradient accumulation, 4 parts": {"accumulation": "4"},
    "all of these": {
        "activation_checkpointing": "true",
        "precision": "bf16",
        "optimizer": "adamw8bit",
        "accumulation": "4",
    },
}
OFFLOAD = {"fsdp": {"strategy": "fsdp"}, "fsdp with CPU offload": {"strategy": "fsdp", "cpu_offload": "true"}}
"""Only where there is a GPU: without one there is nowhere to offload from."""
STEPS = 4
"""Steps that are timed, after one that is not: it makes the optimiser's state."""


def measure(shape: dict[str, int], hyperparameters: dict[str, str]) -> dict[str, float]:
    """One process's peak memory above its memory before, the optimiser's state (MiB), and a step's time (seconds)."""
    import torch
    from torch import nn
    from trainer.group import Group
    from trainer.learner import Learner
    from trainer.settings import Settings
    from trainer.task import Context, Task

    class Transformer(Task):
        blocks = (nn.TransformerEncoderLayer,)

        def __init__(self, _context: Context) -> None:
            pass

        def model(self) -> nn.Module:
            width = shape["width"]
            layer = nn.TransformerEncoderLayer(
                width, width // 64, 4 * width, dropout=0, activation="gelu", batch_first=True, norm_first=True
            )
            return nn.TransformerEncoder(layer, shape["depth"], enable_nested_tensor=False)

        def training_data(self) -> Any:
            raise NotImplementedError

        def loss(self, model: nn.Module, batch: Any) -> Any:
            return (model(batch) - batch).square().mean()

    settings = Settings.from_hyperparameters(hyperparameters)
    if settings.optimizer == "adamw8bit":
        import bitsandbytes  # noqa: F401  its code is not part of what is measured
    group = Group.join()
    on_gpu = group.device.type == "cuda"
    part = torch.randn(shape["batch"] // settings.accumulation, shape["length"], shape["width"])
    before = torch.cuda.max_memory_allocated() if on_gpu else _resident()
    learner = Learner(Transformer(Context({}, {})), settings, group, None, 100)
    seconds = []
    for _ in range(1 + STEPS):
        started = _now(on_gpu)
        learner.step([part] * settings.accumulation)
        seconds.append(_now(on_gpu) - started)
    peak = torch.cuda.max_memory_allocated() if on_gpu else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    state = (learner.state() or {})["optimizer"]["state"]
    return {
        "peak": (peak - before) / 2**20,
        "optimiser": _bytes_of(state) / 2**20,
        "seconds": statistics.median(seconds[1:]),
    }


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _now(on_gpu: bool) -> float:
    if not on_gpu:
        return time.process_time()
    import torch

    torch.cuda.synchronize()
    return time.monotonic()


def _bytes_of(state: Any) -> int:
    import torch

    if isinstance(state, torch.Tensor):
        return state.numel() * state.element_size()
    return sum(_bytes_of(value) for value in state.values()) if isinstance(state, dict) else 0


def in_process(shape: dict[str, int], hyperparameters: dict[str, str]) -> dict[str, float]:
    ranks = {"RANK": "0", "LOCAL_RANK": "0", "WORLD_SIZE": "1", "LOCAL_WORLD_SIZE": "1"}
    with tempfile.NamedTemporaryFile("r") as result:
        environment = {
            **os.environ,
            **ranks,
            **{"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "0", "OMP_NUM_THREADS": "1"},
            # Freed memory goes back at once, so that resident memory is memory in use.
            **{"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"},
        }
        command = [sys.executable, __file__, "--one", json.dumps([shape, hyperparameters]), "--json", result.name]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        measured: dict[str, float] = json.load(result)
    return measured


def table(shape: dict[str, int], rows: dict[str, dict[str, str]], runs: int) -> list[dict[str, Any]]:
    turns = [{name: in_process(shape, given) for name, given in rows.items()} for _ in range(runs)]
    median = statistics.median
    return [
        {
            "name": name,
            "peak MiB": median(turn[name]["peak"] for turn in turns),
            "optimiser MiB": median(turn[name]["optimiser"] for turn in turns),
            "memory": median(turn[name]["peak"] / turn["none"]["peak"] for turn in turns),
            "time": median(turn[name]["seconds"] / turn["none"]["seconds"] for turn in turns),
        }
        for name in rows
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="turns; 3 unless given")
    parser.add_argument("--json", help="file to write the numbers to")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        Path(options.json).write_text(json.dumps(measure(*json.loads(options.one))))
        return
    from trainer.cluster import gpus

    shapes, rows = (BIGGER, {**ROWS, **OFFLOAD}) if gpus() else (SHAPES, ROWS)
    results = {name: table(shape, rows, options.runs) for name, shape in shapes.items()}
    for name, shape in shapes.items():
        print(f"\nmostly {name}: {', '.join(f'{key} {value}' for key, value in shape.items())}\n")
        print("| with | peak MiB | of it optimiser | memory, ratio | step time, ratio |")
        print("| --- | --- | --- | --- | --- |")
        for row in results[name]:
            numbers = f"{row['peak MiB']:.0f} | {row['optimiser MiB']:.0f} | {row['memory']:.2f} | {row['time']:.2f}"
            print(f"| {row['name']} | {numbers} |")
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
