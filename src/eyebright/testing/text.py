"""A reader without models: it reads names off the coloured squares of `pictures.py`."""

from __future__ import annotations

from dataclasses import dataclass

from eyebright.analysis.text.layout import line_of
from eyebright.analysis.text.values import TextLine, TextWord
from eyebright.geometry.arrays import FloatArray
from eyebright.imaging.image import Image
from eyebright.testing.analyser import FakeAnalyser


@dataclass(frozen=True, slots=True)
class FakeReader:
    """Every square is a line of two words: `first`, as sure as `score`, on its left half, and
    `second`, half as sure, on the right."""

    first: str = "EYE"
    second: str = "bright"
    score: float = 0.9

    def read(self, image: Image) -> tuple[TextLine, ...]:
        boxes: FloatArray = FakeAnalyser().detect(image).boxes_xyxy
        return tuple(self._line(*map(float, box)) for box in sorted(boxes.tolist()))

    def _line(self, left: float, top: float, right: float, bottom: float) -> TextLine:
        middle = (left + right) / 2
        return line_of(
            (
                _word(self.first, self.score, (left, top, middle, bottom)),
                _word(self.second, self.score / 2, (middle, top, right, bottom)),
            )
        )


def _word(text: str, score: float, box_xyxy: tuple[float, float, float, float]) -> TextWord:
    left, top, right, bottom = box_xyxy
    return TextWord(text, score, ((left, top), (right, top), (right, bottom), (left, bottom)))
