"""Reading a picture, in the order it is done: find rectangles, read them the right way up, split
them into words, put the words into lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from eyebright.analysis.text.certainty import WordCertainty
from eyebright.analysis.text.detect import DetectionRules, Place, TextDetector
from eyebright.analysis.text.layout import JoinRules, lines_of
from eyebright.analysis.text.recognise import Reading, TextRecogniser
from eyebright.analysis.text.values import Polygon, TextLine, TextWord
from eyebright.analysis.text.words import ReadWord, SplitRules, words_of
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.geometry.polygons import quad_size, slice_of_quad
from eyebright.imaging.image import Image
from eyebright.packs.pack import Pack
from eyebright.runtime.session import Runtime

DETECTOR_FILE, RECOGNISER_FILE = "text_detection.onnx", "text_recognition.onnx"


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """reading_growth: how far what is read reaches around a core; reported_growth: what is told of
    it, see `detect.Place.grown`. sure: a reading at least this sure is not tried upside down.
    least_score: words less sure are not told."""

    reading_growth: float
    reported_growth: float
    sure: float
    least_score: float
    split: SplitRules
    join: JoinRules

    @classmethod
    def of(cls, pack: Pack) -> ReadingRules:
        """The rules that a pack states. Raises PackInvalid when one is missing."""

        def number(name: str) -> float:
            return pack.number(f"reading.{name}")

        return cls(
            reading_growth=number("reading_growth"),
            reported_growth=number("reported_growth"),
            sure=number("sure"),
            least_score=number("least_score"),
            split=SplitRules(number("wide_gap"), number("least_gap"), number("column_gap")),
            join=JoinRules(number("join_gap"), number("join_height_ratio"), number("join_lean")),
        )


@dataclass(frozen=True, slots=True, eq=False)
class PaddleReader:
    """The text pack at work; what `vision.TextReader` asks for. Safe to use from any thread."""

    detector: TextDetector
    recogniser: TextRecogniser
    certainty: WordCertainty
    rules: ReadingRules
    runtime: Runtime

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime) -> Self:
        """Both models of the pack. Raises PackInvalid when one is missing."""
        return cls(
            detector=TextDetector(
                runtime.load(pack.model_path(DETECTOR_FILE)), DetectionRules.of(pack)
            ),
            recogniser=TextRecogniser(runtime.load(pack.model_path(RECOGNISER_FILE))),
            certainty=WordCertainty.of(pack),
            rules=ReadingRules.of(pack),
            runtime=runtime,
        )

    def read(self, image: Image) -> tuple[TextLine, ...]:
        """All lines of a picture in reading order, each with its words."""
        with self.runtime.slot():
            read = self.read_places(image.pixels, self.detector.detect(image.pixels))
        runs = [run for place, reading in read for run in self._runs(place, reading)]
        return lines_of(runs, rules=self.rules.join)

    def read_places(
        self, pixels: ByteArray, places: Sequence[Place]
    ) -> list[tuple[Place, Reading]]:
        """Each rectangle, turned the way in which it reads best, and what it says."""
        upright = [place.turned(1) if place.is_tall else place for place in places]
        readings = self._read(pixels, upright)
        doubtful = [
            number for number, reading in enumerate(readings) if reading.score < self.rules.sure
        ]
        turned = [upright[number].turned(2) for number in doubtful]
        for number, place, reading in zip(
            doubtful, turned, self._read(pixels, turned), strict=True
        ):
            if reading.score > readings[number].score:
                upright[number], readings[number] = place, reading
        return list(zip(upright, readings, strict=True))

    def _read(self, pixels: ByteArray, places: Sequence[Place]) -> list[Reading]:
        growth = self.rules.reading_growth
        return self.recogniser.read(pixels, [place.grown(growth) for place in places])

    def _runs(self, place: Place, reading: Reading) -> list[list[TextWord]]:
        """Words with their own places, grouped as they are read together."""
        width, height = quad_size(place.grown(self.rules.reading_growth))
        reported = place.grown(self.rules.reported_growth)
        factor = width / max(quad_size(reported)[0], 1e-6)
        runs = []
        for run in words_of(reading, length=width / height, rules=self.rules.split):
            words = [self._word(place, word, reported, factor=factor) for word in run]
            runs.append([word for word in words if word.score >= self.rules.least_score])
        return [run for run in runs if run]

    def _word(
        self, place: Place, word: ReadWord, reported: FloatArray, *, factor: float
    ) -> TextWord:
        """factor: how much longer what was read is than what is reported, around one middle."""
        start, end = (
            min(max((share - 0.5) * factor + 0.5, 0.0), 1.0) for share in (word.start, word.end)
        )
        quad = slice_of_quad(reported, start, end)
        score = self.certainty.score(word, place_score=place.score, height_px=quad_size(quad)[1])
        return TextWord(word.text, score, _polygon(quad))


def _polygon(quad: FloatArray) -> Polygon:
    a, b, c, d = ((float(x), float(y)) for x, y in np.asarray(quad).tolist())
    return a, b, c, d
