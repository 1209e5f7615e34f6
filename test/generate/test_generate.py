"""The generated tables are those of the installed packages, and Spot figures are read or refused."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from generate import __main__ as generator
from generate import gaps, instance_types, spot_advisor

ROOT = Path(__file__).parent.parent.parent
HEADER = "region,type,interruptions_per_month,saving_percent"


def generate(monkeypatch: pytest.MonkeyPatch, out: Path, *arguments: str) -> list[str]:
    monkeypatch.setattr(sys, "argv", ["generate", "--out", str(out), *arguments])
    generator.main()
    return sorted(str(file.relative_to(out)) for file in out.rglob("*.ts"))


def advisor(folder: Path, *rows: str) -> Path:
    file = folder / "advisor.csv"
    file.write_text("\n".join([HEADER, *rows, ""]))
    return file


def test_the_committed_tables_are_those_of_the_pinned_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written = generate(monkeypatch, tmp_path)
    assert written == ["config/zones.generated.ts", "constructs/private/instance-types.generated.ts"]
    for name in written:
        assert (tmp_path / name).read_bytes() == (ROOT / name).read_bytes(), f"{name} is stale: npm run generate"


def test_spot_figures_are_written_only_with_a_file_and_its_date(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = ["us-east-1,p4d.24xlarge,10-15%,67", "ca-central-1,g5.xlarge,<5%,-62", "us-east-1,m5.large,<5%,60"]
    file = str(advisor(tmp_path, *rows))
    written = generate(monkeypatch, tmp_path, "--spot-advisor", file, "--spot-date", "2026-11")
    assert "constructs/private/spot-figures.generated.ts" in written
    text = (tmp_path / "constructs/private/spot-figures.generated.ts").read_text()
    assert "export const TAKEN = '2026-11';" in text
    assert [line.strip() for line in text.splitlines() if line.startswith("  [")] == [
        "['g5.xlarge', 'ca-central-1', '<5%', -62],",
        "['p4d.24xlarge', 'us-east-1', '10-15%', 67],",
    ]


def test_spot_figures_without_their_date_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        generate(monkeypatch, tmp_path, "--spot-advisor", str(advisor(tmp_path, "us-east-1,g5.xlarge,<5%,60")))
    assert "--spot-advisor and --spot-date go together" in capsys.readouterr().err
    assert list(tmp_path.rglob("*.ts")) == []


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["us-east-1,g5.xlarge,7%,60"], "line 2: interruptions_per_month is 7%, allowed are <5%, 5-10%"),
        (["us-east-1,g5.xlarge,<5%,much"], "line 2: saving_percent is much, allowed are whole percent"),
        (["us-east-1,g5.xlarge,<5%,1", "us-east-1,g5.xlarge,<5%,2"], "('g5.xlarge', 'us-east-1') twice"),
        (["us-east-1,m5.large,<5%,60"], "no GPU type"),
    ],
)
def test_wrong_spot_figures_are_refused(tmp_path: Path, rows: list[str], message: str) -> None:
    with pytest.raises(ValueError) as refused:
        spot_advisor.read(advisor(tmp_path, *rows), {"g5.xlarge"})
    assert message in str(refused.value)


def test_other_columns_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "advisor.csv"
    file.write_text("type,region\ng5.xlarge,us-east-1\n")
    with pytest.raises(ValueError, match=r"has columns \['type', 'region'\], allowed are \['region', 'type'"):
        spot_advisor.read(file, {"g5.xlarge"})


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="allowed is a file that is there"):
        spot_advisor.read(tmp_path / "none.csv", {"g5.xlarge"})


@pytest.mark.parametrize("date", ["2025", "2025-13", "July 2025"])
def test_a_date_that_is_none_is_refused(date: str) -> None:
    with pytest.raises(ValueError, match="allowed is a year and month like 2025-07"):
        spot_advisor.render([], date)


def test_a_type_that_moto_has_is_refused_as_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gaps.GAPS, "g5.xlarge", gaps.UNKNOWN)
    with pytest.raises(ValueError, match=r"generate/gaps.py has g5.xlarge, which moto has too now"):
        instance_types.facts()


def test_a_type_of_sagemaker_that_nothing_describes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(gaps.GAPS, "p2.xlarge")
    with pytest.raises(ValueError, match=r"SageMaker names p2.xlarge, which moto lacks: add it to generate/gaps.py"):
        instance_types.facts()
