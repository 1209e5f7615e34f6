"""What is uploaded in which order, while a trainer writes."""

from __future__ import annotations

import hashlib
import itertools
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from batch_entry.settings import Location
from batch_entry.storage import Mirror
from trainer.slots import MANIFEST, SLOTS, Manifest, WrittenFile, problem, read_checkpoints

LOCATION = Location("data", "")


class S3:
    """A folder that stands for a bucket."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: list[str] = []
        self.meanwhile: Callable[[str], object] = lambda _: None
        """What happens in the middle of an upload."""
        self.after: Callable[[], object] = lambda: None

    def upload_file(self, source: str, bucket: str, key: str) -> None:
        self.names.append(key)
        target = self.folder / key
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(source, "rb", buffering=0) as file:
            begin = file.read(3)
            self.meanwhile(key)
            target.write_bytes(begin + file.read())
        self.after()


class Trainer:
    """Writes files, each at a time of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._clock = itertools.count(1_000_000_000)

    def write(self, name: str, content: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, ns=(0, next(self._clock)))

    def save(self, step: int) -> Iterator[None]:
        """A checkpoint, over the one before the last, in parts."""
        slot = SLOTS[step % 2]
        files = []
        for rank in range(2):
            name, content = f"rank-{rank:05d}.pt", f"step {step} rank {rank} ".encode() * 3
            self.write(f"{slot}/{name}", content[: len(content) // 2])
            yield
            self.write(f"{slot}/{name}", content)
            yield
            files.append(WrittenFile(name, len(content), hashlib.sha256(content).hexdigest()))
        self.write(f"{slot}/{MANIFEST}", Manifest(step, 2, tuple(files)).to_text().encode())
        self.write("progress.json", str(step).encode())


def whole(folder: Path) -> list[int]:
    """Steps of the checkpoints that can be resumed."""
    return [each.manifest.step for each in read_checkpoints(folder) if problem(folder, each) is None]


def test_the_oldest_goes_first_and_nothing_goes_twice(tmp_path: Path) -> None:
    trainer, s3 = Trainer(tmp_path / "local"), S3(tmp_path / "s3")
    for name in ("slot-1/rank-0.pt", "slot-1/manifest.json", "latest", "slot-0/.part", "slot-0/manifest.json.7.new"):
        trainer.write(name, b"content")
    mirror = Mirror(s3, trainer.folder, LOCATION)
    assert mirror.upload() == 3
    assert s3.names == ["slot-1/rank-0.pt", "slot-1/manifest.json", "latest"]
    assert mirror.upload() == 0


def test_the_last_that_is_whole_waits_until_another_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trainer, s3, mirror = uploaded(tmp_path)
    list(trainer.save(1))
    s3.meanwhile = lambda key: next(trainer.save(3)) if key == "slot-1/rank-00000.pt" else None
    mirror.upload()
    assert whole(s3.folder) == [0], "that of step 1 was written over while it was uploaded"
    list(trainer.save(2))
    mirror.upload()
    assert whole(s3.folder) == [0], "that of step 3 is not written wholly"
    assert capsys.readouterr().err == (
        "batch_entry: slot-0 waits, since the checkpoint beside it was written over while it was uploaded: "
        "save less often than an upload takes\n"
    )
    s3.meanwhile = lambda _: None
    list(trainer.save(3))
    mirror.upload()
    assert whole(s3.folder) == [3, 2]
    assert capsys.readouterr().err == ""


def test_when_the_trainer_has_ended_nothing_waits(tmp_path: Path) -> None:
    trainer, s3, mirror = uploaded(tmp_path)
    next(trainer.save(1))
    (trainer.folder / "slot-1" / MANIFEST).write_text("{}")
    list(trainer.save(2))
    next(trainer.save(3))
    mirror.upload(ended=True)
    assert whole(s3.folder) == [2]


def test_what_was_downloaded_counts_as_whole(tmp_path: Path) -> None:
    trainer, s3, _ = uploaded(tmp_path)
    list(trainer.save(1))
    mirror = Mirror(s3, trainer.folder, LOCATION)
    mirror.adopt()
    s3.names.clear()
    next(trainer.save(2))
    assert mirror.upload() == 1


def test_a_trainer_with_one_checkpoint_is_not_kept_waiting(tmp_path: Path) -> None:
    trainer, s3, mirror = uploaded(tmp_path)
    for step in (2, 4):
        list(trainer.save(step))
        mirror.upload()
        assert whole(s3.folder) == [step]


def uploaded(folder: Path) -> tuple[Trainer, S3, Mirror]:
    """A trainer that has saved once, and what has gone to S3 of it."""
    trainer, s3 = Trainer(folder / "local"), S3(folder / "s3")
    mirror = Mirror(s3, trainer.folder, LOCATION)
    list(trainer.save(0))
    mirror.upload()
    return trainer, s3, mirror


@pytest.mark.parametrize("seed", range(40))
def test_one_is_always_whole_however_fast_checkpoints_are_made(tmp_path: Path, seed: int) -> None:
    randomness = random.Random(seed)
    trainer, s3, mirror = uploaded(tmp_path)
    pause = randomness.choice([1, 3, 8, 20])
    writes = (None for step in itertools.count(1) for _ in itertools.chain(trainer.save(step), [None] * pause))
    seen: set[int] = set()

    def advance(_: object = None) -> None:
        for _ in range(randomness.randint(0, 6)):
            next(writes)

    def look() -> None:
        found = whole(s3.folder)
        assert found, "none is whole any more"
        seen.update(found)

    s3.meanwhile, s3.after = advance, look
    for _ in range(60):
        advance()
        mirror.upload()
    s3.meanwhile, s3.after = lambda _: None, lambda: None
    mirror.upload(ended=True)
    assert whole(s3.folder) == whole(trainer.folder)
