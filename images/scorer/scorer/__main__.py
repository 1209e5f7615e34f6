"""Command line: `python -m scorer serve`, as SageMaker starts a serving container."""

import argparse
import logging
import os
import sys

from scorer.errors import StartError
from scorer.server import exit_on_signal, serve
from scorer.settings import Settings


def main(arguments: list[str]) -> int:
    """Runs one command; returns the exit code: 0 after a signal, 1 with a sentence on stderr, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m scorer", description="Serves an ONNX classifier on SageMaker.")
    parser.add_argument("command", choices=["serve"], help="serve: answer /ping and /invocations until SIGTERM")
    parser.parse_args(arguments)
    exit_on_signal()
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    try:
        serve(Settings.from_environment(os.environ))
    except StartError as error:
        print(f"scorer: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
