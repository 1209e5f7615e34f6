"""A checkpoint that is not whole is never taken for one, whatever was lost of it and in whatever order it arrives."""

import json
import random
import shutil
from pathlib import Path

import pytest
from trainer.slots import (
    MANIFEST,
    SLOTS,
    Checkpoint,
    Manifest,
    other_slot,
    problem,
    read_checkpoints,
    replace_file,
    seal,
    write_file,
)

PROCESSES = 3


def write_checkpoint(folder: Path, step: int, slot: str) -> None:
    """A checkpoint of several processes, with content that tells its step; the sizes differ from step to step."""
    files = [
        write_file(folder, slot, f"rank-{rank:05d}.pt", lambda file, rank=rank: file.write(content(step, rank)))
        for rank in range(PROCESSES)
    ]
    seal(folder, slot, Manifest(step, PROCESSES, tuple(files)))


def content(step: int, rank: int) -> bytes:
    return f"step {step} rank {rank} ".encode() * (20 + step % 3)


def usable(folder: Path) -> list[Checkpoint]:
    return [checkpoint for checkpoint in read_checkpoints(folder) if problem(folder, checkpoint) is None]


def assert_is_whole(folder: Path, checkpoint: Checkpoint) -> None:
    for rank, file in enumerate(checkpoint.manifest.files):
        assert (folder / checkpoint.slot / file.name).read_bytes() == content(checkpoint.manifest.step, rank)


def test_the_newest_comes_first(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, 9, SLOTS[0])
    write_checkpoint(tmp_path, 10, SLOTS[1])
    assert [(each.slot, each.manifest.step) for each in usable(tmp_path)] == [("slot-1", 10), ("slot-0", 9)]


def test_slots_are_written_in_turns() -> None:
    assert [other_slot(slot) for slot in (None, *SLOTS)] == ["slot-0", "slot-1", "slot-0"]


@pytest.mark.parametrize("name", [MANIFEST, "rank-00000.pt", "rank-00002.pt"])
def test_a_file_cut_short_anywhere_or_changed_or_missing_is_seen(tmp_path: Path, name: str) -> None:
    write_checkpoint(tmp_path, 1, SLOTS[0])
    write_checkpoint(tmp_path, 2, SLOTS[1])
    path = tmp_path / "slot-1" / name
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        # The last byte of a manifest is a line's end: without it nothing is lost.
        if whole[:length].strip() != whole.strip():
            assert [each.manifest.step for each in usable(tmp_path)] == [1], length
    for position in range(0, len(whole) - 1, 7):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        assert [each.manifest.step for each in usable(tmp_path)] == [1], position
    path.unlink()
    assert [each.manifest.step for each in usable(tmp_path)] == [1]


def test_a_file_of_the_same_size_from_another_attempt_is_seen(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, 4, SLOTS[0])
    write_file(tmp_path, SLOTS[0], "rank-00001.pt", lambda file: file.write(content(7, 1)))
    (only,) = read_checkpoints(tmp_path)
    assert problem(tmp_path, only) == "slot-0/rank-00001.pt has another content than was written"


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", '{"version": 1}', '{"sha256": 3}', "\x00"])
def test_what_is_no_manifest_is_no_checkpoint(tmp_path: Path, text: str) -> None:
    (tmp_path / "slot-0").mkdir()
    (tmp_path / "slot-0" / MANIFEST).write_text(text)
    assert read_checkpoints(tmp_path) == []


def test_a_manifest_of_a_later_version_is_not_guessed_at(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, 1, SLOTS[0])
    path = tmp_path / "slot-0" / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": 2}))
    assert read_checkpoints(tmp_path) == []


@pytest.mark.parametrize("seed", range(40))
def test_uploaded_file_by_file_in_any_order_and_cut_off_anywhere(tmp_path: Path, seed: int) -> None:
    """The folder as S3 has it: each upload takes a file whole or in part, in any order, while training goes on. What is
    found there is whole, and nothing is lost once a checkpoint was uploaded before the one after the next began."""
    randomness = random.Random(seed)
    local, remote = tmp_path / "local", tmp_path / "remote"
    slot: str | None = None
    uploaded_wholly = 0
    for step in range(1, 12):
        slot = other_slot(slot)
        write_checkpoint(local, step, slot)
        names = [MANIFEST, *(f"rank-{rank:05d}.pt" for rank in range(PROCESSES))]
        randomness.shuffle(names)
        sent = randomness.randint(0, len(names))
        for name in names[:sent]:
            upload(local / slot / name, remote / slot / name)
            assert all(assert_is_whole(remote, each) is None for each in usable(remote))
        if sent < len(names) and randomness.random() < 0.5:
            name = names[sent]
            half = (local / slot / name).read_bytes()
            replace_file(remote / slot / name, half[: randomness.randrange(len(half))].decode())
        found = [each.manifest.step for each in usable(remote)]
        uploaded_wholly = step if sent == len(names) else uploaded_wholly
        if uploaded_wholly >= step - 1 and uploaded_wholly > 0:
            assert found and found[0] >= uploaded_wholly


def upload(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def test_a_reader_sees_the_old_text_or_the_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "progress.json"
    replace_file(path, "old")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("killed here")))
    with pytest.raises(OSError, match="killed here"):
        replace_file(path, "new")
    assert path.read_text() == "old"
