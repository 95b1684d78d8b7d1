"""What is said of a picture's properties, against the real service model."""

from __future__ import annotations

import botocore.session
from botocore.model import StructureShape

from eyebright.analysis.properties.values import (
    DominantColour,
    ImageProperties,
    PictureQuality,
    RegionProperties,
)
from eyebright.rekognition.shapes.properties import dominant_colour, image_properties

GREY = DominantColour((47, 79, 79), "darkslategrey", "grey", 0.25)
QUALITY = PictureQuality(brightness=0.5, sharpness=0.75, contrast=0.25)
PLAIN = PictureQuality(brightness=0.5, sharpness=0.75)


def members(shape: str) -> set[str]:
    model = botocore.session.get_session().get_service_model("rekognition")
    found = model.shape_for(shape)
    assert isinstance(found, StructureShape)
    return set(found.members)


def test_a_colour_has_every_member_that_the_service_model_has() -> None:
    said = dominant_colour(GREY)
    assert said == {
        "Red": 47,
        "Blue": 79,
        "Green": 79,
        "HexCode": "#2f4f4f",
        "CSSColor": "darkslategrey",
        "SimplifiedColor": "grey",
        "PixelPercent": 25.0,
    }
    assert set(said) == members("DominantColor")


def test_only_the_whole_picture_has_a_contrast() -> None:
    region = RegionProperties(PLAIN, (GREY,))
    said = image_properties(ImageProperties(QUALITY, (GREY, GREY), region, region))
    assert set(said) == members("DetectLabelsImageProperties")
    assert said["Quality"] == {"Brightness": 50.0, "Sharpness": 75.0, "Contrast": 25.0}
    assert said["Foreground"]["Quality"] == {"Brightness": 50.0, "Sharpness": 75.0}
    assert [len(said["DominantColors"]), len(said["Background"]["DominantColors"])] == [2, 1]


def test_a_part_that_the_picture_does_not_have_is_empty_but_there() -> None:
    said = image_properties(ImageProperties(QUALITY, (), None, RegionProperties(PLAIN, ())))
    assert said["Foreground"] == {"Quality": {}, "DominantColors": []}
    assert said["Background"]["Quality"]["Brightness"] == 50.0
