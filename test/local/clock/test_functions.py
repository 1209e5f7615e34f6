"""What Lambda functions see of the clock."""

from __future__ import annotations

import time
from pathlib import Path
from uuid import uuid4

import pytest
from clouds import now, run_in_real_time, running_at
from local_cloud import LocalCloud
from resources import function, invoke

NODE = """
const { S3Client, PutObjectCommand, GetObjectCommand } = require('@aws-sdk/client-s3');
exports.handler = async ({ bucket, sleep }) => {
  const before = Date.now();
  await new Promise((resolve) => setTimeout(resolve, sleep ?? 0));
  const kinds = [Date.now(), new Date().getTime(), Date.parse(new Date().toISOString()), Date.parse(Date())];
  if (bucket) {
    const s3 = new S3Client({ forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'body' }));
    const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
    return { body: await got.Body.transformToString(), modified: got.LastModified.getTime() / 1000, kinds };
  }
  return {
    before, kinds,
    fixed: [new Date(0).toISOString(), Date.UTC(2026, 0), new Date(2026, 0, 2).getDate(), typeof Date()],
    same: new Date() instanceof Date && new (class extends Date {})() instanceof Date,
    constructor: new Date().constructor === Date,
  };
};
"""
PYTHON = """
import datetime, time
from datetime import date
import boto3

def handler(event, context):
    moment = datetime.datetime.now(datetime.timezone.utc)
    kinds = [
        time.time(), time.time_ns() / 1e9, moment.timestamp(),
        datetime.datetime.utcnow().replace(tzinfo=datetime.timezone.utc).timestamp(),
        datetime.datetime.now().timestamp(), datetime.datetime.today().timestamp(), time.mktime(time.localtime()),
    ]
    s3 = boto3.client("s3")
    s3.put_object(Bucket=event["bucket"], Key="k", Body=b"body")
    got = s3.get_object(Bucket=event["bucket"], Key="k")
    age = datetime.datetime.now(datetime.timezone.utc) - got["LastModified"]
    return {
        "kinds": kinds, "body": got["Body"].read().decode(), "age": age.total_seconds(),
        "date": [str(date.today()), time.strftime("%Y-%m-%d")],
        "same": isinstance(moment, datetime.datetime) and isinstance(datetime.datetime(2026, 1, 2), date),
        "fixed": datetime.datetime(2026, 1, 2).isoformat(),
    }
"""


def test_a_node_function_sees_simulated_time(fast_cloud: LocalCloud) -> None:
    name = function(fast_cloud, NODE)
    before = now(fast_cloud)
    seen = invoke(fast_cloud, name)
    after = now(fast_cloud) + 1
    for kind in seen["kinds"]:
        assert before <= kind / 1000 + 1 and kind / 1000 <= after  # Date() has whole seconds
    assert before > time.time() + 60, "the clock has not run ahead: this test shows nothing"
    assert seen["fixed"] == ["1970-01-01T00:00:00.000Z", 1767225600000, 2, "string"]
    assert (seen["same"], seen["constructor"]) == (True, True)


def test_its_timers_take_real_time(fast_cloud: LocalCloud) -> None:
    name = function(fast_cloud, NODE)
    seen = invoke(fast_cloud, name, {"sleep": 200})
    assert seen["kinds"][0] - seen["before"] >= 0.19 * 1440 * 1000


@pytest.mark.parametrize(("runtime", "code"), [("nodejs22.x", NODE), ("python3.12", PYTHON)])
def test_its_calls_of_aws_work(fast_cloud: LocalCloud, runtime: str, code: str) -> None:
    bucket = f"b-{uuid4().hex[:8]}"
    fast_cloud.client("s3").create_bucket(Bucket=bucket)
    assert invoke(fast_cloud, function(fast_cloud, code, runtime), {"bucket": bucket})["body"] == "body"


def test_what_it_writes_to_s3_is_dated_by_the_clock(fast_cloud: LocalCloud) -> None:
    bucket = f"b-{uuid4().hex[:8]}"
    fast_cloud.client("s3").create_bucket(Bucket=bucket)
    seen = invoke(fast_cloud, function(fast_cloud, NODE), {"bucket": bucket})
    assert seen["modified"] >= seen["kinds"][0] / 1000 - 1
    assert seen["modified"] <= now(fast_cloud) + 1


def test_a_python_function_sees_simulated_time(fast_cloud: LocalCloud) -> None:
    bucket = f"b-{uuid4().hex[:8]}"
    fast_cloud.client("s3").create_bucket(Bucket=bucket)
    name = function(fast_cloud, PYTHON, "python3.12")
    before = now(fast_cloud)
    seen = invoke(fast_cloud, name, {"bucket": bucket})
    after = now(fast_cloud) + 1
    for kind in seen["kinds"]:
        assert before - 1 <= kind <= after
    assert 0 <= seen["age"] + 1 <= after - before
    assert seen["date"][0] == seen["date"][1]
    assert (seen["same"], seen["fixed"]) == (True, "2026-01-02T00:00:00")


def test_a_running_worker_follows_a_change_of_pace(tmp_path: Path) -> None:
    with running_at(1440, tmp_path) as cloud:
        name = function(cloud, NODE)
        fast = invoke(cloud, name)["kinds"][0]
        run_in_real_time(cloud)
        first, real = invoke(cloud, name)["kinds"][0], time.monotonic()
        second = invoke(cloud, name, {"sleep": 300})["kinds"][0]
        assert fast < first
        assert 300 <= second - first <= (time.monotonic() - real) * 1000 + 1000
