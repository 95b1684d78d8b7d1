"""Finds faces: looks small first, and closer only where the small look gives a reason to.

A portrait is settled by one look at 256 pixels. A crowd gets larger views, in tiles where they are
large, because a face of ten pixels shows only when it is enlarged. A picture in which no face
stands upright is looked at turned. docs/decisions/0006-detection.md has the figures behind the
rules; the numbers themselves come from the pack.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eyebright.analysis.faces import centerface
from eyebright.analysis.faces.centerface import NOTHING, Candidates
from eyebright.analysis.faces.levelled import upright_degrees
from eyebright.analysis.faces.observation import Detections
from eyebright.analysis.faces.views import Tile, View, tiles_of, views_of
from eyebright.geometry.arrays import AnyArray, ByteArray, FloatArray
from eyebright.geometry.boxes import box_areas, box_centres
from eyebright.imaging.crops import resize_quickly
from eyebright.packs.pack import Pack
from eyebright.runtime.session import OnnxModel

_QUARTER_TURNS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class DetectionRules:
    """When a candidate is a face, and when to look again. Scores are the net's, 0-1.

    threshold: least score of a face that is reported.
    evidence: least score of anything that is kept, and that unsettles the first view.
    strong_evidence: least score of what unsettles a later view, where a closer look costs more.
    convincing: least score at which a face counts as seen for certain.
    suppression_iou: candidates that overlap more are one face.
    views_px: longest side of each view, small to large.
    most_enlarged: how much a view may enlarge a picture (the first may do as it likes).
    enough_share: a convincing face this long, as a share of the picture's longest side, settles
        the first view...
    first_small_px: ...unless something smaller than this shows in it.
    small_px: something smaller than this in a later view asks for the next.
    large_px: faces larger than this in a view belong to the views before it.
    few_suspects: so many small things are looked at alone, in tiles of small_tile_px.
    large_tile_px: longest side of the pieces of a view otherwise. tile_overlap_px: of both.
    lean_degrees: when most faces lean further, the picture is turned and looked at again.
    calibration: slope and intercept from the score's log-odds to those of being a face.
    """

    threshold: float
    evidence: float
    strong_evidence: float
    convincing: float
    suppression_iou: float
    views_px: tuple[int, ...]
    most_enlarged: float
    enough_share: float
    first_small_px: float
    small_px: float
    large_px: float
    few_suspects: int
    small_tile_px: int
    large_tile_px: int
    tile_overlap_px: int
    lean_degrees: float
    calibration: tuple[float, float]

    @classmethod
    def of(cls, pack: Pack) -> DetectionRules:
        """The rules that a pack states. Raises PackInvalid when one is missing."""

        def number(name: str) -> float:
            return pack.number(f"detection.{name}")

        slope, intercept = pack.numbers("detection.calibration")
        return cls(
            threshold=number("threshold"),
            evidence=number("evidence"),
            strong_evidence=number("strong_evidence"),
            convincing=number("convincing"),
            suppression_iou=number("suppression_iou"),
            views_px=tuple(int(side) for side in pack.numbers("detection.views_px")),
            most_enlarged=number("most_enlarged"),
            enough_share=number("enough_share"),
            first_small_px=number("first_small_px"),
            small_px=number("small_px"),
            large_px=number("large_px"),
            few_suspects=int(number("few_suspects")),
            small_tile_px=int(number("small_tile_px")),
            large_tile_px=int(number("large_tile_px")),
            tile_overlap_px=int(number("tile_overlap_px")),
            lean_degrees=number("lean_degrees"),
            calibration=(slope, intercept),
        )


class FaceDetector:
    """CenterFace under `DetectionRules`. Immutable; safe to use from any thread."""

    def __init__(self, model: OnnxModel, rules: DetectionRules) -> None:
        self._model = model
        self._rules = rules

    def detect(self, pixels: ByteArray) -> Detections:
        """All faces of a picture (H, W, 3) uint8 RGB, largest box first, none more than once."""
        found = self._look_closer(pixels)
        if found.best_score < self._rules.convincing:
            found = self._join(found, self._look_turned(pixels))
        elif turns := turns_to_upright(found, self._rules):
            found = self._surer(found, self._look_after(turns, pixels))
        return self._report(found)

    def _look_closer(self, pixels: ByteArray) -> Candidates:
        """Candidates from as many views as the picture asks for."""
        found = suspects = NOTHING
        for view in self._views(pixels):
            found = self._join(found, *self._look(pixels, view, suspects))
            if is_settled(found, view, self._rules):
                break
            sure = saw_enough(found, view, self._rules)
            suspects = suspects_in(found, view, self._rules) if sure else NOTHING
        return found

    def _look(self, pixels: ByteArray, view: View, suspects: Candidates) -> Iterator[Candidates]:
        """Candidates of one view, in pixels of the picture, those of each tile by themselves."""
        small = resize_quickly(pixels, view.size_wh)
        back = (pixels.shape[1] / small.shape[1], pixels.shape[0] / small.shape[0])
        there = suspects.moved(scale_xy=(1 / back[0], 1 / back[1]), offset_xy=(0.0, 0.0))
        for seen in self._look_at_tiles(small, view, there):
            found = seen.moved(scale_xy=back, offset_xy=(0.0, 0.0))
            small_enough = found.sides_px * view.scale <= self._rules.large_px
            yield found if view.first else found.take(small_enough)

    def _look_at_tiles(
        self, pixels: ByteArray, view: View, suspects: Candidates
    ) -> Iterator[Candidates]:
        """Candidates of the tiles that are worth it, in pixels of the view."""
        rules = self._rules
        tiles = plan_tiles(view, suspects, rules)
        for tile in tiles:
            left, top, right, bottom = tile.box
            piece = np.ascontiguousarray(pixels[top:bottom, left:right])
            found = centerface.look(self._model, piece, threshold=rules.evidence)
            moved = found.moved(scale_xy=(1.0, 1.0), offset_xy=(left, top))
            yield moved.take(~_belongs_to_another(moved, tile, tiles))

    def _look_turned(self, pixels: ByteArray) -> Candidates:
        """Faces of people who lie, or of a picture that does: the best of three turns.

        Only a convincing face counts: three more looks are three more chances to be wrong.
        """
        first = self._views(pixels)[0]
        small = resize_quickly(pixels, first.size_wh)
        threshold = self._rules.convincing
        seen = [
            (centerface.look(self._model, _turned(small, turns), threshold=threshold), turns)
            for turns in _QUARTER_TURNS
        ]
        best, turns = max(seen, key=lambda look: look[0].best_score)
        return self._look_after(turns, pixels) if len(best) else NOTHING

    def _look_after(self, turns: int, pixels: ByteArray) -> Candidates:
        """Candidates of the picture turned anticlockwise by quarters, in pixels as it is."""
        found = self._look_closer(_turned(pixels, turns))
        return turned_back(found, turns=turns, size_wh=(pixels.shape[1], pixels.shape[0]))

    def _surer(self, one: Candidates, other: Candidates) -> Candidates:
        """Of two looks at the same faces the one that is surer of them, in all."""
        least = self._rules.threshold

        def sureness(found: Candidates) -> float:
            return float(found.scores[found.scores >= least].sum())

        return max(one, other, key=sureness)

    def _views(self, pixels: ByteArray) -> list[View]:
        return views_of(
            (pixels.shape[1], pixels.shape[0]),
            longest_sides_px=self._rules.views_px,
            most_enlarged=self._rules.most_enlarged,
        )

    def _join(self, *parts: Candidates) -> Candidates:
        return centerface.join(parts, max_iou=self._rules.suppression_iou)

    def _report(self, found: Candidates) -> Detections:
        faces = found.take(found.scores >= self._rules.threshold)
        faces = faces.take(np.argsort(-box_areas(faces.boxes_xyxy), kind="stable"))
        scores = calibrated(faces.scores, self._rules.calibration)
        return Detections(faces.boxes_xyxy, scores, faces.points)


def plan_tiles(view: View, suspects: Candidates, rules: DetectionRules) -> list[Tile]:
    """The pieces of a view to look at: all of it, or those that hold suspects.

    Without suspects everything is looked at. A few are looked at alone. Where there are many,
    there are more that no view has shown yet, so large pieces around them are looked at.
    """
    few = 0 < len(suspects) <= rules.few_suspects
    tile_px = rules.small_tile_px if few else rules.large_tile_px
    tiles = tiles_of(view.size_wh, tile_px=tile_px, overlap_px=rules.tile_overlap_px)
    if few:
        return [tile for tile in tiles if _inside(suspects, tile.core).any()]
    if len(suspects):
        return [tile for tile in tiles if _inside(suspects, tile.box).any()]
    return tiles


def suspects_in(found: Candidates, view: View, rules: DetectionRules) -> Candidates:
    """What looks as if faces were there that this view is too small for."""
    small_px = rules.first_small_px if view.first else rules.small_px
    evidence = rules.evidence if view.first else rules.strong_evidence
    small = found.sides_px * view.scale < small_px
    return found.take(small & (found.scores >= evidence) & ~_are_features(found, rules))


def saw_enough(found: Candidates, view: View, rules: DetectionRules) -> bool:
    """Whether a view says something of all of the picture. The first does when it saw a large
    face: where it saw nothing, faces may be too small for it."""
    enough_px = rules.enough_share * max(view.size_wh)
    enough = (found.scores >= rules.convincing) & (found.sides_px * view.scale >= enough_px)
    return not view.first or bool(enough.any())


def is_settled(found: Candidates, view: View, rules: DetectionRules) -> bool:
    """Whether a closer look promises nothing."""
    return saw_enough(found, view, rules) and not len(suspects_in(found, view, rules))


def turns_to_upright(found: Candidates, rules: DetectionRules) -> int:
    """Quarter turns anticlockwise after which most of the faces stand upright; 0 to leave it.

    The net finds faces that lie, but it was trained on upright ones and places their points worse.
    """
    faces = found.take(found.scores >= rules.threshold)
    if not len(faces):
        return 0
    lean = float(np.median(upright_degrees(faces.points)))
    return round(lean / 90) % 4 if abs(lean) > rules.lean_degrees else 0


def calibrated(scores: FloatArray, calibration: tuple[float, float]) -> FloatArray:
    """The net's scores as probabilities of being a face: a line between log-odds (Platt 1999)."""
    slope, intercept = calibration
    safe = np.clip(scores.astype(np.float64), 1e-6, 1 - 1e-6)
    logits = slope * np.log(safe / (1 - safe)) + intercept
    probabilities: FloatArray = (1 / (1 + np.exp(-logits))).astype(np.float32)
    return probabilities


