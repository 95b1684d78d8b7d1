from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.strokes import rows_of_strokes


def written(*lines: str, ground: int = 60, colour: int = 240) -> ByteArray:
    image = Image.new("RGB", (640, 360), (ground,) * 3)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        font = ImageFont.load_default(26)
        draw.text((320, 100 + 50 * number), line, fill=(colour,) * 3, font=font, anchor="ma")
    return np.asarray(image)


def test_each_line_of_bright_writing_is_a_row_where_it_stands() -> None:
    rows = rows_of_strokes(written("Directed by", "Ada Abbott"))
    assert len(rows) == 2
    assert np.all((rows >= 0) & (rows <= 1))
    top = rows[rows[:, 1].argmin()]
    assert 100 / 360 < top[1] < top[3] < 140 / 360
    assert top[0] < 0.5 < top[2]


def test_plain_ground_edges_and_blocks_have_no_rows() -> None:
    blocks = np.zeros((360, 640, 3), np.uint8)
    blocks[:, 320:] = 255
    blocks[100:200, 100:250] = 255
    for picture in (np.zeros((360, 640, 3), np.uint8), blocks, written("x", ground=200)):
        assert rows_of_strokes(picture).shape == (0, 4)


def test_smaller_pictures_than_are_looked_at_are_taken_as_they_are() -> None:
    assert rows_of_strokes(np.zeros((2, 2, 3), np.uint8)).shape == (0, 4)
