"""Checkpoints of all processes together: which one they resume from, and how they write the next."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import torch

from trainer.errors import TrainingError
from trainer.group import Group
from trainer.slots import Checkpoint, Manifest, WrittenFile, other_slot, problem, read_checkpoints, seal, write_file


class Store:
    """The checkpoint folder, as all processes see it. Every method is called by all of them."""

    def __init__(self, folder: Path, group: Group) -> None:
        self._folder = folder
        self._group = group
        self._newest: Checkpoint | None = None

    def find(self) -> Checkpoint | None:
        """The newest checkpoint that is whole on every host; it is the one to fall back to from now on."""
        mine = {checkpoint.identity: checkpoint for checkpoint in read_checkpoints(self._folder)}
        everyones = self._group.gather(set(mine))
        for identity in sorted(set.union(*everyones), reverse=True):
            reason = self._reason_against(mine.get(identity))
            if reason is None:
                self._newest = mine[identity]
                return self._newest
            if self._group.rank == 0:
                print(f"checkpoint of step {identity[0]} is not used: {reason}", flush=True)
        return None

    def load(self, checkpoint: Checkpoint, rank: int) -> dict[str, Any]:
        """What the process of this rank has saved, on the CPU."""
        path = self._folder / checkpoint.slot / _name(rank)
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        return state

    def save(self, step: int, state: dict[str, Any]) -> float:
        """Writes a checkpoint into the slot that is not needed; how many seconds it took.

        :param state: what this process saves.
        :raises TrainingError: a process could not write; the older checkpoint is as it was.
        """
        started = time.perf_counter()
        slot = other_slot(self._newest.slot if self._newest else None)
        written = self._group.gather(self._write(slot, state))
        for rank, result in enumerate(written):
            if isinstance(result, str):
                raise TrainingError(f"process {rank} cannot write its checkpoint: {result}")
        manifest = Manifest(step, self._group.size, tuple(written))
        if self._group.local_rank == 0:
            seal(self._folder, slot, manifest)
        self._group.any(False)  # all hosts have sealed theirs
        self._newest = Checkpoint(slot, manifest)
        return time.perf_counter() - started

    def _write(self, slot: str, state: dict[str, Any]) -> WrittenFile | str:
        try:
            return write_file(self._folder, slot, _name(self._group.rank), lambda file: torch.save(state, file))
        except OSError as error:
            return str(error)

    def _reason_against(self, checkpoint: Checkpoint | None) -> str | None:
        """The processes of a host share the work of reading its files."""
        if checkpoint is None:
            reason: str | None = "not every host has its manifest"
        else:
            share = checkpoint.manifest.files[self._group.local_rank :: self._group.local_size]
            reason = problem(self._folder, checkpoint, share)
        return next((each for each in self._group.gather(reason) if each is not None), None)


def _name(rank: int) -> str:
    """Files of all hosts share one S3 prefix, so each name carries the rank."""
    return f"rank-{rank:05d}.pt"
