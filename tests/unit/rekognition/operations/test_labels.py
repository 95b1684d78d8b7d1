"""DetectLabels on the wire: over made-up boxes and classes, the real labeller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.rekognition.operations.conftest import Client, Fault

from eyebright.analysis.labels.taxonomy import load_taxonomy
from eyebright.imaging.encode import encode_png
from eyebright.testing.pictures import draw_people

Photo = Callable[..., dict[str, Any]]


def names_of(answer: dict[str, Any]) -> list[str]:
    names = [label["Name"] for label in answer["Labels"]]
    assert names
    return names


def test_every_label_has_all_its_lists_and_its_ancestors(client: Client, photo: Photo) -> None:
    answer = client.ask("DetectLabels", Image=photo("Ada", "Ben"))
    labels = {label["Name"]: label for label in answer["Labels"]}
    assert {"Dog", "Beagle", "Canine", "Animal"} <= set(labels)
    for label in labels.values():
        assert set(label) >= {"Confidence", "Instances", "Parents", "Aliases", "Categories"}
        assert label["Categories"]
        for parent in label["Parents"]:
            assert labels[parent["Name"]]["Confidence"] >= label["Confidence"]
    assert len(labels["Dog"]["Instances"]) == 2
    assert set(labels["Dog"]["Instances"][0]) == {"BoundingBox", "Confidence"}
    assert answer["LabelModelVersion"] == "3.0"
    assert "ImageProperties" not in answer


def test_labels_come_surest_first_and_a_child_before_its_parents(
    client: Client, photo: Photo
) -> None:
    labels = client.ask("DetectLabels", Image=photo("Ada"), MinConfidence=0)["Labels"]
    confidences = [label["Confidence"] for label in labels]
    assert confidences == sorted(confidences, reverse=True)
    places = {label["Name"]: place for place, label in enumerate(labels)}
    equal = [
        (label["Name"], parent["Name"])
        for label in labels
        for parent in label["Parents"]
        if labels[places[parent["Name"]]]["Confidence"] == label["Confidence"]
    ]
    assert equal
    assert all(places[child] < places[parent] for child, parent in equal)


def test_no_word_is_outside_the_vocabulary(client: Client, photo: Photo) -> None:
    answer = client.ask("DetectLabels", Image=photo("Ada"), MinConfidence=0)
    assert set(names_of(answer)) <= load_taxonomy().names


def test_what_is_less_sure_than_asked_for_is_left_out(client: Client, photo: Photo) -> None:
    image = photo("Ada")
    assert "Beach" not in names_of(client.ask("DetectLabels", Image=image))
    assert "Beach" in names_of(client.ask("DetectLabels", Image=image, MinConfidence=20))
    sure = client.ask("DetectLabels", Image=image, MinConfidence=95)["Labels"]
    assert all(label["Confidence"] >= 95 for label in sure)
    assert all(one["Confidence"] >= 95 for label in sure for one in label["Instances"])


def test_more_labels_than_the_service_gives_may_be_asked_for(client: Client, photo: Photo) -> None:
    image = photo("Ada")
    most = names_of(client.ask("DetectLabels", Image=image, MaxLabels=4096))
    assert names_of(client.ask("DetectLabels", Image=image)) == most
    assert names_of(client.ask("DetectLabels", Image=image, MaxLabels=3)) == most[:3]


def test_filters_combine_names_and_categories(client: Client, photo: Photo) -> None:
    def ask(**filters: list[str]) -> list[str]:
        settings = {"GeneralLabels": filters}
        answer = client.ask("DetectLabels", Image=photo("Ada"), Settings=settings, MinConfidence=20)
        return [label["Name"] for label in answer["Labels"]]

    assert ask(LabelInclusionFilters=["Dog"]) == ["Dog"]
    assert "Dog" not in ask(LabelExclusionFilters=["Dog"])
    animals = ask(LabelCategoryInclusionFilters=["Animals and Pets"])
    assert "Dog" in animals
    assert "Beach" not in animals
    assert "Dog" not in ask(LabelCategoryExclusionFilters=["Animals and Pets"])
    assert set(
        ask(
            LabelInclusionFilters=["Beach"],
            LabelCategoryInclusionFilters=["Animals and Pets"],
            LabelExclusionFilters=["Beagle"],
        )
    ) == {"Beach", *animals} - {"Beagle"}
    assert ask(LabelInclusionFilters=["No such name"]) == []


@pytest.mark.parametrize("kind", ["Label", "LabelCategory"])
def test_what_is_included_and_excluded_at_once_is_refused(
    client: Client, photo: Photo, kind: str
) -> None:
    filters = {f"{kind}InclusionFilters": ["Dog", "Cat"], f"{kind}ExclusionFilters": ["Cat"]}
    with pytest.raises(Fault, match="'Cat' is both included and excluded") as caught:
        client.ask("DetectLabels", Image=photo("Ada"), Settings={"GeneralLabels": filters})
    assert caught.value.name == "InvalidParameterException"


@pytest.mark.parametrize("member", [{"MaxLabels": 5}, {"MinConfidence": 50.0}])
def test_limits_of_labels_need_labels(
    client: Client, photo: Photo, member: dict[str, float]
) -> None:
    with pytest.raises(Fault, match="needs the feature GENERAL_LABELS") as caught:
        client.ask("DetectLabels", Image=photo("Ada"), Features=["IMAGE_PROPERTIES"], **member)
    assert caught.value.name == "InvalidParameterException"


def test_properties_alone_have_no_labels(client: Client, photo: Photo) -> None:
    answer = client.ask("DetectLabels", Image=photo("Ada"), Features=["IMAGE_PROPERTIES"])
    assert answer["Labels"] == []
    assert set(answer["ImageProperties"]["Quality"]) == {"Brightness", "Sharpness", "Contrast"}
    assert answer["ImageProperties"]["DominantColors"]


def test_with_both_features_instances_have_colours(client: Client, photo: Photo) -> None:
    answer = client.ask(
        "DetectLabels", Image=photo("Ada"), Features=["GENERAL_LABELS", "IMAGE_PROPERTIES"]
    )
    instances = [one for label in answer["Labels"] for one in label["Instances"]]
    assert instances
    assert all(one["DominantColors"] for one in instances)


@pytest.mark.parametrize(("count", "fits"), [(0, True), (20, True), (21, False)])
def test_colours_are_limited(client: Client, photo: Photo, count: int, fits: bool) -> None:
    def ask() -> dict[str, Any]:
        return client.ask(
            "DetectLabels",
            Image=photo("Ada"),
            Features=["IMAGE_PROPERTIES"],
            Settings={"ImageProperties": {"MaxDominantColors": count}},
        )

    if fits:
        assert len(ask()["ImageProperties"]["DominantColors"]) <= count
    else:
        with pytest.raises(Fault, match="maxDominantColors"):
            ask()


def test_a_picture_may_be_ten_thousand_pixels_wide_and_no_wider(client: Client) -> None:
    def picture(width: int) -> dict[str, Any]:
        return {"Bytes": encode_png(draw_people([], size_wh=(width, 80)))}

    assert "Labels" in client.ask("DetectLabels", Image=picture(10_000))
    with pytest.raises(Fault, match="10000 pixels"):
        client.ask("DetectLabels", Image=picture(10_001))


def test_a_picture_without_anything_has_labels_all_the_same_or_none(client: Client) -> None:
    picture = {"Bytes": encode_png(draw_people([]))}
    answer = client.ask("DetectLabels", Image=picture, MinConfidence=99.9)
    assert answer["Labels"] == []
