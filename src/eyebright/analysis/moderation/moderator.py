"""Judges a picture by evidence: two nets that must agree, and labels that show something.

What no model of the installed packs can see is never said. The pack's card lists it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from eyebright.analysis.moderation.evidence import Evidence, surest
from eyebright.analysis.moderation.nudity import Nudity, NudityNets
from eyebright.analysis.moderation.taxonomy import Taxonomy, load_taxonomy
from eyebright.analysis.moderation.values import Moderation
from eyebright.packs.pack import Pack
from eyebright.runtime.session import Runtime

if TYPE_CHECKING:
    from eyebright.analysis.observations import Observations

EXPLICIT = "Explicit Nudity"
"""As much as the nets can say: they learned from pictures of exposed parts, but not of which."""
SUGGESTIVE = "Swimwear or Underwear"
"""What pictures show on which the nets agree a little: 15 of the 17 surest in the measurement."""

ExtraScores = Callable[["Observations"], Mapping[str, float]]
"""Scores (0-1) of classes of the taxonomy from another model, such as one of pictures and texts."""


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceModerator:
    """The moderation pack at work; what `vision.Moderator` asks for. For any thread."""

    nets: NudityNets
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
        told = self.further(seen) if self.further is not None else {}
        with self.runtime.slot():
            nudity = self.nets.judge(seen.image.pixels)
        scores = surest(shown, told, _classes_of(nudity))
        return Moderation(labels=self.taxonomy.labels(scores), content_types=())


def _classes_of(nudity: Nudity) -> dict[str, float]:
    scores = {EXPLICIT: nudity.explicit, SUGGESTIVE: nudity.suggestive}
    return {name: score for name, score in scores.items() if score > 0.0}
