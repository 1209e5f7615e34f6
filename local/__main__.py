"""`python -m local serve` runs the local cloud; `python -m local publish` does the work of `docker push`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import launcher


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the local cloud until standard input closes or a signal comes")
    serve.add_argument("--state-dir", type=Path, help="folder for everything it writes (default: a temporary one)")
    serve.add_argument("--port", type=int, default=0, help="loopback port (default: a free one)")
    serve.add_argument("--clock-factor", type=float, default=1.0, help="simulated seconds per real second (default: 1)")
    serve.add_argument("--spot-trace", type=Path, help="file that says when there is Spot capacity (default: always)")
    publish = commands.add_parser("publish", help="publish the docker image assets of a cloud assembly")
    publish.add_argument("--endpoint", required=True, help="URL of the local cloud")
    publish.add_argument("--state-dir", type=Path, required=True, help="the folder `serve` was given")
    publish.add_argument("--cache-dir", type=Path, required=True, help="folder that keeps the images' environments")
    publish.add_argument("--ready-to-train", action="store_true", help="make the environments of training images too")
    publish.add_argument("assembly", type=Path, help="cloud assembly (cdk.out)")
    return parser


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def main() -> int:
    arguments = _arguments().parse_args()
    if arguments.command == "serve":
        return launcher.serve(
            port=arguments.port,
            state_dir=arguments.state_dir,
            clock_factor=arguments.clock_factor,
            spot_trace=arguments.spot_trace,
        )
    from .images import PublishError, publish

    try:
        publish(
            arguments.endpoint,
            arguments.state_dir,
            arguments.cache_dir,
            arguments.assembly,
            _say,
            arguments.ready_to_train,
        )
    except PublishError as problem:
        print(f"local cloud: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
