"""What a line says: strips of one height, side by side in batches, read character by character."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eyebright.analysis.text.ctc import Character, read_steps
from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.geometry.polygons import quad_size
from eyebright.imaging.crops import rectify
from eyebright.runtime.session import OnnxModel

HEIGHT_PX = 48
"""Of all strips, as the net was trained."""
STEP_PX = 8
"""Strip pixels for each step of the net's answer."""
LEAST_WIDTH_PX = 96
MOST_WIDTH_PX = 3200
WIDTH_GRID_PX = 32
MOST_STEPS = 640
"""Of one batch: with 18,710 chances a step, some 50 MB."""
_GREY = 128


@dataclass(frozen=True, slots=True)
class Reading:
    """What one strip says. Places of characters are shares of the strip's length, 0-1."""

    characters: tuple[Character, ...]

    @property
    def text(self) -> str:
        return "".join(character.text for character in self.characters)

    @property
    def score(self) -> float:
        """The mean of the characters' scores; 0 when there are none but spaces, which is what the
        net answers to letters that it does not know."""
        scores = [one.score for one in self.characters if not one.text.isspace()]
        return sum(scores) / len(scores) if scores else 0.0


class TextRecogniser:
    """The net and its alphabet. Immutable; safe to use from any thread."""

    def __init__(self, model: OnnxModel) -> None:
        """Raises PackInvalid when the model does not say which characters it reads."""
        characters = model.metadata.get("character", "").splitlines()
        if not characters:
            raise PackInvalid(f"{model.name} does not say which characters it reads.")
        self._model = model
        self.alphabet: tuple[str, ...] = ("", *characters, " ")

    def read(self, pixels: ByteArray, quads: Sequence[FloatArray]) -> list[Reading]:
        """One reading for each quad (4, 2) of a picture, in their order."""
        widths = [strip_width(quad) for quad in quads]
        readings = [Reading(())] * len(quads)
        for batch in batches(widths):
            width = padded_width(widths[batch[0]])
            strips = np.full((len(batch), HEIGHT_PX, width, 3), _GREY, np.uint8)
            for strip, place in zip(strips, batch, strict=True):
                own = widths[place]
                strip[:, :own] = rectify(pixels, quads[place], (own, HEIGHT_PX))
            for place, reading in zip(batch, self._read(strips), strict=True):
                readings[place] = _as_shares(reading, widths[place])
        return readings

    def _read(self, strips: ByteArray) -> Iterator[tuple[Character, ...]]:
        chances = self._model.run(strips)["probabilities"]
        if chances.shape[2] != len(self.alphabet):
            raise PackInvalid(f"{self._model.name} answers with another number of characters.")
        best = chances.argmax(axis=2)
        scores = np.take_along_axis(chances, best[..., None], axis=2)[..., 0]
        for own_best, own_scores in zip(best, scores, strict=True):
            yield read_steps(own_best, own_scores, self.alphabet)


def strip_width(quad: FloatArray) -> int:
    """Pixels of the strip of a quad: as long for its height as the quad is."""
    width, height = quad_size(quad)
    return max(STEP_PX, min(MOST_WIDTH_PX, math.ceil(HEIGHT_PX * width / max(height, 1e-3))))


def batches(widths: Sequence[int]) -> list[list[int]]:
    """Positions of strips to read together: of like widths, so that little is padded."""
    order = sorted(range(len(widths)), key=lambda place: widths[place])
    made: list[list[int]] = []
    for place in order:
        width = padded_width(widths[place])
        most = max(1, MOST_STEPS * STEP_PX // width)
        fits = made and len(made[-1]) < most and padded_width(widths[made[-1][0]]) == width
        if fits:
            made[-1].append(place)
        else:
            made.append([place])
    return made


def padded_width(width: int) -> int:
    """The width of the batch that a strip belongs to."""
    return max(LEAST_WIDTH_PX, -(-width // WIDTH_GRID_PX) * WIDTH_GRID_PX)


def _as_shares(characters: tuple[Character, ...], width: int) -> Reading:
    return Reading(
        tuple(
            Character(one.text, one.score, min(one.place * STEP_PX / width, 1.0))
            for one in characters
        )
    )
