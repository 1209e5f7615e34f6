"""The optimiser of a run, and how its learning rate goes."""

from __future__ import annotations

import math
from collections.abc import Iterable

from torch import nn
from torch.optim import SGD, AdamW, Optimizer
from torch.optim.lr_scheduler import LambdaLR

from trainer.settings import Settings


def make_optimizer(parameters: Iterable[nn.Parameter], settings: Settings) -> Optimizer:
    """adamw8bit keeps the two moments of AdamW in 8 bits each (bitsandbytes), of parameters of 4,096 values up."""
    rate, decay = settings.learning_rate, settings.weight_decay
    if settings.optimizer == "adamw8bit":
        from bitsandbytes.optim import AdamW8bit

        optimizer: Optimizer = AdamW8bit(parameters, lr=rate, weight_decay=decay)
        return optimizer
    if settings.optimizer == "sgd":
        return SGD(parameters, lr=rate, weight_decay=decay, momentum=0.9)
    return AdamW(parameters, lr=rate, weight_decay=decay)


def make_schedule(optimizer: Optimizer, settings: Settings, steps: int) -> LambdaLR:
    """Rises linearly over the warm-up, then stays, or falls along a cosine to 0 at the last of `steps`."""
    warmup = settings.warmup_steps

    def factor(step: int) -> float:
        if step < warmup:
            return (step + 1) / (warmup + 1)
        if settings.schedule == "constant":
            return 1.0
        return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - warmup) / max(1, steps - warmup))))

    return LambdaLR(optimizer, factor)
