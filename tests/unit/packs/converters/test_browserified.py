from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from eyebright.errors import PackInvalid
from eyebright.packs.converters.browserified import convert, exported_value

WRAPPED = (
    '!function(t){{"object"==typeof exports?module.exports=t():self.m=t()}}(function(){{return '
    "function t(e,a){{var s=a[d]={{exports:{{}}}}}}({{1:[function(t,e,a){{e.exports={literal}}},"
    "{{}}]}},{{}},[1])(1)}});"
)


def script(literal: str) -> bytes:
    return WRAPPED.format(literal=literal).encode()


def value(literal: str) -> Any:
    return exported_value(script(literal), where="m.min.js")


def as_literal(value: Any) -> str:
    """JSON as a minifier writes it: bare keys, !0 and !1, no leading zeros."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_key(k)}:{as_literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(as_literal(item) for item in value) + "]"
    if isinstance(value, bool):
        return "!0" if value else "!1"
    return json.dumps(value).replace("0.", ".") if isinstance(value, float) else json.dumps(value)


def _key(name: str) -> str:
    return name if name.isidentifier() else json.dumps(name)


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ('{a:1,"b c":[.5,-.25,2e-3,-7],$d:{}}', {"a": 1, "b c": [0.5, -0.25, 0.002, -7], "$d": {}}),
        ("{yes:!0,no:!1,none:null,t:true}", {"yes": True, "no": False, "none": None, "t": True}),
        ("""{a:'say "x"',true:1}""", {"a": 'say "x"', "true": 1}),
        ('"a+/b=="', "a+/b=="),
    ],
)  # fmt: skip
def test_a_literal_is_read_as_a_browser_would(literal: str, expected: object) -> None:
    assert value(literal) == expected


@pytest.mark.parametrize(
    "literal",
    [
        "{a:steal()}",
        "{a:require('fs')}",
        "{a:b}",
        "{a:1+1}",
        "{a:`x`}",
        '{a:"line\nbreak"}',
        '{a:"escape \\u0041"}',
        "{a:0x10}",
        "{a:1,}",
        "{a:NaN}",
        "[1,2}",
        "{a:[1",
        "{__proto__:null,get a(){}}",
    ],
)
def test_anything_but_a_literal_is_refused(literal: str) -> None:
    with pytest.raises(PackInvalid):
        value(literal)


def test_what_follows_the_literal_is_never_looked_at() -> None:
    assert value("{a:1}.b.steal()") == {"a": 1}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no script at all",
        b"\xff\xfe",
        b"e.exports={a:1};f.exports={a:2};",
        b"e.exports=" + b"[" * 100_000,
        b"e.exports=" + b"{a:" * 70 + b"1" + b"}" * 70,
        b'e.exports="never closed',
    ],
)
def test_a_hostile_file_is_refused_quickly(data: bytes) -> None:
    with pytest.raises(PackInvalid):
        exported_value(data, where="m.min.js")


def packed(kernel: Any) -> dict[str, bytes]:
    """A net of one product with its weights in two scripts."""
    data = kernel.astype("<f4").tobytes()
    half = len(data) // 2
    entry = {"name": "w", "shape": list(kernel.shape), "dtype": "float32"}
    model = {
        "modelTopology": {
            "node": [
                {"name": "x", "op": "Placeholder", "attr": {}},
                {"name": "w", "op": "Const", "attr": {"frozen": True}},
                {"name": "y", "op": "MatMul", "input": ["x", "w"], "attr": {}},
            ]
        },
        "weightsManifest": [{"paths": ["s1of2", "s2of2.bin"], "weights": [entry]}],
    }
    parts = {"s1of2": data[:half], "s2of2": data[half:]}
    shards = {
        f"m/{name}.min.js": script(f'"{base64.b64encode(part).decode()}"')
        for name, part in parts.items()
    }
    return {"m/model.min.js": script(as_literal(model)), **shards}


def test_a_packed_net_computes_what_its_weights_say(
    numbers: Callable[..., Any], run: Callable[..., Any]
) -> None:
    kernel, x = numbers(3, 4), numbers(2, 3)
    found = run(convert(packed(kernel), outputs=["y"]), x=x)["y"]
    np.testing.assert_allclose(found, x @ kernel, atol=1e-6)


@pytest.mark.parametrize(
    ("path", "literal"),
    [
        ("m/s1of2.min.js", '"not*base64"'),
        ("m/s1of2.min.js", '"AAAA"'),
        ("m/model.min.js", "{other:1}"),
        ("m/model.min.js", "[1]"),
    ],
)
def test_scripts_that_hold_something_else_are_refused(
    numbers: Callable[..., Any], path: str, literal: str
) -> None:
    members = {**packed(numbers(3, 4)), path: script(literal)}
    with pytest.raises(PackInvalid):
        convert(members, outputs=["y"])


def test_a_file_that_is_no_script_is_refused() -> None:
    with pytest.raises(PackInvalid, match=r"no \.min\.js"):
        convert({"m/model.json": b"{}"}, outputs=["y"])
