"""The real moderator over made-up nets and evidence: white is explicit, dogs are weapons."""

from __future__ import annotations

import numpy as np

from eyebright.analysis.moderation.evidence import Evidence
from eyebright.analysis.moderation.moderator import EvidenceModerator
from eyebright.analysis.moderation.nudity import NudityNets, NudityRules
from eyebright.analysis.moderation.swimwear import SwimwearRule, Weights
from eyebright.analysis.moderation.taxonomy import load_taxonomy
from eyebright.geometry.arrays import AnyArray, ByteArray
from eyebright.runtime.session import Runtime

WHITE = (255, 255, 255)
RULES = NudityRules(calm=-2.5, explicit=(1.2, -2.88), least=0.3)
SWIMWEAR = SwimwearRule(
    garments=("Bikini",),
    least_agreement=-1.0,
    least_garment=0.3,
    weights=Weights(intercept=2.0, agreement=1.0, garment=0.5, face=-20.0),
    kinds={},
    least=0.6,
)


def white_net(views: ByteArray) -> AnyArray:
    """Log-odds from -6 for a picture without white to 6 for one that is nothing else."""
    share = np.all(views == WHITE, axis=3).mean(axis=(1, 2))
    odds: AnyArray = 12.0 * share - 6.0
    return odds


def fake_moderator() -> EvidenceModerator:
    """Of `FakeObjects` every thing is a weapon; of `FakeClasses` every picture is of a smoker, a
    little."""
    return EvidenceModerator(
        swimwear=SWIMWEAR,
        nets=NudityNets(first=white_net, second=white_net, rules=RULES),
        evidence=Evidence(objects={"Weapons": {"Dog": 0.5}}, classes={"Smoking": {"Beach": 0.2}}),
        taxonomy=load_taxonomy(),
        runtime=Runtime(),
    )
