"""InvokeEndpoint: routing, what is passed on, and the errors of the runtime API."""

from __future__ import annotations

import json
import math

import pytest


@pytest.fixture
def two_variants(cloud):
    cloud.model("blue-model", url=cloud.archive("blue"))
    cloud.model("green-model", url=cloud.archive("green"))

    def deploy(blue, green):
        cloud.config("c", {"blue": "blue-model", "green": "green-model"}, weights={"blue": blue, "green": green})
        cloud.deploy("e", "c")
        return cloud

    return deploy


def test_weights_are_shares_of_their_sum(two_variants):
    cloud = two_variants(1.0, 3.0)
    calls = 300
    responses = [cloud.invoke() for _ in range(calls)]
    variants = [response.headers["x-Amzn-Invoked-Production-Variant"] for response in responses]
    answers = [json.loads(response.body)["answer"] for response in responses]
    assert variants == answers
    spread = 4 * math.sqrt(calls * 0.25 * 0.75)
    assert abs(variants.count("blue") - calls / 4) < spread


def test_weight_zero_gets_only_what_targets_it(two_variants):
    cloud = two_variants(1.0, 0.0)
    assert {cloud.answer() for _ in range(50)} == {"blue"}
    targeted = cloud.invoke(**{"X_Amzn_SageMaker_Target_Variant": "green"})
    assert targeted.headers["x-Amzn-Invoked-Production-Variant"] == "green"
    assert json.loads(targeted.body)["answer"] == "green"


def error(response, status, code):
    assert (response.status, response.headers["x-amzn-ErrorType"]) == (status, code)
    return json.loads(response.body)


def test_an_unknown_variant_or_endpoint_is_a_validation_error(two_variants):
    cloud = two_variants(1.0, 1.0)
    unknown = error(cloud.invoke(**{"X_Amzn_SageMaker_Target_Variant": "red"}), 400, "ValidationError")
    assert unknown["Message"] == "Variant red not found in endpoint e; its variants: blue, green."
    missing = error(cloud.invoke(endpoint="nothing"), 400, "ValidationError")
    assert missing["Message"] == "Endpoint nothing of account 123456789012 not found."


def test_an_endpoint_that_is_not_in_service_yet_is_not_found(make_cloud):
    cloud = make_cloud()
    cloud.model("m", MODE="never")
    cloud.config("c", {"primary": "m"})
    cloud.call("CreateEndpoint", {"EndpointName": "e", "EndpointConfigName": "c"})
    assert error(cloud.invoke(), 400, "ValidationError")["Message"].endswith("not found.")


@pytest.mark.parametrize(("status", "side"), [(418, "client"), (500, "server"), (503, "server"), (302, "server")])
def test_an_answer_of_the_container_that_is_no_success_is_a_model_error(cloud, status, side):
    cloud.serve()
    given = error(cloud.invoke(f"status:{status}"), 424, "ModelError")
    assert given["OriginalStatusCode"] == status
    assert given["OriginalMessage"] == "the model said no"
    assert f'Received {side} error ({status}) from primary with message "the model said no".' in given["Message"]
    assert given["LogStreamArn"].endswith(":log-group:/aws/sagemaker/Endpoints/e")


def test_a_container_that_answers_too_late_or_breaks_off_is_a_model_error(make_cloud):
    cloud = make_cloud(invocation_timeout=0.3)
    cloud.serve()
    late = error(cloud.invoke("sleep:5"), 424, "ModelError")
    assert late["OriginalStatusCode"] == 0
    assert "timed out while waiting for a response from container primary" in late["OriginalMessage"]
    assert "closed the connection" in error(cloud.invoke("die:"), 424, "ModelError")["OriginalMessage"]


def test_passes_the_headers_of_the_api_and_no_others(cloud):
    cloud.serve()
    response = cloud.invoke(
        "headers:",
        Accept="text/csv",
        X_Amzn_SageMaker_Custom_Attributes="trace-1",
        X_Amzn_SageMaker_Inference_Id="id-1",
        Authorization="AWS4-HMAC-SHA256 secret",
        X_Other="value",
    )
    passed = {key.lower(): value for key, value in json.loads(response.body).items()}
    assert passed["content-type"] == "application/json"
    assert passed["accept"] == "text/csv"
    assert passed["x-amzn-sagemaker-custom-attributes"] == "trace-1"
    assert passed["x-amzn-sagemaker-inference-id"] == "id-1"
    assert "authorization" not in passed and "x-other" not in passed
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["X-Amzn-SageMaker-Custom-Attributes"] == "trace-1"


def test_refuses_a_body_over_the_limit(make_cloud):
    cloud = make_cloud(max_body_bytes=100)
    cloud.serve()
    assert cloud.invoke("x" * 100).status == 200
    given = error(cloud.invoke("x" * 101), 400, "ValidationError")
    assert (
        "(101 bytes) failed to satisfy constraint: Member must have length less than or equal to 100"
        in given["Message"]
    )


def test_refuses_headers_for_what_it_does_not_run(cloud):
    cloud.serve()
    multi = error(cloud.invoke(X_Amzn_SageMaker_Target_Model="a.tar.gz"), 400, "ValidationError")
    assert multi["Message"] == "Endpoint e is not a multi-model endpoint and does not support target model header."
    component = error(cloud.invoke(X_Amzn_SageMaker_Inference_Component="a"), 400, "ValidationError")
    assert "does not run inference components" in component["Message"]
