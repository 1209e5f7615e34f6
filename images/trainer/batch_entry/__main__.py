"""
`python -m batch_entry -- COMMAND...`: outside of Batch it makes way for the command.

On Batch it brings checkpoints and data, runs the command, uploads checkpoints as they appear, tells the command when
its instance is taken, and uploads the model.
"""

from __future__ import annotations

import os
import sys

from batch_entry.errors import EntryError


def main(arguments: list[str]) -> int:
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        print("batch_entry: no command is given, allowed is: -- COMMAND...", file=sys.stderr)
        return 2
    if "AWS_BATCH_JOB_ID" not in os.environ:
        os.execvp(command[0], command)
    # Late, so that other engines need no boto3.
    from batch_entry.job import run

    try:
        return run(command, os.environ)
    except EntryError as error:
        print(f"batch_entry: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
