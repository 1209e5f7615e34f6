"""Replay over a recording, and the command line around it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from local.alarms import AlarmState, Datapoint, evaluate, replay
from local.alarms.__main__ import main
from local.alarms.recording import InvalidRecording, read_recording
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


def test_a_new_alarm_starts_without_a_state_of_its_own(make_alarm, start):
    assert replay(make_alarm(), [], start, start + 3600) == []


def test_evaluations_are_at_whole_minutes_from_start_to_end_included(make_alarm, every, start):
    alarm = make_alarm(Period=60, EvaluationPeriods=1)
    values = every(60, [0, 2, 0])
    assert [step.at - start for step in replay(alarm, values, start + 59, start + 180)] == [60, 120, 180]
    assert [step.at - start for step in replay(alarm, values, start + 61, start + 179)] == [120]


def test_replay_sees_at_each_instant_what_an_evaluation_of_all_datapoints_would(make_alarm, every, start):
    values = [0, 2, None, 2, 2, None, None, 0, 2, 2, 2, None, 2, 0, None, None, None, None, None, None, None, 2]
    for treatment in ("missing", "ignore", "breaching", "notBreaching"):
        alarm = make_alarm(Period=60, EvaluationPeriods=3, DatapointsToAlarm=2, TreatMissingData=treatment)
        points = every(60, values)
        states = {step.at: step.state for step in replay(alarm, reversed(points), start, start + 3600)}
        state = AlarmState.INSUFFICIENT_DATA
        for now in range(start, start + 3601, 60):
            expected = evaluate(alarm, points, now, state).state
            assert states.get(now, state) == expected
            state = expected


def test_a_gap_in_a_one_minute_alarm_is_bridged_by_older_data(make_alarm, every, start):
    alarm = make_alarm(Period=60, EvaluationPeriods=2)
    steps = replay(alarm, every(60, [0, 0, 2, None, 2, 0]), start, start + 360)
    assert [(step.at - start, step.state) for step in steps] == [(60, "OK"), (300, "ALARM"), (360, "OK")]


def test_a_recording_groups_datapoints_by_metric():
    lines = [
        HEADER,
        "2026-11-23T10:00:00Z,N,M,B=2;A=1,5,3",
        "1795428060.5,N,M,A=1;B=2,6,",
        "2026-11-23T11:02:00+01:00,N,M,,7,1",
    ]
    recorded = {str(metric): points for metric, points in read_recording(lines).items()}
    assert recorded == {
        "N M {A=1;B=2}": [Datapoint(1795428000, 5, 3), Datapoint(1795428060.5, 6)],
        "N M {}": [Datapoint(1795428120, 7)],
    }


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            ["time,value"],
            "line 1: the columns are time,value; needed are timestamp,namespace,metric,dimensions,value, "
            "allowed is also count.",
        ),
        (
            [],
            "line 1: the columns are not there; needed are timestamp,namespace,metric,dimensions,value, "
            "allowed is also count.",
        ),
        ([HEADER, "1,N,M,,1,1,1"], "line 2: it has more or fewer fields than the first line."),
        ([HEADER, "1,N,M"], "line 2: it has more or fewer fields than the first line."),
        (
            [HEADER, "2026-11-23T10:00:00,N,M,,1,"],
            "line 2: timestamp is '2026-11-23T10:00:00'; needed are seconds since 1970 or ISO 8601 with a time zone, "
            "such as 2026-11-23T10:00:00Z.",
        ),
        ([HEADER, "1,,M,,1,"], "line 2: namespace is empty."),
        ([HEADER, "1,N,M,A,1,"], "line 2: dimensions has 'A'; needed is Name=Value, joined by ';'."),
        ([HEADER, "1,N,M,A=1;A=2,1,"], "line 2: dimensions has A twice."),
        ([HEADER, "1,N,M,,fast,"], "line 2: value is 'fast'; needed is a number."),
        ([HEADER, "1,N,M,,1,0"], "line 2: A datapoint needs a count above 0; given 0.0."),
    ],
)
def test_a_recording_is_refused_by_line(lines, message):
    with pytest.raises(InvalidRecording) as refused:
        read_recording(lines)
    assert str(refused.value) == message


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


def test_the_command_tells_when_each_alarm_would_have_changed_its_state(run):
    code, out, _ = run({"High": alarm()}, BREACH)
    assert code == 0
    assert out.splitlines()[:3] == [
        "High: N M {}, datapoints recorded: 2",
        "  2026-11-23T10:01:00Z  OK                 Threshold Crossed: 1 out of the last 1 datapoints [0.0 (23/11/26 "
        "10:00:00)] was not greater than the threshold (1.0) (minimum 1 datapoint for ALARM -> OK transition).",
        "  2026-11-23T10:02:00Z  ALARM              Threshold Crossed: 1 out of the last 1 datapoints [2.0 (23/11/26 "
        "10:01:00)] was greater than the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).",
    ]


def test_the_command_prints_json(run):
    code, out, _ = run({"High": alarm(), "Math": alarm(ThresholdMetricId="ad")}, BREACH, "--json")
    found = json.loads(out)
    assert code == 0
    assert [(a["alarm"], a["metric"], a["datapoints"]) for a in found["alarms"]] == [("High", "N M {}", 2)]
    assert [(t["at"], t["state"]) for t in found["alarms"][0]["transitions"]] == [
        ("2026-11-23T10:01:00Z", "OK"),
        ("2026-11-23T10:02:00Z", "ALARM"),
    ]
    assert found["leftOut"][0]["alarm"] == "Math"


def test_the_command_resolves_what_the_template_itself_holds(run):
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
    assert (code, out.splitlines()[0]) == (
        0,
        "High: N M {EndpointName=production-ml-endpoint;VariantName=primary-1}, datapoints recorded: 1",
    )


def test_an_alarm_whose_dimensions_match_nothing_is_judged_on_nothing_and_says_so(run):
    code, out, _ = run({"High": alarm(Dimensions=[{"Name": "A", "Value": "1"}])}, BREACH)
    assert code == 0
    assert out.splitlines()[:2] == ["High: N M {A=1}, datapoints recorded: NONE", "  INSUFFICIENT_DATA throughout"]


def test_alarms_that_cannot_be_judged_are_listed_with_the_reason(run):
    resources = {
        "High": alarm(),
        "Ref": alarm(Dimensions=[{"Name": "Q", "Value": {"Fn::GetAtt": ["Queue", "QueueName"]}}]),
        "Any": {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {"AlarmRule": "TRUE"}},
        "Odd": alarm(Period=45),
    }
    code, out, _ = run(resources, BREACH)
    assert code == 0
    assert [line for line in out.splitlines() if "left out" in line] == [
        "Ref: left out. Fn::GetAtt ['Queue', 'QueueName'] has no value before the deployment; give it literally.",
        "Any: left out. It is of the type AWS::CloudWatch::CompositeAlarm; judged here is AWS::CloudWatch::Alarm only.",
        'Odd: left out. Alarm "Odd": Period is 45 s; allowed are 10, 20, 30 and multiples of 60.',
    ]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("High", None),
        ("Odd", 'local.alarms: Alarm "Odd": Period is 45 s; allowed are 10, 20, 30 and multiples of 60.\n'),
        ("Low", "local.alarms: the template has no alarm Low. Its alarms: High, Odd.\n"),
    ],
)
def test_the_exit_code_is_1_when_the_named_alarm_cannot_be_judged(run, name, error):
    code, out, err = run({"High": alarm(), "Odd": alarm(Period=45)}, BREACH, "--alarm", name)
    assert (code, err) == ((1, error) if error else (0, ""))
    assert "Odd" not in out


def test_the_exit_code_is_1_when_no_alarm_can_be_judged(run):
    code, _, err = run({"Odd": alarm(Period=45)}, BREACH)
    assert (code, err) == (1, "local.alarms: the template has no alarm that can be judged.\n")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "local.alarms: /metrics.csv has no datapoints.\n"),
        (
            ["x,N,M,,1,"],
            "local.alarms: /metrics.csv, line 2: timestamp is 'x'; needed are seconds since 1970 or "
            "ISO 8601 with a time zone, such as 2026-11-23T10:00:00Z.\n",
        ),
    ],
)
def test_the_exit_code_is_2_when_the_metrics_cannot_be_read(run, lines, message):
    assert run({"High": alarm()}, lines)[::2] == (2, message)


def test_the_exit_code_is_2_when_the_template_cannot_be_read(tmp_path, capsys):
    metrics, template = tmp_path / "m.csv", tmp_path / "t.json"
    metrics.write_text(HEADER)
    arguments = ["replay", "--template", str(template), "--metrics", str(metrics)]
    assert main(arguments) == 2
    template.write_text("{")
    assert main(arguments) == 2
    template.write_text("[]")
    assert main(arguments) == 2
    errors = capsys.readouterr().err.replace(str(tmp_path), "").splitlines()
    assert errors[0] == "local.alarms: cannot read /t.json: No such file or directory."
    assert errors[1].startswith("local.alarms: /t.json is not JSON: ")
    assert errors[2] == "local.alarms: /t.json is no CloudFormation template: it has no Resources."


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
    ]
