"""Command line: `python -m trainer train`, as SageMaker starts a training container."""

import argparse
import json
import os
import sys

from trainer.errors import TrainingError
from trainer.folders import Folders
from trainer.launch import launch
from trainer.metrics import definitions
from trainer.settings import Settings


def main(arguments: list[str]) -> int:
    """Runs one command; the exit code is 0 when training finished or was stopped in order, 1 with a reason in
    output/failure, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m trainer", description="Trains a PyTorch model on SageMaker.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("train", help="train until the end, or until SIGTERM")
    metrics = commands.add_parser("metrics", help="print MetricDefinitions for a training job, as JSON")
    metrics.add_argument("score", nargs="*", help="a score of the task's own, such as accuracy")
    options = parser.parse_args(arguments)
    if options.command == "metrics":
        print(json.dumps(definitions(*options.score), indent=2))
        return 0
    folders = Folders.from_environment(os.environ)
    try:
        launch(folders, Settings.read(folders, os.environ), os.environ)
    except TrainingError as error:
        folders.report_failure(str(error))
        print(f"trainer: {folders.failure.read_text()}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
