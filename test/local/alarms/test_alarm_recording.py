"""Recordings: what a CSV file may hold."""

import pytest

from local.alarms import Datapoint
from local.alarms.recording import InvalidRecording, read_file, read_recording

HEADER = "timestamp,namespace,metric,dimensions,value,count"
NEEDED = (
    "needed are timestamp,namespace,metric,dimensions,value, each once, allowed are also count,minimum,maximum,unit."
)
TIMES = "needed are seconds (not milliseconds) since 1970 or ISO 8601 with a time zone, such as 2026-11-23T10:00:00Z."


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
            f"line 1: the columns are time,value; {NEEDED}",
        ),
        (
            [],
            f"line 1: the columns are not there; {NEEDED}",
        ),
        ([HEADER, "1,N,M,,1,1,1"], "line 2: it has more or fewer fields than the first line."),
        ([HEADER, "1,N,M"], "line 2: it has more or fewer fields than the first line."),
        (
            [HEADER, "2026-11-23T10:00:00,N,M,,1,"],
            f"line 2: timestamp is '2026-11-23T10:00:00'; {TIMES}",
        ),
        ([HEADER, "1795428000000,N,M,,1,"], f"line 2: timestamp is '1795428000000'; {TIMES}"),
        ([HEADER, "1,N,M,,,"], "line 2: value is empty."),
        ([HEADER, "1,N,M,,nan,"], "line 2: A datapoint needs a finite timestamp and value; given 1.0, nan."),
        (
            [f"{HEADER},minimum", "1,N,M,,5,2,6"],
            "line 2: value is not between minimum and maximum; it is the mean of what they are of.",
        ),
        ([f"{HEADER},value"], f"line 1: the columns are {HEADER},value; {NEEDED}"),
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


def test_a_recording_may_hold_statistic_sets_and_units():
    lines = ["value,count,minimum,maximum,unit,metric,namespace,dimensions,timestamp", "5,4,2,8,Seconds,M,N,,60"]
    ((points),) = read_recording(lines).values()
    assert points == [Datapoint(60, 5, 4, 2, 8, "Seconds")]


@pytest.fixture
def refusal(tmp_path):
    """Why a file of these bytes is refused; None where there is no file."""

    def refusal(content):
        file = tmp_path / "m.csv"
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(InvalidRecording) as refused:
            read_file(file)
        return str(refused.value).replace(str(tmp_path), "")

    return refusal


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot read /m.csv: No such file or directory."),
        (HEADER.encode(), "/m.csv has no datapoints."),
        (f"{HEADER}\n1,N,M,,fast,".encode(), "/m.csv, line 2: value is 'fast'; needed is a number."),
        (f"{HEADER}\n1,N,M\xfc,,1,".encode("latin-1"), "/m.csv is not UTF-8: invalid start byte."),
        (f'{HEADER}\n1,N,"M,,1,'.encode(), "/m.csv, after line 1: it is no CSV: unexpected end of data."),
        (
            f"{HEADER}\n0,N,M,,1,\n40000000,N,M,,1,".encode(),
            "/m.csv spans 463 days; allowed are 455, which CloudWatch keeps.",
        ),
    ],
    ids=["no file", "no line", "no number", "latin-1", "no csv", "too long"],
)
def test_a_file_is_refused(refusal, content, message):
    assert refusal(content) == message


def test_a_byte_order_mark_is_none_of_the_first_column(tmp_path):
    (tmp_path / "m.csv").write_bytes(b"\xef\xbb\xbf" + f"{HEADER}\n60,N,M,,1,".encode())
    assert len(read_file(tmp_path / "m.csv")) == 1
