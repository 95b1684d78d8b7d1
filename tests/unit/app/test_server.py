from __future__ import annotations

import pytest

from eyebright.app.server import is_for_page


def scope(method: str, path: str, *headers: tuple[str, str], query: str = "") -> dict[str, object]:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("HEAD", "/library"),
        ("GET", "/assets/app.js"),
        ("POST", "/api/session"),
        ("DELETE", "/api/session"),
        ("OPTIONS", "/api/session"),
        ("GET", "/api"),
    ],
)
def test_what_browsers_ask_is_for_the_page(method: str, path: str) -> None:
    assert is_for_page(scope(method, path))


@pytest.mark.parametrize(
    "request_scope",
    [
        scope("POST", "/", ("x-amz-target", "RekognitionService.DetectFaces")),
        scope("POST", "/"),
        scope("PUT", "/thing"),
        scope("OPTIONS", "/"),
        scope("GET", "/healthz"),
        scope("GET", "/", ("x-amz-target", "RekognitionService.DetectFaces")),
        scope("GET", "/", ("authorization", "AWS4-HMAC-SHA256 Credential=...")),
        scope("GET", "/", query="X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=1"),
        scope("POST", "/apiary"),
    ],
)
def test_what_aws_clients_ask_is_not(request_scope: dict[str, object]) -> None:
    assert not is_for_page(request_scope)
