"""Links what is seen in one frame to what was seen before, by place and by looks.

Between frames that are close in time, a thing is where it was going (constant velocity), and boxes
are linked by overlap. Over cuts, gaps and sparse sampling only looks can tell, if each observation
has a vector. Boxes of low score continue tracks but begin none, after ByteTrack (Zhang et al. 2022,
"ByteTrack: Multi-Object Tracking by Associating Every Detection Box", section 3): a detector is
unsure of what is half hidden, a track is not.

Pairs are linked best first, each observation and each track once. That is not the assignment of
the greatest sum, and differs from it only where several strong pairs share a member.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from eyebright.geometry.arrays import AnyArray, FloatArray
from eyebright.geometry.boxes import iou_matrix


@dataclass(frozen=True, slots=True)
class TrackingRules:
    """When two observations are the same thing. Times in seconds, overlaps as IoU 0-1.

    begin_score: what a first observation needs. continue_score: what any later one needs.
    max_gap: over which place still says something. min_iou: overlap with the predicted place.
    same: cosine of two vectors that alone is proof. other: cosine below which overlap is no proof.
    forget_after: how long a track without vectors may be unseen. forget_vectors_after: likewise
        with vectors; None keeps them to the end, which is how a person keeps one index in a film.
    """

    begin_score: float = 0.5
    continue_score: float = 0.1
    max_gap: float = 1.0
    min_iou: float = 0.3
    same: float = 0.5
    other: float = 0.1
    forget_after: float = 2.0
    forget_vectors_after: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """index: from 0, in order of first sight. box_xyxy, seconds: of the last observation.
    velocity_xyxy: pixels a second of each edge. vector: mean look, unit length, or None."""

    index: int
    box_xyxy: FloatArray
    seconds: float
    velocity_xyxy: FloatArray
    vector: FloatArray | None
    observations: int = 1


@dataclass(slots=True)
class Tracker:
    """Fresh for each video. `tracks` and `begun` are its whole state: keep them to go on later."""

    rules: TrackingRules = field(default_factory=TrackingRules)
    tracks: list[Track] = field(default_factory=list)
    begun: int = 0

    def update(
        self,
        seconds: float,
        boxes_xyxy: FloatArray,
        *,
        scores: FloatArray,
        vectors: FloatArray | None = None,
        cut: bool = False,
    ) -> list[int | None]:
        """The track of each observation of a frame; None for one that is too unsure to begin one.

        seconds: the frame's time, later than the last one's. boxes_xyxy: (N, 4) pixels.
        scores: (N,) 0-1. vectors: (N, D) of unit length, or None. cut: place says nothing.
        """
        self._forget(seconds)
        affinity = self._affinity(seconds, boxes_xyxy, vectors, cut=cut)
        sure = scores >= self.rules.begin_score
        linked: dict[int, int] = {}
        for some in (sure, ~sure & (scores >= self.rules.continue_score)):
            linked |= _best_first(affinity, rows=some, taken=set(linked.values()))
        answer: list[int | None] = []
        for place in range(len(scores)):
            vector = None if vectors is None else vectors[place]
            if place in linked:
                answer.append(self._continue(linked[place], seconds, boxes_xyxy[place], vector))
            elif sure[place]:
                answer.append(self._begin(seconds, boxes_xyxy[place], vector))
            else:
                answer.append(None)
        return answer

    def _affinity(
        self,
        seconds: float,
        boxes_xyxy: FloatArray,
        vectors: FloatArray | None,
        *,
        cut: bool,
    ) -> FloatArray:
        """(N, tracks): 0 for pairs that cannot be, else more for better ones."""
        affinity = np.zeros((len(boxes_xyxy), len(self.tracks)), np.float32)
        if not affinity.size:
            return affinity
        gaps = np.array([seconds - track.seconds for track in self.tracks], np.float32)
        places = np.stack([_predicted(track, seconds) for track in self.tracks])
        overlap = iou_matrix(boxes_xyxy.astype(np.float32), places)
        near = (overlap >= self.rules.min_iou) & (gaps <= self.rules.max_gap) & (not cut)
        affinity[near] = overlap[near]
        if vectors is None:
            return affinity
        known = np.array([track.vector is not None for track in self.tracks])
        looks = np.stack(
            [
                np.zeros(vectors.shape[1], np.float32) if track.vector is None else track.vector
                for track in self.tracks
            ]
        )
        cosines = vectors @ looks.T
        affinity[known[None, :] & (cosines < self.rules.other)] = 0.0
        alike = known[None, :] & (cosines >= self.rules.same)
        affinity[alike] += 1.0 + cosines[alike]
        return affinity

    def _continue(
        self, place: int, seconds: float, box_xyxy: FloatArray, vector: FloatArray | None
    ) -> int:
        track = self.tracks[place]
        self.tracks[place] = replace(
            track,
            box_xyxy=box_xyxy.astype(np.float32),
            seconds=seconds,
            velocity_xyxy=self._velocity(track, seconds, box_xyxy),
            vector=_mean_look(track, vector),
            observations=track.observations + 1,
        )
        return track.index

    def _velocity(self, track: Track, seconds: float, box_xyxy: FloatArray) -> FloatArray:
        """The mean of what was measured and what was believed; still after a long gap."""
        gap = seconds - track.seconds
        if not 0 < gap <= self.rules.max_gap:
            return np.zeros(4, np.float32)
        measured: FloatArray = (box_xyxy - track.box_xyxy) / np.float32(gap)
        if track.observations == 1:
            return measured
        believed: FloatArray = np.float32(0.5) * (track.velocity_xyxy + measured)
        return believed

    def _begin(self, seconds: float, box_xyxy: FloatArray, vector: FloatArray | None) -> int:
        index = self.begun
        self.begun += 1
        still = np.zeros(4, np.float32)
        self.tracks.append(Track(index, box_xyxy.astype(np.float32), seconds, still, vector))
        return index

    def _forget(self, seconds: float) -> None:
        def kept(track: Track) -> bool:
            longest = self.rules.forget_after
            if track.vector is not None:
                if self.rules.forget_vectors_after is None:
                    return True
                longest = self.rules.forget_vectors_after
            return seconds - track.seconds <= longest

        self.tracks = [track for track in self.tracks if kept(track)]


def _predicted(track: Track, seconds: float) -> FloatArray:
    """Where a track's box is at a time, if it goes on as it did."""
    place: FloatArray = track.box_xyxy + track.velocity_xyxy * np.float32(seconds - track.seconds)
    return place


def _mean_look(track: Track, vector: FloatArray | None) -> FloatArray | None:
    """The mean of all looks so far, unit length; later ones weigh no less than one in ten."""
    if track.vector is None or vector is None:
        return track.vector if vector is None else vector
    weight = 1.0 / min(track.observations + 1, 10)
    mean = (1.0 - weight) * track.vector + weight * vector
    length = float(np.linalg.norm(mean))
    unit: FloatArray = (mean / length).astype(np.float32) if length else vector
    return unit


def _best_first(affinity: FloatArray, *, rows: AnyArray, taken: set[int]) -> dict[int, int]:
    """Row -> column of the pairs above 0, best first, each row and column once."""
    free = affinity.copy()
    free[~rows] = 0.0
    free[:, list(taken)] = 0.0
    pairs: dict[int, int] = {}
    while free.size and free.max() > 0.0:
        row, column = (int(part) for part in np.unravel_index(int(free.argmax()), free.shape))
        pairs[row] = column
        free[row], free[:, column] = 0.0, 0.0
    return pairs
