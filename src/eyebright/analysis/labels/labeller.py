"""From everything that was seen in a picture to its labels. Read `label` from top to bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Self

from eyebright.analysis.labels.calibration import picture_score
from eyebright.analysis.labels.context import Rule, load_rules, say_context
from eyebright.analysis.labels.evidence import Evidence
from eyebright.analysis.labels.people import SeenFace, say_people, seen_faces
from eyebright.analysis.labels.pixels import say_pixels
from eyebright.analysis.labels.taxonomy import Taxonomy
from eyebright.analysis.labels.values import Box, Instance, Label, ObjectDetections
from eyebright.analysis.observations import Observations
from eyebright.geometry.arrays import FloatArray

WITHOUT_BOXES = frozenset({"Skiing", "Snowboarding"})
"""The detector boxes skis and snowboards, for which the vocabulary has only the sport: the word is
said, but a sport has no place."""
LEAST_SHOWN = 0.3
"""A box less likely than this is evidence, but not shown."""
NOTHING: Mapping[str, float] = MappingProxyType({})
UNBOXED_TRUST = 0.6
"""Of dogs that the classifier sees and the detector does not, many are toys. On 128 everyday
pictures this takes 7 of 23 false words at 50 %, and no true one of 210."""
CLOTHES = "Apparel and Accessories"
SEVERAL = 2
SEEN = 0.5
CLOTHES_TRUST = 0.5
"""The classifier was taught clothes on single people. In pictures of groups it sees them by the
skin that shows: five of six group photos of the samples had clothes that nobody wore."""
OPPOSITES = (("Indoors", "Outdoors"),)


class EvidenceLabeller:
    """A `Labeller` that trusts its witnesses: boxes, the classifier, faces, pixels and context."""

    def __init__(self, taxonomy: Taxonomy, rules: Sequence[Rule]) -> None:
        self._taxonomy = taxonomy
        self._rules = tuple(rules)

    @classmethod
    def load(cls, taxonomy: Taxonomy) -> Self:
        """With the rules that come with Eyebright. Words of nets must be in the taxonomy."""
        return cls(taxonomy, load_rules())

    def label(self, seen: Observations) -> tuple[Label, ...]:
        evidence = Evidence(self._taxonomy)
        faces = seen_faces(seen.faces, seen.described_faces)
        scores = self._doubt_unboxed(seen.classes.scores, seen.objects)
        scores = self._doubt_clothes(scores, faces)
        say_classes(evidence, scores)
        say_objects(evidence, seen.objects, of_classes=seen.classes.scores)
        bodies = boxes_of("Person", seen.objects)
        say_people(evidence, faces, bodies=bodies, size_wh=seen.image.size_wh)
        say_pixels(evidence, seen.image)
        say_context(evidence, self._rules)
        for one, other in OPPOSITES:
            settle(evidence, one, other)
        return evidence.labels()

    def _doubt_unboxed(
        self, scores: Mapping[str, float], objects: ObjectDetections
    ) -> Mapping[str, float]:
        """Scores of the classifier, less sure of what the detector should have seen, too."""
        seen = {n for n, s in zip(objects.names, objects.scores, strict=True) if s >= LEAST_SHOWN}
        missing = objects.vocabulary - seen

        def doubted(name: str) -> bool:
            return name in missing or not missing.isdisjoint(self._taxonomy.ancestors(name))

        return {
            name: score * (UNBOXED_TRUST if doubted(name) else 1.0)
            for name, score in scores.items()
        }

    def _doubt_clothes(
        self, scores: Mapping[str, float], faces: Sequence[SeenFace]
    ) -> Mapping[str, float]:
        """Scores of the classifier, less sure of clothes where several people are."""
        if sum(face.score >= SEEN for face in faces) < SEVERAL:
            return scores
        return {
            name: score * (CLOTHES_TRUST if self._is_worn(name) else 1.0)
            for name, score in scores.items()
        }

    def _is_worn(self, name: str) -> bool:
        return name in self._taxonomy and CLOTHES in self._taxonomy.entry(name).categories


def say_classes(evidence: Evidence, scores: Mapping[str, float]) -> None:
    for name, score in scores.items():
        evidence.say(name, score)


def say_objects(
    evidence: Evidence, objects: ObjectDetections, *, of_classes: Mapping[str, float] = NOTHING
) -> None:
    """Weak boxes speak for their word, too, and the classifier's score of the same word is weighed
    in; only likely boxes are shown."""
    scores: dict[str, list[float]] = {}
    for box, score, name in zip(objects.boxes_xyxy, objects.scores, objects.names, strict=True):
        scores.setdefault(name, []).append(float(score))
        if score >= LEAST_SHOWN and name not in WITHOUT_BOXES:
            evidence.place(name, _box(box), float(score))
    for name, of_boxes in scores.items():
        evidence.say(name, picture_score(of_boxes, of_classes.get(name, 0.0)))


def boxes_of(name: str, objects: ObjectDetections) -> tuple[Instance, ...]:
    """All boxes of a word, weak ones too, best first."""
    found = zip(objects.boxes_xyxy, objects.scores, objects.names, strict=True)
    return tuple(Instance(_box(box), float(score)) for box, score, word in found if word == name)


def settle(evidence: Evidence, one: str, other: str) -> None:
    """Of two words that exclude each other, only the surer may be more likely than not."""
    stronger, weaker = sorted((one, other), key=evidence.score, reverse=True)
    if evidence.score(weaker) > 1.0 - evidence.score(stronger):
        evidence.yield_to(stronger, weaker)


def _box(box: FloatArray) -> Box:
    left, top, right, bottom = (float(edge) for edge in box)
    return left, top, right, bottom
