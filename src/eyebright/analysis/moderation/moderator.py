"""Judges a picture by evidence: two nets that must agree, and labels that show something.

What no model of the installed packs can see is never said. The pack's card lists it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from eyebright.analysis.moderation.evidence import Evidence, surest
from eyebright.analysis.moderation.nudity import NudityNets
from eyebright.analysis.moderation.swimwear import SwimwearRule, height_of_largest
from eyebright.analysis.moderation.taxonomy import Taxonomy, load_taxonomy
from eyebright.analysis.moderation.values import Moderation
from eyebright.packs.pack import Pack
from eyebright.runtime.session import Runtime

if TYPE_CHECKING:
    from eyebright.analysis.observations import Observations

EXPLICIT = "Explicit Nudity"
"""As much as the nets can say: they learned from pictures of exposed parts, but not of which."""

_EXPLICIT_TOP = "Explicit"
_RATHER_THAN_NOT = 0.5
_LEAST_TOLD = 0.1
"""Another model has a score for every class; those it all but denies are left out."""

ExtraScores = Callable[["Observations"], Mapping[str, float]]
"""Scores (0-1) of classes of the taxonomy from another model, such as one of pictures and texts."""


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceModerator:
    """The moderation pack at work; what `vision.Moderator` asks for. For any thread."""

    nets: NudityNets
    swimwear: SwimwearRule
    evidence: Evidence
    taxonomy: Taxonomy
    runtime: Runtime
    further: ExtraScores | None = None

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime, *, extra: ExtraScores | None = None) -> Self:
        """Raises PackInvalid when the pack lacks a model or a parameter.

        extra: further scores; of a class that has several the highest counts.
        """
        taxonomy = load_taxonomy()
        return cls(
            nets=NudityNets.load(pack, runtime),
            swimwear=SwimwearRule.of(pack, taxonomy),
            evidence=Evidence.of(pack, taxonomy),
            taxonomy=taxonomy,
            runtime=runtime,
            further=extra,
        )

    def moderate(self, seen: Observations) -> Moderation:
        """All classes with evidence, with their ancestors. No kind of content is ever said: nothing
        in the pack tells drawings from photographs well enough."""
        # before the nets' slot is taken: each takes one itself
        shown = self.evidence.scores(seen.objects, seen.classes)
        further = self.further(seen) if self.further is not None else {}
        with self.runtime.slot():
            agreement = self.nets.agreement(seen.image.pixels)
        told = self._told(agreement, further)
        bodies = self._bodies(agreement, seen)
        return Moderation(
            labels=self.taxonomy.labels(surest(shown, told, bodies)), content_types=()
        )

    def _told(self, agreement: float, further: Mapping[str, float]) -> dict[str, float]:
        """Another model may say what is explicit, but not that something is: for that the two nets
        must agree, so it is never surer than they are."""
        chance = self.nets.rules.chance(agreement)
        told = {
            name: min(score, chance) if self.taxonomy.top(name) == _EXPLICIT_TOP else score
            for name, score in further.items()
        }
        return {name: score for name, score in told.items() if score >= _LEAST_TOLD}

    def _bodies(self, agreement: float, seen: Observations) -> dict[str, float]:
        """What is rather explicit than not is not called swimwear too."""
        explicit = self.nets.rules.score(agreement)
        if explicit >= _RATHER_THAN_NOT:
            return {EXPLICIT: explicit}
        scores = self.swimwear.scores(
            agreement,
            seen.classes.scores,
            face_share=lambda: height_of_largest(seen.faces, seen.image.size_wh),
        )
        return {EXPLICIT: explicit, **scores} if explicit > 0.0 else scores
