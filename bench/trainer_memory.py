"""What the trainer's ways of saving memory save, and what they cost: peak memory and time of a step, with and without.

`.slipway/venv-trainer/bin/python bench/trainer_memory.py --runs 3` prints a table. Each row is the trainer's own code
with one hyperparameter changed, in a process of its own; the rows take turns, and a ratio is that within a turn, its
median over the turns. Where there is a GPU, its memory and time are measured; otherwise resident memory above that
before the model is made, and CPU time on one thread.

Two shapes, since a technique can only save what there is: in one most of the memory is activations, in the other
weights, gradients and the optimiser's state.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import re
import statistics
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "images" / "trainer"))

import bitsandbytes  # noqa: E402, F401  loaded before anything is measured, as is the next
import torch._dynamo  # noqa: E402
from torch import nn  # noqa: E402
from trainer.cluster import gpus  # noqa: E402
from trainer.group import Group  # noqa: E402
from trainer.learner import Learner  # noqa: E402
from trainer.settings import Settings  # noqa: E402
from trainer.task import Context, Task  # noqa: E402

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""malloc.h"""
SHAPES = {
    "activations": {"width": 256, "depth": 6, "length": 256, "batch": 8},
    "weights": {"width": 640, "depth": 6, "length": 16, "batch": 4},
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
STEPS = 2
"""Steps that are timed, after one that is not: it makes the optimiser's state."""


class Transformer(Task):
    """Learns to give back what it gets; the data is made up, since only its size counts."""

    blocks = (nn.TransformerEncoderLayer,)

    def __init__(self, _context: Context, width: int = 0, depth: int = 0) -> None:
        self._width, self._depth = width, depth

    def model(self) -> nn.Module:
        heads, wide = self._width // 64, 4 * self._width
        layer = nn.TransformerEncoderLayer(
            self._width, heads, wide, dropout=0, activation="gelu", batch_first=True, norm_first=True
        )
        return nn.TransformerEncoder(layer, self._depth, enable_nested_tensor=False)

    def training_data(self) -> Any:
        raise NotImplementedError

    def loss(self, model: nn.Module, batch: Any) -> torch.Tensor:
        return (model(batch) - batch).square().mean()


def measure(shape: dict[str, int], hyperparameters: dict[str, str]) -> dict[str, float]:
    """Peak memory above that before, and of it the optimiser's state, in MiB; a step's time, in seconds."""
    settings = Settings.from_hyperparameters(hyperparameters)
    group = Group.join()
    memory = GpuMemory() if group.device.type == "cuda" else ResidentMemory()
    part = torch.randn(shape["batch"] // settings.accumulation, shape["length"], shape["width"])
    memory.start()
    task = Transformer(Context({}, {}), shape["width"], shape["depth"])
    learner = Learner(task, settings, group, None, 100)
    seconds = []
    for _ in range(1 + STEPS):
        started = memory.now()
        learner.step([part] * settings.accumulation)
        seconds.append(memory.now() - started)
    peak = memory.peak()
    return {
        "peak": peak / 2**20,
        "optimiser": _bytes_of((learner.state() or {})["optimizer"]["state"]) / 2**20,
        "seconds": statistics.median(seconds[1:]),
    }


class ResidentMemory:
    """Of this process, on Linux; and its CPU time."""

    def start(self) -> None:
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew, proc(5)
        self._before = self._read("VmRSS")

    def peak(self) -> int:
        return self._read("VmHWM") - self._before

    def now(self) -> float:
        return time.process_time()

    def _read(self, name: str) -> int:
        match = re.search(rf"^{name}:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
        assert match
        return int(match[1]) * 1024


class GpuMemory:
    """What torch has allocated on the GPU; and time, when the GPU is done."""

    def start(self) -> None:
        torch.cuda.reset_peak_memory_stats()
        self._before = torch.cuda.memory_allocated()

    def peak(self) -> int:
        return torch.cuda.max_memory_allocated() - self._before

    def now(self) -> float:
        torch.cuda.synchronize()
        return time.monotonic()


def _bytes_of(state: Any) -> int:
    if isinstance(state, torch.Tensor):
        return state.numel() * state.element_size()
    return sum(_bytes_of(value) for value in state.values()) if isinstance(state, dict) else 0


def in_process(shape: dict[str, int], hyperparameters: dict[str, str]) -> dict[str, float]:
    """Forked from this process, so that what was loaded once is not loaded again, nor counted."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writer, json.dumps(measure(shape, hyperparameters)).encode())
        finally:
            sys.stderr.flush()
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        measured: dict[str, float] = json.loads(answer.read())
    os.waitpid(pid, 0)
    return measured


def table(shape: dict[str, int], rows: dict[str, dict[str, str]], runs: int) -> list[dict[str, Any]]:
    turns = []
    for number in range(1, runs + 1):
        turns.append({name: in_process(shape, given) for name, given in rows.items()})
        print(f"turn {number} of {runs}: {json.dumps(turns[-1])}", file=sys.stderr)
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
    options = parser.parse_args()
    ranks = {"RANK": "0", "LOCAL_RANK": "0", "WORLD_SIZE": "1", "LOCAL_WORLD_SIZE": "1"}
    os.environ.update({**ranks, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "0"})
    torch.set_num_threads(1)
    for option in (M_TRIM_THRESHOLD, M_MMAP_THRESHOLD):
        ctypes.CDLL(None).mallopt(option, 65_536)  # freed memory goes back at once: resident memory is memory in use
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
