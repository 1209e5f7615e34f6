"""The command line: which alarm of which template would have gone off, and when."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from local.alarms.__main__ import main
from local.alarms.rules import RULES
from local.behaviour import Basis

ROOT = Path(__file__).parents[3]
HEADER = "timestamp,namespace,metric,dimensions,value,count"
ALARM = {
    "Namespace": "N",
    "MetricName": "M",
    "Statistic": "Maximum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanThreshold",
}


@pytest.fixture
def run(tmp_path, capsys):
    """Runs `replay` on resources and CSV lines; gives exit code, output and errors."""

    def run(resources, lines, *arguments, parameters=None):
        template, metrics = tmp_path / "T.template.json", tmp_path / "metrics.csv"
        template.write_text(json.dumps({"Resources": resources, "Parameters": parameters or {}}))
        metrics.write_text("\n".join([HEADER, *lines]))
        code = main(["replay", "--template", str(template), "--metrics", str(metrics), *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err.replace(str(tmp_path), "")

    return run


def alarm(**changes):
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": {**ALARM, **changes}}


BREACH = ["1795428000,N,M,,0,", "1795428060,N,M,,2,"]


def rows(out):
    """The lines of the table: when, which alarm, from, to."""
    table = out.split("\n\n")[0].splitlines()[1:]
    return [tuple(line.split()[:5]) for line in table]


def section(out, title):
    found = [part.splitlines() for part in out.split("\n\n") if part.startswith(title)]
    return found[0][1:] if found else []


def test_the_table_tells_when_each_alarm_would_have_changed_its_state_and_why(run):
    code, out, _ = run({"High": alarm(), "Low": alarm(ComparisonOperator="LessThanThreshold")}, BREACH)
    assert code == 0
    assert out.splitlines()[0] == "WHEN                  ALARM   FROM               TO     REASON"
    assert rows(out) == [
        ("2026-11-23T10:01:00Z", "T", "High", "INSUFFICIENT_DATA", "OK"),
        ("2026-11-23T10:01:00Z", "T", "Low", "INSUFFICIENT_DATA", "ALARM"),
        ("2026-11-23T10:02:00Z", "T", "High", "OK", "ALARM"),
        ("2026-11-23T10:02:00Z", "T", "Low", "ALARM", "OK"),
    ]
    assert out.splitlines()[3].endswith(
        "OK                 ALARM  Threshold Crossed: 1 out of the last 1 datapoints [2.0 (23/11/26 10:01:00)] was "
        "greater than the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )


def test_json_has_the_same(run):
    code, out, _ = run({"High": alarm(), "Band": alarm(ThresholdMetricId="ad")}, BREACH, "--json")
    found = json.loads(out)
    assert code == 0
    ((high),) = found["alarms"]
    assert {key: high[key] for key in ("stack", "alarm", "watches", "datapoints")} == {
        "stack": "T",
        "alarm": "High",
        "watches": "N M {}",
        "datapoints": 2,
    }
    assert [(t["at"], t["from"], t["state"]) for t in high["transitions"]] == [
        ("2026-11-23T10:01:00Z", "INSUFFICIENT_DATA", "OK"),
        ("2026-11-23T10:02:00Z", "OK", "ALARM"),
    ]
    assert [(one["stack"], one["alarm"]) for one in found["leftOut"]] == [("T", "Band")]


def test_what_the_template_itself_holds_is_resolved(run):
    resources = {
        "Endpoint": {"Type": "AWS::SageMaker::Endpoint", "Properties": {"EndpointName": "production-ml-endpoint"}},
        "High": alarm(
            Dimensions=[
                {"Name": "EndpointName", "Value": {"Fn::GetAtt": ["Endpoint", "EndpointName"]}},
                {"Name": "VariantName", "Value": {"Fn::Join": ["-", ["primary", {"Ref": "Suffix"}]]}},
            ],
            AlarmActions=[{"Ref": "Topic"}],
        ),
    }
    lines = ["1795428000,N,M,VariantName=primary-1;EndpointName=production-ml-endpoint,2,"]
    code, out, _ = run(resources, lines, parameters={"Suffix": {"Type": "String", "Default": "1"}})
    assert (code, rows(out)[0][2:]) == (0, ("High", "INSUFFICIENT_DATA", "ALARM"))


def test_a_composite_alarm_follows_the_alarms_of_its_template(run):
    by_arn = {"Fn::Join": ["", ['ALARM("', {"Fn::GetAtt": ["High", "Arn"]}, '") AND ALARM("', {"Ref": "Named"}, '")']]}
    resources = {
        "All": {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {"AlarmRule": by_arn}},
        "Over": {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {"AlarmRule": {"Fn::Sub": "x"}}},
        "High": alarm(),
        "Named": alarm(AlarmName="high as well"),
    }
    resources["Above"] = {
        "Type": "AWS::CloudWatch::CompositeAlarm",
        "Properties": {"AlarmRule": {"Fn::Join": ["", ["ALARM(", {"Ref": "All"}, ') AND ALARM("high as well")']]}},
    }
    code, out, _ = run(resources, BREACH)
    assert code == 0
    assert [row[1:] for row in rows(out) if row[0].endswith("10:02:00Z")] == [
        ("T", "High", "OK", "ALARM"),
        ("T", "Named", "OK", "ALARM"),
        ("T", "All", "OK", "ALARM"),
        ("T", "Above", "OK", "ALARM"),
    ]
    assert section(out, "Not judged") == ["  T Over: Fn::Sub x has no value before the deployment; give it literally."]


def test_alarms_that_never_changed_are_counted(run):
    code, out, _ = run({"High": alarm(), "Kept": alarm(TreatMissingData="ignore", EvaluationPeriods=3)}, BREACH[1:])
    assert code == 0
    assert section(out, "Never changed: 1") == ["  T Kept"]


def test_an_alarm_without_datapoints_is_listed_unless_it_goes_off(run):
    other = [{"Name": "A", "Value": "1"}]
    resources = {
        "Unfed": alarm(Dimensions=other, TreatMissingData="notBreaching"),
        "Stale": alarm(Dimensions=other, TreatMissingData="breaching"),
    }
    code, out, _ = run(resources, BREACH)
    assert code == 0
    assert section(out, "Without datapoints in the recording: 1") == ["  T Unfed: N M {A=1}"]
    assert rows(out) == [("2026-11-23T10:00:00Z", "T", "Stale", "INSUFFICIENT_DATA", "ALARM")]


def test_alarms_that_are_not_judged_are_listed_with_the_reason(run):
    resources = {
        "High": alarm(),
        "Ref": alarm(Dimensions=[{"Name": "Q", "Value": {"Fn::GetAtt": ["Queue", "QueueName"]}}]),
        "Odd": alarm(Period=45),
        "Extra": alarm(Sensitivity=1),
        "Any": {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {"AlarmRule": "ALARM(Odd) OR ALARM(High)"}},
        "Log": {"Type": "AWS::CloudWatch::LogAlarm", "Properties": {}},
    }
    code, out, _ = run(resources, BREACH)
    assert code == 0
    assert section(out, "Not judged: 5") == [
        "  T Ref: Fn::GetAtt ['Queue', 'QueueName'] has no value before the deployment; give it literally.",
        '  T Odd: Alarm "Odd": Period is 45 s; allowed are 10, 20, 30 and multiples of 60.',
        '  T Extra: Alarm "Extra" depends on the property Sensitivity. Judged here are metrics and metric math against '
        "a static threshold; the state of this alarm stays unknown.",
        "  T Log: It is of the type AWS::CloudWatch::LogAlarm; judged are AWS::CloudWatch::Alarm and "
        "AWS::CloudWatch::CompositeAlarm.",
        '  T Any: Alarm "Any" depends on Odd, which this template does not have, or which cannot be judged.',
    ]


def test_every_template_of_an_assembly_is_read_and_named_as_its_stack(tmp_path, capsys):
    stage = tmp_path / "cdk.out" / "assembly-prod"
    stage.mkdir(parents=True)
    for folder, file, artifacts in (
        (stage.parent, "a.template.json", {"a": {"type": "aws:cloudformation:stack", "displayName": "a"}}),
        (stage, "b123.template.json", {"b123": {"type": "aws:cloudformation:stack", "displayName": "prod/b"}}),
    ):
        (folder / file).write_text(json.dumps({"Resources": {"High": alarm()}}))
        for artifact in artifacts.values():
            artifact["properties"] = {"templateFile": file}
        (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    (stage / "n.nested.template.json").write_text(json.dumps({"Resources": {"High": alarm()}}))
    metrics = tmp_path / "m.csv"
    metrics.write_text("\n".join([HEADER, *BREACH]))
    assert main(["replay", "--template", str(stage.parent), "--metrics", str(metrics), "--alarm", "High"]) == 0
    names = {row[1] for row in rows(capsys.readouterr().out)}
    assert names == {"a", "prod/b", "assembly-prod/n.nested"}


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("High", None),
        ("Odd", 'alarms: Alarm "Odd": Period is 45 s; allowed are 10, 20, 30 and multiples of 60.\n'),
        ("Low", "alarms: no template has an alarm Low. Alarms: High, Odd.\n"),
    ],
)
def test_the_exit_code_is_1_when_the_named_alarm_cannot_be_judged(run, name, error):
    code, out, err = run({"High": alarm(), "Odd": alarm(Period=45)}, BREACH, "--alarm", name)
    assert (code, err) == ((1, error) if error else (0, ""))
    assert "Odd" not in out


def test_the_exit_code_is_1_when_no_alarm_can_be_judged(run):
    assert run({}, BREACH)[::2] == (1, "alarms: No alarm can be judged.\n")


def test_the_exit_code_is_2_when_the_metrics_cannot_be_read(run):
    assert run({"High": alarm()}, [])[::2] == (2, "alarms: /metrics.csv has no datapoints.\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "alarms: /t.json is not there; `npx cdk synth` writes cdk.out, or name a template or a folder."),
        (b"{", "alarms: /t.json is not JSON: "),
        (b"[]", "alarms: /t.json is no CloudFormation template: it has no Resources."),
        (b"{}", "alarms: /t.json is no CloudFormation template: it has no Resources."),
        (b"\xff", "alarms: /t.json is not UTF-8: byte 1 cannot be read."),
    ],
)
def test_the_exit_code_is_2_when_a_template_cannot_be_read(tmp_path, capsys, content, message):
    metrics, template = tmp_path / "m.csv", tmp_path / "t.json"
    metrics.write_text("\n".join([HEADER, *BREACH]))
    if content is not None:
        template.write_bytes(content)
    assert main(["replay", "--template", str(template), "--metrics", str(metrics)]) == 2
    assert capsys.readouterr().err.replace(str(tmp_path), "").startswith(message)


def test_the_exit_code_is_2_when_a_folder_has_no_template(tmp_path, capsys):
    (tmp_path / "m.csv").write_text("\n".join([HEADER, *BREACH]))
    assert main(["replay", "--template", str(tmp_path), "--metrics", str(tmp_path / "m.csv")]) == 2
    assert capsys.readouterr().err == f"alarms: {tmp_path} has no *.template.json in it or below it.\n"


def test_the_module_runs_from_the_repository_root():
    ran = subprocess.run([sys.executable, "-m", "local.alarms", "rules"], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0
    assert ran.stdout.count("Source: ") == len(RULES)


def test_what_is_assumed_is_named_one_by_one():
    assert [rule.topic for rule in RULES if rule.basis is Basis.ASSUMED] == [
        "instant",
        "look-back of high-resolution alarms",
        "low samples, which",
        "percentiles, how",
        "statistics between bounds, how",
        "no real number",
        "precedence",
        "FILL at the edges",
        "MIN, MAX, STDDEV, DATAPOINT_COUNT of an array",
        "SLICE and SORT",
        "low samples of expressions",
        "precedence of rules",
        "at the same time",
        "circles",
        "after a suppression",
        "nothing held back",
        "wait period",
    ]
