"""Pictures with boxes and words, written where `--draw` says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from eyebright.api.local import read_picture
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.draw import Mark, draw_marks
from eyebright.imaging.encode import encode_jpeg, encode_png


def write_drawing(photo: Path, marks: Sequence[Mark], target: Path) -> None:
    """The photo with all marks, as JPEG or PNG by the target's name. Marks without colours of
    their own get one each."""
    encode = drawing_format(target)
    coloured = list(marks)
    if not any(mark.colour for mark in marks):
        coloured = [replace(mark, colour=place) for place, mark in enumerate(marks)]
    target.write_bytes(encode(draw_marks(read_picture(photo).pixels, coloured)))


def drawing_format(target: Path) -> Callable[[ByteArray], bytes]:
    """The encoder for a file's name; a usage error for a name that is neither JPEG nor PNG."""
    encoders = {".jpg": encode_jpeg, ".jpeg": encode_jpeg, ".png": encode_png}
    if target.suffix.lower() not in encoders:
        raise click.UsageError(f"--draw writes .jpg or .png, not {target.name!r}.")
    return encoders[target.suffix.lower()]
