"""The task that comes with the trainer: rows of CSV files."""

import re
from pathlib import Path

import pytest
from trainer.errors import TrainingError
from trainer.task import Context, load_task
from trainer.tasks.rows import Rows
from trainer.tasks.table import Table


def channel(folder: Path, **files: str) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def test_rows_of_all_files_are_numbered_on_end(tmp_path: Path) -> None:
    rows = Rows(channel(tmp_path / "training", b="3,30\n4,40", a="1,10\n2,20\n", empty=""))
    assert [rows[index].tolist() for index in range(len(rows))] == [[1, 10], [2, 20], [3, 30], [4, 40]]


def test_every_tenth_row_is_kept_for_validation_unless_there_is_a_channel(tmp_path: Path) -> None:
    training = channel(tmp_path / "training", a="".join(f"{row % 2},{row}\n" for row in range(40)))
    alone = Table(Context({"training": training}, {}))
    kept = [int(alone.validation_data()[index][0].item()) for index in range(4)]
    assert kept == [9, 19, 29, 39]
    assert len(alone.training_data()) == 36
    validation = channel(tmp_path / "validation", a="0,5\n")
    given = Table(Context({"training": training, "validation": validation}, {}))
    assert (len(given.training_data()), len(given.validation_data())) == (40, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"training holds no rows; it must hold \*\.csv files, the label first in each row$"),
        ("1\n2\n", r"a\.csv: line 1 has one column; it must have the label and the features$"),
        ("0,1\n1,two\n", r"a\.csv: line 2 is not made of numbers: could not convert string to float: 'two'$"),
        ("0,1\n1,2,3\n", r"a\.csv: line 2 must hold 2 finite numbers$"),
        ("0,1\n1,nan\n", r"a\.csv: line 2 must hold 2 finite numbers$"),
        ("0,1\n2,2\n", r"^row 2 has class 2, allowed are whole numbers from 0 to 1 \(task\.classes\)$"),
    ],
)
def test_fails_when_a_row_cannot_be_used(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        data = Table(Context({"training": channel(tmp_path / "training", a=text)}, {})).training_data()
        for index in range(len(data)):
            data[index]


def test_fails_when_the_channels_differ_in_columns(tmp_path: Path) -> None:
    channels = {"training": channel(tmp_path / "t", a="0,1\n"), "validation": channel(tmp_path / "v", a="0,1,2\n")}
    with pytest.raises(TrainingError, match=r"^channel validation has 3 columns, channel training 2$"):
        Table(Context(channels, {}))


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("trainer.nowhere:Task", "task is trainer.nowhere:Task, but its module cannot be imported: No module named "),
        ("trainer.task:Nothing", "task is trainer.task:Nothing, but trainer.task has no Nothing"),
        ("builtins:repr", "task is builtins:repr, which makes a str; it must be a trainer.task.Task"),
        ("trainer.tasks.table:Table", "channel training is missing, given are code"),
    ],
)
def test_fails_when_there_is_no_such_task(tmp_path: Path, reference: str, message: str) -> None:
    with pytest.raises(TrainingError, match=f"^{re.escape(message)}"):
        load_task(reference, Context({"code": tmp_path}, {}))
