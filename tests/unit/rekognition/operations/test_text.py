from __future__ import annotations

import dataclasses

import pytest

from eyebright.testing.text import FakeReader


def texts(answer, kind):
    return [item["DetectedText"] for item in answer["TextDetections"] if item["Type"] == kind]


def test_a_picture_without_text_answers_an_empty_list(client, photo):
    answer = client.ask("DetectText", Image=photo())
    assert answer == {"TextDetections": [], "TextModelVersion": "3.0"}


def test_lines_come_first_and_words_name_their_line(client, photo):
    found = client.ask("DetectText", Image=photo("Ada", "Ben"))["TextDetections"]
    assert [item["Type"] for item in found] == ["LINE", "LINE", "WORD", "WORD", "WORD", "WORD"]
    assert [item["Id"] for item in found] == list(range(6))
    assert [item.get("ParentId", "none") for item in found] == ["none", "none", 0, 0, 1, 1]
    assert found[0]["DetectedText"] == "EYE bright"


def test_a_polygon_goes_clockwise_from_the_top_left_inside_its_box(client, photo):
    found = client.ask("DetectText", Image=photo("Ada"))["TextDetections"]
    assert len(found) == 3
    for item in found:
        box, polygon = item["Geometry"]["BoundingBox"], item["Geometry"]["Polygon"]
        left, top = box["Left"], box["Top"]
        right, bottom = left + box["Width"], top + box["Height"]
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        assert [(point["X"], point["Y"]) for point in polygon] == [
            pytest.approx(corner) for corner in corners
        ]


def test_empty_filters_filter_nothing(client, photo):
    plain = client.ask("DetectText", Image=photo("Ada"))
    assert client.ask("DetectText", Image=photo("Ada"), Filters={}) == plain


@pytest.mark.parametrize(
    ("word_filter", "kept"),
    [
        ({}, ["EYE"]),
        ({"MinConfidence": 40}, ["EYE", "bright"]),
        ({"MinConfidence": 40, "MinBoundingBoxWidth": 0.9}, []),
        ({"MinConfidence": 40, "MinBoundingBoxHeight": 0.9}, []),
        ({"MinConfidence": 40, "MinBoundingBoxHeight": 0.1}, ["EYE", "bright"]),
    ],
)
def test_a_word_filter_keeps_80_percent_and_more_unless_it_says_otherwise(
    client, photo, word_filter, kept
):
    answer = client.ask("DetectText", Image=photo("Ada"), Filters={"WordFilter": word_filter})
    assert texts(answer, "WORD") == kept
    assert texts(answer, "LINE") == ([" ".join(kept)] if kept else [])


def box(left, top, width, height):
    return {"BoundingBox": {"Left": left, "Top": top, "Width": width, "Height": height}}


def polygon(*points):
    return {"Polygon": [{"X": x, "Y": y} for x, y in points]}


@pytest.mark.parametrize(
    ("regions", "count"),
    [
        ([], 4),
        ([box(0, 0, 0.5, 1)], 2),
        ([box(0, 0, 0.5, 1), box(0.5, 0, 0.5, 1)], 4),
        ([polygon((0, 0), (0.5, 0), (0.5, 1), (0, 1))], 2),
        ([polygon((0, 0.9), (1, 0.9), (1, 1))], 0),
    ],
)
def test_words_of_any_region_are_kept(client, photo, regions, count):
    answer = client.ask(
        "DetectText", Image=photo("Ada", "Ben"), Filters={"RegionsOfInterest": regions}
    )
    assert len(texts(answer, "WORD")) == count


@pytest.mark.parametrize(
    ("region", "wrong"),
    [
        (box(1.1, 0, 0.5, 1), "lies outside the image"),
        (box(0, 0, 0, 1), "has no area"),
        (box(0.2, 0.2, -0.1, 0.1), "has no area"),
        (polygon((0, 0), (1, 1)), "has no area"),
        (polygon((0, 0), (0.5, 0.5), (1, 1)), "has no area"),
        (polygon((1e300, 0), (1e300, 1), (2, 1)), "lies outside the image"),
        ({}, "needs either a BoundingBox or a Polygon"),
        ({**box(0, 0, 1, 1), **polygon((0, 0), (1, 0), (1, 1))}, "needs either"),
        ({"BoundingBox": {"Left": 0.1}}, r"lacks Top"),
        ({"Polygon": [{"X": 0.1}] * 3}, "lacks Y"),
    ],
)
def test_a_region_that_cannot_be_used_is_named(client, photo, region, wrong):
    regions = [box(0, 0, 1, 1), region]
    with pytest.raises(
        Exception, match=rf"InvalidParameterException: .*RegionsOfInterest\[1\] {wrong}"
    ):
        client.ask("DetectText", Image=photo("Ada"), Filters={"RegionsOfInterest": regions})


def test_eleven_regions_are_one_too_many(client, photo):
    regions = [box(0, 0, 1, 1)] * 11
    with pytest.raises(Exception, match="ValidationException"):
        client.ask("DetectText", Image=photo("Ada"), Filters={"RegionsOfInterest": regions})


def test_the_first_hundred_words_are_told(client, photo):
    class Talkative(FakeReader):
        def read(self, image):
            return super().read(image) * 51

    sight = dataclasses.replace(client.door.sight, text=Talkative)
    client = dataclasses.replace(client, door=dataclasses.replace(client.door, sight=sight))
    answer = client.ask("DetectText", Image=photo("Ada"))
    assert len(texts(answer, "WORD")) == 100
    assert len(texts(answer, "LINE")) == 50
