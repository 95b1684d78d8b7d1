"""Measured properties of pictures as the service writes them: percents, and names of colours."""

from __future__ import annotations

from eyebright.analysis.properties.values import (
    DominantColour,
    ImageProperties,
    PictureQuality,
    RegionProperties,
)
from eyebright.rekognition.shapes.units import Json, percent


def image_properties(value: ImageProperties) -> Json:
    """ImageProperties. A picture without a foreground has an empty one: clients look into it
    without asking whether it is there."""
    return {
        "Quality": _quality(value.quality),
        "DominantColors": [dominant_colour(colour) for colour in value.colours],
        "Foreground": _region(value.foreground),
        "Background": _region(value.background),
    }


def dominant_colour(value: DominantColour) -> Json:
    """One of DominantColors, of a picture, a region or an instance."""
    red, green, blue = value.rgb
    return {
        "Red": red,
        "Blue": blue,
        "Green": green,
        "HexCode": value.hex_code,
        "CSSColor": value.css_name,
        "SimplifiedColor": value.simplified,
        "PixelPercent": percent(value.share),
    }


def _region(value: RegionProperties | None) -> Json:
    if value is None:
        return {"Quality": {}, "DominantColors": []}
    return {
        "Quality": _quality(value.quality),
        "DominantColors": [dominant_colour(colour) for colour in value.colours],
    }


def _quality(value: PictureQuality) -> Json:
    said = {"Brightness": percent(value.brightness), "Sharpness": percent(value.sharpness)}
    if value.contrast is not None:
        said["Contrast"] = percent(value.contrast)
    return said
