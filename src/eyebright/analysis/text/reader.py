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
from eyebright.analysis.text.layout import JoinRules, lines_of, surest
from eyebright.analysis.text.recognise import Reading, TextRecogniser
from eyebright.analysis.text.scripts import LineReader, is_other_script
from eyebright.analysis.text.values import Polygon, TextLine, TextWord
from eyebright.analysis.text.words import ReadWord, SplitRules, words_of
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.geometry.polygons import quad_size, slice_of_quad
from eyebright.imaging.crops import rectify
from eyebright.imaging.image import Image
from eyebright.packs.pack import Pack
from eyebright.runtime.session import Runtime

STRIP_PX, MOST_STRIP_PX = 64, 4096
"""Height and greatest length of a line for another script."""
MOST_STRANGE_LINES = 40
"""Of one picture: each costs a tenth of a second or more."""
DETECTOR_FILE, RECOGNISER_FILE = "text_detection.onnx", "text_recognition.onnx"


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """reading_growth: how far what is read reaches around a core; reported_growth: what is told of
    it, see `detect.Place.grown`. sure: a reading less sure than this is tried upside down.
    strange_below: one less sure than this may be in letters that the net does not know; nor is it
    taken for the right way up.
    most_overlap: of two words that share more of the smaller one's area, the surer one is told.
    least_score: words less sure are not told."""

    reading_growth: float
    reported_growth: float
    sure: float
    strange_below: float
    most_overlap: float
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
            strange_below=number("strange_below"),
            most_overlap=number("most_overlap"),
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
    other_scripts: LineReader | None = None

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime, *, other_scripts: LineReader | None = None) -> Self:
        """Both models of the pack. Raises PackInvalid when one is missing.

        other_scripts: reads lines in letters that the pack's net was not taught.
        """
        return cls(
            detector=TextDetector(
                runtime.load(pack.model_path(DETECTOR_FILE)), DetectionRules.of(pack)
            ),
            recogniser=TextRecogniser(runtime.load(pack.model_path(RECOGNISER_FILE))),
            certainty=WordCertainty.of(pack),
            rules=ReadingRules.of(pack),
            runtime=runtime,
            other_scripts=other_scripts,
        )

    def read(self, image: Image) -> tuple[TextLine, ...]:
        """All lines of a picture in reading order, each with its words."""
        with self.runtime.slot():
            runs = self.read_runs(image.pixels)
        told = surest(runs, most_overlap=self.rules.most_overlap)
        return lines_of(told, rules=self.rules.join)

    def read_runs(self, pixels: ByteArray) -> list[list[TextWord]]:
        """Words as they are read together; what was seen at two sizes is told twice. The caller
        holds a slot."""
        read = self.read_places(pixels, self.detector.detect(pixels))
        strange = self._strange(read)
        runs = []
        for number, (place, reading) in enumerate(read):
            other = self._in_other_script(pixels, place) if number in strange else []
            runs.extend([other] if other else self._runs(place, reading))
        return runs

    def _strange(self, read: Sequence[tuple[Place, Reading]]) -> set[int]:
        """Positions of what the net makes little sense of, those that are text for sure first."""
        doubtful = [
            number
            for number, (_, reading) in enumerate(read)
            if reading.score < self.rules.strange_below
        ]
        doubtful.sort(key=lambda number: -read[number][0].score)
        return set(doubtful[:MOST_STRANGE_LINES])

    def _in_other_script(self, pixels: ByteArray, place: Place) -> list[TextWord]:
        """The words of a line in letters that the net does not know, or none."""
        if self.other_scripts is None:
            return []
        best: list[TextWord] = []
        for turned in (place, place.turned(2)):
            quad = turned.grown(self.rules.reading_growth)
            width, height = quad_size(quad)
            across = max(1, min(MOST_STRIP_PX, round(STRIP_PX * width / max(height, 1.0))))
            words = self.other_scripts.read(rectify(pixels, quad, (across, STRIP_PX)))
            seen = [_as_seen(word, quad) for word in words]
            if is_other_script([word.text for word in seen], self.recogniser.alphabet):
                best = max(best, seen, key=mean_score)
            if mean_score(best) >= self.rules.strange_below:
                break
        return best

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
            if reading.score > max(readings[number].score, self.rules.strange_below):
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
        score = self.certainty.score(word, place_score=place.score)
        return TextWord(word.text, score, _polygon(quad))


def mean_score(words: Sequence[TextWord]) -> float:
    """0-1; 0 for none."""
    return sum(word.score for word in words) / len(words) if words else 0.0


def _as_seen(word: ReadWord, quad: FloatArray) -> TextWord:
    """A word of another reader, as sure as that says."""
    return TextWord(word.text, word.mean, _polygon(slice_of_quad(quad, word.start, word.end)))


def _polygon(quad: FloatArray) -> Polygon:
    a, b, c, d = ((float(x), float(y)) for x, y in np.asarray(quad).tolist())
    return a, b, c, d
