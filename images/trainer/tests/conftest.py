"""Fixtures: data and a finished run, each made once."""

import sys
from pathlib import Path

import pytest
from trainer_harness import IMAGE, Job, make_job, train, write_digits

sys.path[:0] = [str(IMAGE), str(IMAGE.parent)]


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CSV file of the digits that scikit-learn ships."""
    return write_digits(tmp_path_factory.mktemp("digits") / "digits.csv")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, digits: Path) -> Job:
    """A job of two processes that nothing has interrupted."""
    job = make_job(tmp_path_factory.mktemp("finished") / "ml", digits, epochs="60", sample_ledger="true")
    train(job)
    return job
