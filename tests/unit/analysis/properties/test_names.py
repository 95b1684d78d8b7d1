"""Names of colours."""

from __future__ import annotations

import numpy as np
from PIL import ImageColor

from eyebright.analysis.properties.css import CSS_COLOURS
from eyebright.analysis.properties.names import names_of

COLOURS = {name: value for named in CSS_COLOURS.values() for name, value in named.items()}


def test_every_colour_of_css_is_there_once_with_its_value() -> None:
    values = {f"#{value:06x}" for value in COLOURS.values()}
    assert len(values) == len(COLOURS) == sum(len(named) for named in CSS_COLOURS.values())
    # asked and not read from Pillow's table, which keeps what was asked before in another form
    theirs = {name: ImageColor.getrgb(name) for name in ImageColor.colormap}
    assert values == {"#" + bytes(rgb).hex() for rgb in theirs.values()}
    assert {name: value.to_bytes(3) for name, value in COLOURS.items()} == {
        name: bytes(theirs[name]) for name in COLOURS
    }


def test_there_are_twelve_plain_words_and_each_names_its_own_colour() -> None:
    assert len(CSS_COLOURS) == 12
    for word, named in CSS_COLOURS.items():
        assert word in named or (word == "grey" and "gray" in named)


def test_a_named_colour_has_its_own_name() -> None:
    rgb = np.array([[value >> 16, value >> 8 & 255, value & 255] for value in COLOURS.values()])
    assert [name.css for name in names_of(rgb)] == list(COLOURS)


def test_a_colour_between_names_has_the_nearest() -> None:
    sky, skin, night = names_of(np.array([[136, 205, 250], [208, 180, 142], [10, 12, 14]]))
    assert (sky.css, sky.plain) == ("lightskyblue", "blue")
    assert (skin.css, skin.plain) == ("tan", "brown")
    assert (night.css, night.plain) == ("black", "black")


def test_no_colours_have_no_names() -> None:
    assert names_of(np.zeros((0, 3))) == []
