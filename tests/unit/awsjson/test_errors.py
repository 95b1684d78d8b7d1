"""Errors as they go over the wire, read by botocore's own parser."""

from __future__ import annotations

import orjson
import pytest
from botocore.parsers import create_parser
from botocore.session import get_session

from eyebright.awsjson import errors
from eyebright.awsjson.errors import ServiceFault, ValidationFailed, WireError

REQUEST = "5d0f3a6e-0000-4000-8000-000000000000"


def test_the_framework_says_message_and_nothing_else() -> None:
    fault = ServiceFault("ValidationException", "1 validation error", "framework")
    assert orjson.loads(fault.body(request_id=REQUEST)) == {
        "__type": "ValidationException",
        "message": "1 validation error",
    }


def test_the_service_says_code_logref_and_message() -> None:
    fault = ServiceFault("InvalidS3ObjectException", "Unable to get it.", "service")
    assert orjson.loads(fault.body(request_id=REQUEST)) == {
        "__type": "InvalidS3ObjectException",
        "Code": "InvalidS3ObjectException",
        "Logref": REQUEST,
        "Message": "Unable to get it.",
    }


@pytest.mark.parametrize("layer", ["framework", "service"])
def test_botocore_reads_both_dialects(layer: errors.Layer) -> None:
    fault = ServiceFault("ConflictException", "It was there before.", layer)
    shape = get_session().get_service_model("rekognition").shape_for("DetectFacesResponse")
    parsed = create_parser("json").parse(
        {"body": fault.body(request_id=REQUEST), "headers": {}, "status_code": 400}, shape
    )
    assert parsed["Error"] == {"Code": "ConflictException", "Message": "It was there before."}


def test_violations_are_counted_in_the_singular_and_in_the_plural() -> None:
    assert ValidationFailed(["a"]).message == "1 validation error detected: a"
    assert ValidationFailed(["a", "b"]).message == "2 validation errors detected: a; b"


def test_every_error_of_the_wire_has_a_name_and_a_status_of_a_refusal() -> None:
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, WireError) and not kind.__subclasses__()
    ]
    assert len(kinds) == 10
    for kind in kinds:
        assert kind.name.endswith("Exception")
        assert 400 <= kind.status <= 501
