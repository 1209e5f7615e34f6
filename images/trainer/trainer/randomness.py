"""The random generators of one process, as they are saved and restored."""

from __future__ import annotations

import hashlib
import random
from typing import Any

import numpy
import torch


def mixed(*numbers: int) -> int:
    """One seed of 63 bits, of several numbers; neighbours have nothing in common."""
    return int.from_bytes(hashlib.blake2b(repr(numbers).encode(), digest_size=8).digest()) >> 1


def seed_all(*numbers: int) -> None:
    """Seeds the generators of torch on CPU and GPU, of numpy and of Python by the mix of these numbers."""
    torch.cuda.manual_seed(mixed(*numbers))
    seed_cpu(*numbers)


def seed_cpu(*numbers: int) -> None:
    """Likewise, but for the GPU: fast enough to be called for every sample."""
    seed = mixed(*numbers)
    torch.default_generator.manual_seed(seed)
    numpy.random.seed(seed % 2**32)
    random.seed(seed)


def random_state() -> dict[str, Any]:
    """Of torch, its GPU, numpy and Python; of types that torch.load reads without running code."""
    name, keys, position, has_gauss, cached = numpy.random.get_state(legacy=True)
    return {
        "torch": torch.get_rng_state(),
        "gpu": torch.cuda.get_rng_state() if torch.cuda.is_available() else None,
        "numpy": (str(name), torch.from_numpy(keys.astype("int64")), int(position), int(has_gauss), float(cached)),
        "python": random.getstate(),
    }


def restore_random_state(state: dict[str, Any]) -> None:
    torch.set_rng_state(state["torch"])
    if state["gpu"] is not None and torch.cuda.is_available():
        torch.cuda.set_rng_state(state["gpu"])
    name, keys, *rest = state["numpy"]
    numpy.random.set_state((name, keys.numpy().astype("uint32"), *rest))
    random.setstate(state["python"])
