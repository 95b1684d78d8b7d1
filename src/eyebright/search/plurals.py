"""English plurals that no rule makes, and words that are none, of things that are in pictures."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

IRREGULAR: Mapping[str, str] = MappingProxyType(
    {
        "buses": "bus",
        "calves": "calf",
        "canvas": "canvas",
        "children": "child",
        "feet": "foot",
        "geese": "goose",
        "gases": "gas",
        "halves": "half",
        "knives": "knife",
        "leaves": "leaf",
        "lens": "lens",
        "lenses": "lens",
        "loaves": "loaf",
        "men": "man",
        "mice": "mouse",
        "octopuses": "octopus",
        "oxen": "ox",
        "people": "person",
        "potatoes": "potato",
        "scarves": "scarf",
        "series": "series",
        "shelves": "shelf",
        "species": "species",
        "teeth": "tooth",
        "tomatoes": "tomato",
        "viruses": "virus",
        "walruses": "walrus",
        "wives": "wife",
        "wolves": "wolf",
        "women": "woman",
    }
)
