"""Labels as the service writes them: percents, ratios, lists that are never absent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eyebright.analysis.labels.values import Instance, Label
from eyebright.analysis.properties.values import DominantColour
from eyebright.rekognition.shapes.properties import dominant_colour
from eyebright.rekognition.shapes.units import Json, bounding_box, percent

ColoursOf = Callable[[Instance], Sequence[DominantColour]]


def label_json(label: Label, *, size_wh: tuple[int, int], colours_of: ColoursOf | None) -> Json:
    """A Label. colours_of: the dominant colours of an instance, None when they were not asked for.
    Clients index all four lists without asking whether they are there."""
    return {
        "Name": label.name,
        "Confidence": percent(label.score),
        "Instances": [
            _instance(one, size_wh=size_wh, colours_of=colours_of) for one in label.instances
        ],
        "Parents": [{"Name": name} for name in label.parents],
        "Aliases": [{"Name": name} for name in label.aliases],
        "Categories": [{"Name": name} for name in label.categories],
    }


def _instance(
    instance: Instance, *, size_wh: tuple[int, int], colours_of: ColoursOf | None
) -> Json:
    said = {
        "BoundingBox": bounding_box(instance.box_xyxy, size_wh),
        "Confidence": percent(instance.score),
    }
    if colours_of is not None:
        said["DominantColors"] = [dominant_colour(colour) for colour in colours_of(instance)]
    return said
