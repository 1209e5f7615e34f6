"""Prints what the code that ran as a role asked of AWS, set against that role's policies.

Exit code 0: every call was allowed. 1: a permission is missing, or a call could not be judged. 2: nothing to report on.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from local.access.text import proves, text

_PATH = "/_local/access"


class NoReport(Exception):
    """The message is a sentence that says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        report = _of_file(options.report) if options.report else _of_cloud(options.endpoint)
    except NoReport as problem:
        print(f"access: {problem}", file=sys.stderr)
        return 2
    print(json.dumps(report, indent=1) if options.json else text(report), end="")
    return 0 if proves(report["totals"]) else 1


def _of_cloud(endpoint: str | None) -> Any:
    if not endpoint:
        raise NoReport(
            "no local cloud is named: export AWS_ENDPOINT_URL as `npm start -- --keep` prints it, or give --endpoint, "
            "or --report with the access/report.json of a run."
        )
    try:
        with urlopen(endpoint.rstrip("/") + _PATH, timeout=60) as answer:
            return json.load(answer)
    except (URLError, ValueError) as error:
        raise NoReport(f"no local cloud answers at {endpoint}: {error}.") from error


def _of_file(file: Path) -> Any:
    try:
        report = json.loads(file.read_text(encoding="utf-8"))
        _ = report["totals"], report["roles"]
    except OSError as error:
        raise NoReport(f"cannot read {file}: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise NoReport(f"{file} is no report: it is the access/report.json of a run's folder.") from error
    return report


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="npm run access --", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--endpoint", default=os.environ.get("AWS_ENDPOINT_URL"), help="a running local cloud (AWS_ENDPOINT_URL)"
    )
    parser.add_argument("--report", type=Path, help="access/report.json in the folder of a run that has ended")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    return parser


if __name__ == "__main__":
    sys.exit(main())
