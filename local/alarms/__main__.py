"""Tells which alarm of a template would have been in which state, and when.

Exit code 0: judged. 1: the named alarm, or every alarm of the template, cannot be judged. 2: the input cannot be read.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from local.alarms import report
from local.alarms.recording import InvalidRecording, read_recording
from local.alarms.replay import replay
from local.alarms.statistic import Datapoint
from local.alarms.template import read_alarms
from local.alarms.terms import MetricId

Recording = Mapping[MetricId, Sequence[Datapoint]]


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.command == "rules":
        print(report.rules())
        return 0
    try:
        template = json.loads(options.template.read_text(encoding="utf-8"))
        with options.metrics.open(encoding="utf-8", newline="") as lines:
            recording = read_recording(lines)
    except InvalidRecording as error:
        return _refuse(2, f"{options.metrics}, {error}")
    except json.JSONDecodeError as error:
        return _refuse(2, f"{options.template} is not JSON: {error}.")
    except OSError as error:
        return _refuse(2, f"cannot read {error.filename}: {error.strerror}.")
    if not isinstance(template, dict) or "Resources" not in template:
        return _refuse(2, f"{options.template} is no CloudFormation template: it has no Resources.")
    if not recording:
        return _refuse(2, f"{options.metrics} has no datapoints.")
    return _replay(template, recording, options.alarm, options.json)


def _replay(template: Mapping[str, Any], recording: Recording, named: str | None, as_json: bool) -> int:
    alarms = read_alarms(template)
    if named is not None and named not in alarms.judged:
        known = ", ".join([*alarms.judged, *alarms.left_out]) or "none"
        return _refuse(1, alarms.left_out.get(named, f"the template has no alarm {named}. Its alarms: {known}."))
    times = [point.timestamp for points in recording.values() for point in points]
    results = []
    for logical_id, alarm in alarms.judged.items():
        if named in (None, logical_id):
            points = recording.get(alarm.metric, [])
            interval = alarm.evaluation_interval
            end = (max(times) // interval + 1) * interval
            transitions = replay(alarm, points, min(times), end)
            results.append(report.Result(logical_id, alarm, len(points), transitions))
    left_out = alarms.left_out if named is None else {}
    print(report.as_json(results, left_out) if as_json else report.as_table(results, left_out))
    return 0 if results else _refuse(1, "the template has no alarm that can be judged.")


def _refuse(code: int, message: str) -> int:
    print(f"local.alarms: {message}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local.alarms", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("replay", help="run the alarms of a template over recorded metrics")
    run.add_argument("--template", type=Path, required=True, help="a synthesised CloudFormation template (JSON)")
    run.add_argument(
        "--metrics", type=Path, required=True, help="recorded metrics (CSV, see local/alarms/recording.py)"
    )
    run.add_argument("--alarm", metavar="LOGICAL_ID", help="judge this alarm only (default: all of the template)")
    run.add_argument("--json", action="store_true", help="print JSON instead of a table")
    commands.add_parser("rules", help="print the rules alarms are judged by, each with its source")
    return parser


if __name__ == "__main__":
    sys.exit(main())
