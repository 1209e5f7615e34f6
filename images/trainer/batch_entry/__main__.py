"""
`python -m batch_entry -m trainer train`: outside of Batch it makes way for `python -m trainer train`.

On Batch it brings checkpoints and data, runs that, uploads checkpoints as they appear, tells it when its instance is
taken, and uploads the model.
"""

from __future__ import annotations

import os
import sys

from batch_entry.errors import EntryError


def main(arguments: list[str]) -> int:
    if not arguments:
        print("batch_entry: nothing to run is given, allowed are the arguments of a python", file=sys.stderr)
        return 2
    command = [sys.executable, *arguments]
    if "AWS_BATCH_JOB_ID" not in os.environ:
        os.execv(sys.executable, command)
    # Late, so that other engines need no boto3.
    from batch_entry.job import run

    try:
        return run(command, os.environ)
    except EntryError as error:
        print(f"batch_entry: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
