"""Is the person of one picture in another? Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eyebright.analysis.faces.observation import Detections
from eyebright.analysis.faces.selection import QualityFilter
from eyebright.analysis.faces.vision import FaceVision
from eyebright.imaging.image import Image
from eyebright.people.probes import LookedAt, largest_face, look, require_face


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The largest face of the source against every usable face of the target.

    source: one detection. target: all faces seen in the target.
    percents: position in `target` -> similarity 0-100; faces that the filter refused are absent.
    """

    source: Detections
    target: LookedAt
    percents: dict[int, float]

    def matches(self, min_percent: float) -> list[int]:
        """Positions at or above the threshold, most similar first."""
        found = [position for position, value in self.percents.items() if value >= min_percent]
        return sorted(found, key=lambda position: (-self.percents[position], position))


def compare(
    vision: FaceVision, source: Image, *, target: Image, quality_filter: QualityFilter
) -> Comparison:
    """Compare the source's largest face with the target's faces.

    Raises NoFaceInImage if either picture has no usable face.
    """
    probe, vector = largest_face(vision, source, quality_filter=quality_filter)
    seen = look(vision, target, quality_filter=quality_filter)
    usable = seen.usable
    require_face(usable)
    vectors = vision.embed(target, seen.detections.take(usable))
    cosines = np.clip(vectors @ vector, -1.0, 1.0)
    percents = {
        position: float(vision.similarity.to_percent(float(cosine)))
        for position, cosine in zip(usable, cosines, strict=True)
    }
    return Comparison(probe, seen, percents)
