"""Tells which alarm of which template would have been in which state, and when.

Exit code 0: judged. 1: the named alarm, or every alarm there is, cannot be judged. 2: the input cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.alarms import report
from local.alarms.recording import InvalidRecording, read_file
from local.alarms.template import TemplateAlarms, read_alarms
from local.alarms.template_replay import Recorded, replay_template
from local.alarms.templates import InvalidTemplate, find_templates, read_template


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.command == "rules":
        print(report.rules())
        return 0
    try:
        recording = read_file(options.metrics)
        templates = {stack: read_template(file) for stack, file in find_templates(options.template).items()}
    except (InvalidRecording, InvalidTemplate) as error:
        return _refuse(2, str(error))
    alarms = {stack: read_alarms(template) for stack, template in templates.items()}
    return _replay(alarms, recording, options.alarm, options.json)


def _replay(alarms: Mapping[str, TemplateAlarms], recording: Recorded, named: str | None, as_json: bool) -> int:
    known = sorted({id for one in alarms.values() for id in (*one.metric, *one.composite, *one.left_out)})
    if named is not None and named not in known:
        return _refuse(1, f"no template has an alarm {named}. Alarms: {', '.join(known) or 'none'}.")
    results: list[report.Row] = []
    left_out: list[report.LeftOut] = []
    for stack, one in alarms.items():
        judged = {*one.metric, *one.composite} if named is None else {named} & {*one.metric, *one.composite}
        if judged:
            results += [report.Row(stack, r) for r in replay_template(one, recording) if r.logical_id in judged]
        left_out += [report.LeftOut(stack, id, why) for id, why in one.left_out.items() if named in (None, id)]
    if not results:
        whys = [one.why for one in left_out]
        return _refuse(1, " ".join(["No alarm can be judged.", *whys]) if named is None else " ".join(whys))
    print(report.as_json(results, left_out) if as_json else report.as_table(results, left_out))
    return 0


def _refuse(code: int, message: str) -> int:
    print(f"alarms: {message}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local.alarms", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("replay", help="run the alarms of templates over recorded metrics")
    run.add_argument("--metrics", type=Path, required=True, help="recorded metrics (CSV, see docs/alarms.md)")
    run.add_argument(
        "--template",
        type=Path,
        default=Path("cdk.out"),
        help="a template, or a folder with templates in it or below it (default: cdk.out)",
    )
    run.add_argument("--alarm", metavar="ID", help="judge the alarms with this logical id only (default: all)")
    run.add_argument("--json", action="store_true", help="print JSON instead of a table")
    commands.add_parser("rules", help="print the rules alarms are judged by, each with its source")
    return parser


if __name__ == "__main__":
    sys.exit(main())
