"""DetectProtectiveEquipment over the real inspector and nets that know coloured squares: Ada wears
a mask, Ben one below the nose, Cleo none, and of Dina that cannot be said."""

from __future__ import annotations

import numpy as np
import pytest

from eyebright.imaging.encode import encode_png

REQUIRED = {"MinConfidence": 80.0, "RequiredEquipmentTypes": ["FACE_COVER"]}


def fault_name(caught):
    return caught.value.name


def parts_of(person):
    return {part["Name"]: part for part in person["BodyParts"]}


def summary_of(client, image, **attributes):
    answer = client.ask(
        "DetectProtectiveEquipment", Image=image, SummarizationAttributes=attributes
    )
    ids = [person["Id"] for person in answer["Persons"]]
    lists = answer["Summary"]
    assert sorted(id_ for ids in lists.values() for id_ in ids) == ids
    return answer["Persons"], lists


def test_persons_come_with_the_parts_that_were_seen(client, photo):
    answer = client.ask("DetectProtectiveEquipment", Image=photo("Ada"))
    assert set(answer) == {"ProtectiveEquipmentModelVersion", "Persons"}
    assert answer["ProtectiveEquipmentModelVersion"] == "1.0"
    (person,) = answer["Persons"]
    assert set(person) == {"Id", "BoundingBox", "Confidence", "BodyParts"}
    assert person["Id"] == 0
    names = [part["Name"] for part in person["BodyParts"]]
    assert names == ["FACE", "LEFT_HAND", "RIGHT_HAND", "HEAD"]


def test_a_mask_is_on_the_face_and_covers_it(client, photo):
    (person,) = client.ask("DetectProtectiveEquipment", Image=photo("Ada"))["Persons"]
    (item,) = parts_of(person)["FACE"]["EquipmentDetections"]
    assert item["Type"] == "FACE_COVER"
    assert item["Confidence"] == pytest.approx(95)
    assert item["CoversBodyPart"] == {"Value": True, "Confidence": pytest.approx(97)}
    assert 0 < item["BoundingBox"]["Height"] < person["BoundingBox"]["Height"]


def test_a_mask_below_the_nose_does_not_cover(client, photo):
    (person,) = client.ask("DetectProtectiveEquipment", Image=photo("Ben"))["Persons"]
    (item,) = parts_of(person)["FACE"]["EquipmentDetections"]
    assert item["CoversBodyPart"] == {"Value": False, "Confidence": pytest.approx(92)}


def test_a_part_without_equipment_has_an_empty_list(client, photo):
    (person,) = client.ask("DetectProtectiveEquipment", Image=photo("Cleo"))["Persons"]
    assert [part["EquipmentDetections"] for part in person["BodyParts"]] == [[], [], [], []]


def test_an_empty_room_has_no_persons_and_three_empty_lists(client, photo):
    persons, lists = summary_of(client, photo(), **REQUIRED)
    assert persons == []
    assert lists == {
        "PersonsWithRequiredEquipment": [],
        "PersonsWithoutRequiredEquipment": [],
        "PersonsIndeterminate": [],
    }


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("Ada", "PersonsWithRequiredEquipment"),
        ("Ben", "PersonsWithoutRequiredEquipment"),
        ("Cleo", "PersonsWithoutRequiredEquipment"),
        ("Dina", "PersonsIndeterminate"),
    ],
)
def test_the_summary_says_who_wears_a_mask(client, photo, name, where):
    _, lists = summary_of(client, photo(name), **REQUIRED)
    assert lists[where] == [0]


@pytest.mark.parametrize("kind", ["HAND_COVER", "HEAD_COVER"])
def test_what_is_not_judged_is_indeterminate(client, photo, kind):
    _, lists = summary_of(
        client, photo("Ada", "Emil"), MinConfidence=50, RequiredEquipmentTypes=[kind]
    )
    assert lists["PersonsIndeterminate"] == [0, 1]


def test_a_head_that_is_bare_for_certain_lacks_its_cover(client, photo):
    _, lists = summary_of(
        client, photo("Cleo"), MinConfidence=50, RequiredEquipmentTypes=["HEAD_COVER"]
    )
    assert lists["PersonsWithoutRequiredEquipment"] == [0]


def test_too_little_confidence_is_indeterminate_and_under_fifty_means_fifty(client, photo):
    def lists_at(percent):
        return summary_of(
            client, photo("Ada"), MinConfidence=percent, RequiredEquipmentTypes=["FACE_COVER"]
        )[1]

    assert lists_at(99)["PersonsIndeterminate"] == [0]
    assert lists_at(0) == lists_at(50)
    assert lists_at(0)["PersonsWithRequiredEquipment"] == [0]


@pytest.mark.parametrize("missing", ["MinConfidence", "RequiredEquipmentTypes"])
def test_a_summary_needs_both_of_its_members(client, photo, missing):
    attributes = {name: value for name, value in REQUIRED.items() if name != missing}
    with pytest.raises(Exception, match=r"(?i)summarizationAttributes") as caught:
        summary_of(client, photo("Ada"), **attributes)
    assert fault_name(caught) == "ValidationException"


@pytest.mark.parametrize(
    ("size_wh", "name"),
    [
        ((63, 64), "InvalidParameterException"),
        ((4097, 100), "ImageTooLargeException"),
    ],
)
def test_sides_outside_the_limits_are_refused(client, size_wh, name):
    blank = np.zeros((size_wh[1], size_wh[0], 3), np.uint8)
    with pytest.raises(Exception, match=r"parameters|\d") as caught:
        client.ask("DetectProtectiveEquipment", Image={"Bytes": encode_png(blank)})
    assert fault_name(caught) == name


def test_more_than_four_megabytes_are_refused(client):
    noise = np.random.default_rng(0).integers(0, 256, (1200, 1200, 3), np.uint8)
    data = encode_png(noise)
    assert 4 * 2**20 < len(data) < 5 * 2**20
    with pytest.raises(Exception, match=r"bytes|MB|size") as caught:
        client.ask("DetectProtectiveEquipment", Image={"Bytes": data})
    assert fault_name(caught) == "ImageTooLargeException"
    assert client.ask("DetectFaces", Image={"Bytes": data}) == {"FaceDetails": []}
