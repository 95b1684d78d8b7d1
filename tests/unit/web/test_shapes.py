from __future__ import annotations

import importlib
import pkgutil
import typing
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pytest

import eyebright.web.shapes
from eyebright.web.shapes.assets import base_name
from eyebright.web.shapes.values import box_json, moment, percent, points_json


def test_boxes_are_ratios_that_end_at_the_edges_of_the_picture() -> None:
    assert box_json((20, 10, 120, 60), (200, 100)) == {
        "left": 0.1,
        "top": 0.1,
        "width": 0.5,
        "height": 0.5,
    }
    outside = box_json((-50, -1, 300, 130), (200, 100))
    assert outside == {"left": 0.0, "top": 0.0, "width": 1.0, "height": 1.0}
    assert box_json((0, 0, 0, 0), (0, 0))["width"] == 0.0


def test_points_and_scores_and_times_are_said_in_one_way() -> None:
    assert points_json([(50, 25)], (200, 100)) == [{"x": 0.25, "y": 0.25}]
    assert (percent(0.98765), percent(1.0), percent(0)) == (98.77, 100.0, 0.0)
    east = timezone(timedelta(hours=2))
    assert moment(datetime(2026, 1, 2, 3, 4, 5, tzinfo=east)) == "2026-01-02T01:04:05.000Z"
    assert moment(datetime(2026, 1, 2, tzinfo=UTC)).endswith("Z")


@pytest.mark.parametrize(
    ("path", "name"), [("a/b/c.jpg", "c.jpg"), ("c.jpg", "c.jpg"), ("a/", "a"), ("", "")]
)
def test_people_call_a_file_by_its_last_part(path: str, name: str) -> None:
    assert base_name(path) == name


def test_no_two_shapes_have_one_name_in_the_description() -> None:
    names = Counter(
        kind.__name__.removesuffix("Json")
        for module in pkgutil.iter_modules(eyebright.web.shapes.__path__)
        for kind in vars(importlib.import_module(f"eyebright.web.shapes.{module.name}")).values()
        if typing.is_typeddict(kind) and kind.__module__.endswith(f".{module.name}")
    )
    assert len(names) > 40
    assert not [name for name, count in names.items() if count > 1]
