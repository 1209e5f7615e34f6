"""Data capture: which requests, in which form, under which keys."""

from __future__ import annotations

import base64
import json
import math
import random
import re

import pytest


def config(percentage=100, modes=("Input", "Output"), **more):
    return {
        "InitialSamplingPercentage": percentage,
        "DestinationS3Uri": "s3://captured/data-capture",
        "CaptureOptions": [{"CaptureMode": mode} for mode in modes],
        "CaptureContentTypeHeader": {"CsvContentTypes": ["text/csv"], "JsonContentTypes": ["application/json"]},
        **more,
    }


def records(cloud):
    cloud.hosting.close()
    files = {key: body for (bucket, key), body in cloud.s3.objects.items() if bucket == "captured"}
    return [(key, json.loads(line)) for key, body in files.items() for line in body.decode().splitlines()]


def test_a_record_has_the_form_of_sagemaker(cloud):
    cloud.serve(capture=config())
    cloud.invoke('{"x": 1}', X_Amzn_SageMaker_Inference_Id="id-1", X_Amzn_SageMaker_Custom_Attributes="trace-1")
    [(key, record)] = records(cloud)
    assert re.fullmatch(r"data-capture/e/primary/\d{4}/\d\d/\d\d/\d\d/\d\d-\d\d-\d{3}-[0-9a-f-]{36}\.jsonl", key)
    assert record["captureData"] == {
        "endpointInput": {
            "observedContentType": "application/json",
            "mode": "INPUT",
            "data": '{"x": 1}',
            "encoding": "JSON",
        },
        "endpointOutput": {
            "observedContentType": "application/json",
            "mode": "OUTPUT",
            "data": '{"answer": "one"}',
            "encoding": "JSON",
        },
    }
    metadata = record["eventMetadata"]
    assert re.fullmatch(r"[0-9a-f-]{36}", metadata["eventId"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", metadata["inferenceTime"])
    assert (metadata["inferenceId"], metadata["customAttributes"]) == ("id-1", ["trace-1"])
    assert record["eventVersion"] == "0"


def test_csv_is_text_whatever_its_parameters_and_other_types_are_base64(cloud):
    cloud.serve(capture=config())
    cloud.hosting.invoke("e", {"content-type": "application/x-npy"}, b"csv:\xff")
    [(_, record)] = records(cloud)
    given, answered = record["captureData"]["endpointInput"], record["captureData"]["endpointOutput"]
    assert (given["encoding"], base64.b64decode(given["data"])) == ("BASE64", b"csv:\xff")
    assert (answered["encoding"], answered["data"]) == ("CSV", "0.25,0.75")
    assert answered["observedContentType"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize(
    ("modes", "sides"),
    [
        (["Input"], {"endpointInput"}),
        (["Output"], {"endpointOutput"}),
        (["InputAndOutput"], {"endpointInput", "endpointOutput"}),
    ],
)
def test_captures_only_the_declared_sides(cloud, modes, sides):
    cloud.serve(capture=config(modes=modes))
    cloud.invoke()
    [(_, record)] = records(cloud)
    assert set(record["captureData"]) == sides


@pytest.mark.parametrize(("percentage", "least", "most"), [(0, 0, 0), (100, 200, 200), (10, None, None)])
def test_captures_the_declared_percentage(cloud, percentage, least, most):
    calls = 200
    cloud.serve(capture=config(percentage))
    for _ in range(calls):
        cloud.invoke()
    spread = 4 * math.sqrt(calls * 0.1 * 0.9)
    captured = len(records(cloud))
    assert (calls * 0.1 - spread if least is None else least) <= captured
    assert captured <= (calls * 0.1 + spread if most is None else most)


class Lowest(random.Random):
    """The smallest number that a random source can give, every time."""

    def random(self):
        return 0.0


def test_zero_percent_is_never_even_for_the_smallest_random_number(make_cloud):
    cloud = make_cloud(rng=Lowest())
    cloud.serve(capture=config(0))
    cloud.serve("f", "two", capture=config(1))
    cloud.invoke()
    cloud.invoke(endpoint="f")
    assert [key.split("/")[1] for key, _ in records(cloud)] == ["f"]


def test_records_are_put_after_a_short_time_and_together(make_cloud):
    cloud = make_cloud(factor=1.0, capture_interval=1.0)
    cloud.serve(capture=config())
    for _ in range(5):
        cloud.invoke()
    files = lambda: [body for (bucket, _), body in cloud.s3.objects.items() if bucket == "captured"]  # noqa: E731
    cloud.until(lambda: sum(len(body.splitlines()) for body in files()) == 5)
    assert len(files()) < 5


def test_requests_that_fail_are_not_captured_and_disabled_capture_writes_nothing(cloud):
    cloud.serve(capture=config(EnableCapture=False))
    assert cloud.describe()["DataCaptureConfig"]["CaptureStatus"] == "Stopped"
    cloud.serve("f", "two", capture=config())
    cloud.invoke()
    cloud.invoke("status:500", endpoint="f")
    assert records(cloud) == []


def test_an_endpoint_serves_on_when_the_bucket_refuses(cloud, caplog):
    cloud.serve(capture=config())
    cloud.s3.broken = True
    assert cloud.invoke().status == 200
    cloud.until(lambda: any("are lost" in record.message for record in caplog.records))
    assert cloud.invoke().status == 200
    assert cloud.describe()["EndpointStatus"] == "InService"


def test_the_key_is_recorded_and_used(cloud):
    cloud.serve(capture=config(KmsKeyId="alias/capture"))
    assert cloud.describe()["DataCaptureConfig"] == {
        "EnableCapture": True,
        "CaptureStatus": "Started",
        "CurrentSamplingPercentage": 100,
        "DestinationS3Uri": "s3://captured/data-capture",
        "KmsKeyId": "alias/capture",
    }
    cloud.invoke()
    [(key, _)] = records(cloud)
    assert cloud.s3.options["captured", key] == {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "alias/capture"}