def turned_back(found: Candidates, *, turns: int, size_wh: tuple[int, int]) -> Candidates:
    """Candidates of a picture turned anticlockwise by `turns` quarters, in pixels of the picture
    as it was, of `size_wh`. Points keep their order: left stays the left of the upright face."""
    width, height = size_wh
    x, y = found.points[..., 0], found.points[..., 1]
    left, top, right, bottom = found.boxes_xyxy.T
    if turns == 1:
        boxes, points = (width - bottom, left, width - top, right), (width - y, x)
    elif turns == 2:
        boxes = (width - right, height - bottom, width - left, height - top)
        points = (width - x, height - y)
    else:
        boxes, points = (top, height - right, bottom, height - left), (y, height - x)
    return Candidates(np.stack(boxes, axis=1), found.scores, np.stack(points, axis=-1))


def _turned(pixels: ByteArray, turns: int) -> ByteArray:
    return np.ascontiguousarray(np.rot90(pixels, turns))


def _inside(found: Candidates, area: tuple[float, float, float, float]) -> AnyArray:
    """(N,) bool: whose middle lies in an area (left, top, right, bottom)."""
    left, top, right, bottom = area
    x, y = box_centres(found.boxes_xyxy).T
    inside: AnyArray = (x >= left) & (x < right) & (y >= top) & (y < bottom)
    return inside


def _belongs_to_another(found: Candidates, tile: Tile, tiles: Sequence[Tile]) -> AnyArray:
    """(N,) bool: whose middle lies in the core of another of the tiles that are looked at."""
    elsewhere = np.zeros(len(found), np.bool_)
    for other in tiles:
        if other is not tile:
            elsewhere |= _inside(found, other.core)
    return elsewhere


def _are_features(found: Candidates, rules: DetectionRules) -> AnyArray:
    """(N,) bool: weak and small things within a face, such as an eye, are no further faces."""
    x, y = (axis[:, None] for axis in box_centres(found.boxes_xyxy).T)
    left, top, right, bottom = found.boxes_xyxy.T
    within = (x > left) & (x < right) & (y > top) & (y < bottom)
    larger = found.sides_px[None, :] > 2 * found.sides_px[:, None]
    face = (found.scores >= rules.threshold)[None, :]
    features: AnyArray = (within & larger & face).any(axis=1) & (found.scores < rules.threshold)
    return features
