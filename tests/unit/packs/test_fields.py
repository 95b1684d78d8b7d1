from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eyebright.errors import PackInvalid
from eyebright.packs.fields import Fields, relative_path


@pytest.mark.parametrize("path", ["a.onnx", "models/a.onnx", "package/a b/c.bin", ".hidden"])
def test_a_plain_relative_path_is_taken(path: str) -> None:
    assert relative_path(path, where="here") == path


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../a", "a/../b", "a//b", "./a", "a/", "a\\b", "a\0b", "", "."]
)
def test_a_path_with_a_way_out_is_refused(path: str) -> None:
    with pytest.raises(PackInvalid, match="relative path"):
        relative_path(path, where="here")


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda f: f.text("k"), 3),
        (lambda f: f.text("k"), ""),
        (lambda f: f.integer("k"), -1),
        (lambda f: f.integer("k"), True),
        (lambda f: f.number("k", default=1.0), "1"),
        (lambda f: f.flag("k"), 1),
        (lambda f: f.items("k"), "ab"),
        (lambda f: f.texts("k"), [1]),
        (lambda f: f.tables("k"), [1]),
        (lambda f: f.table("k"), []),
        (lambda f: f.mapping("k"), 1),
        (lambda f: f.sha256("k"), "A" * 64),
        (lambda f: f.sha256("k"), "a" * 63),
        (lambda f: f.name("k"), "Faces/1"),
        (lambda f: f.name("k"), ".."),
    ],
)
def test_a_value_of_another_kind_is_named(read: Callable[[Fields], Any], value: object) -> None:
    with pytest.raises(PackInvalid, match="Recipe x"):
        read(Fields({"k": value}, "Recipe x"))


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(PackInvalid, match="table"):
        Fields([1], "Recipe x")
