"""`npm run generate`: writes the tables of facts that the library and the configuration read."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import instance_types, spot_advisor, zones

ROOT = Path(__file__).parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(prog="npm run generate --", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT, help="where the tree of generated files begins")
    parser.add_argument("--spot-advisor", type=Path, metavar="FILE", help=spot_advisor.__doc__)
    parser.add_argument("--spot-date", metavar="YYYY-MM", help="when the Spot figures were taken")
    arguments = parser.parse_args()
    if (arguments.spot_advisor is None) != (arguments.spot_date is None):
        parser.error("--spot-advisor and --spot-date go together: figures without their date say nothing")

    types = instance_types.facts()
    files = {
        "constructs/private/instance-types.generated.ts": instance_types.render(types),
        "config/zones.generated.ts": zones.render(zones.letters()),
    }
    if arguments.spot_advisor is not None:
        gpu_types = {name for name, facts in types.items() if facts.gpus}
        figures = spot_advisor.read(arguments.spot_advisor, gpu_types)
        files["constructs/private/spot-figures.generated.ts"] = spot_advisor.render(figures, arguments.spot_date)
    for name, text in files.items():
        target = arguments.out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        print(f"wrote {name}")


if __name__ == "__main__":
    try:
        main()
    except ValueError as error:
        sys.exit(str(error))
