"""What the service would have charged for the same work: list prices of us-east-1, in US dollars.

Source: the public price list as read in October 2026. Prices fall with the volume of a month and
of a region; a free allowance, taxes and the store's own requests are left out. A tier that no
source names costs as much as the one before it. Nothing here decides anything: the figures are
for people who compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType


class Unit(StrEnum):
    """What a price is for."""

    IMAGE = "image"
    MINUTE = "minute of video"


@dataclass(frozen=True, slots=True)
class Tier:
    """usd: for one unit. until: units of a month that cost it or more; None for no end."""

    until: int | None
    usd: Decimal


@dataclass(frozen=True, slots=True)
class PriceList:
    """What one unit costs; the units of a month fill one tier after the other."""

    unit: Unit
    tiers: tuple[Tier, ...]

    def cost(self, units: float, *, before: float = 0) -> Decimal:
        """Of so many units more, when `before` were used in the month already."""
        left, at = Decimal(str(units)), Decimal(str(before))
        total = Decimal(0)
        for tier in self.tiers:
            room = left if tier.until is None else max(Decimal(tier.until) - at, Decimal(0))
            taken = min(left, room)
            total += taken * tier.usd
            left, at = left - taken, at + taken
        return total


_M = 1_000_000


def _images(*usd: str) -> PriceList:
    """The tiers of pictures end at 1, 5 and 35 million a month."""
    ends = (_M, 5 * _M, 35 * _M, None)[: len(usd) - 1]
    return PriceList(
        Unit.IMAGE,
        tuple(Tier(end, Decimal(one)) for end, one in zip((*ends, None), usd, strict=True)),
    )


FACES = _images("0.001", "0.0008", "0.0006", "0.0004")
"""Group 1: faces are compared, kept or looked for."""
DETECTION = _images("0.001", "0.0008", "0.0006", "0.00025")
"""Group 2: what a picture shows."""
PROPERTIES = _images("0.00075", "0.0006")
VIDEO = PriceList(Unit.MINUTE, (Tier(None, Decimal("0.10")),))
PER_FACE_SERVICE = "DF Studio"
"""A platform of photo desks that charges for each face."""
PER_FACE = Decimal("0.021")
"""Its price: $42,000 for a million pictures of two faces each, as read in October 2026."""

PRICES: Mapping[str, PriceList] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "CompareFaces",
                "IndexFaces",
                "SearchFaces",
                "SearchFacesByImage",
                "SearchUsers",
                "SearchUsersByImage",
                "AssociateFaces",
            ),
            FACES,
        ),
        **dict.fromkeys(
            (
                "DetectFaces",
                "DetectLabels",
                "DetectModerationLabels",
                "DetectProtectiveEquipment",
                "DetectText",
                "RecognizeCelebrities",
            ),
            DETECTION,
        ),
        "DetectImageProperties": PROPERTIES,
        **dict.fromkeys(
            (
                "StartCelebrityRecognition",
                "StartContentModeration",
                "StartFaceDetection",
                "StartFaceSearch",
                "StartLabelDetection",
                "StartPersonTracking",
                "StartSegmentDetection",
                "StartTextDetection",
            ),
            VIDEO,
        ),
    }
)
"""Operation -> its prices; what is not here is free. DetectImageProperties: DetectLabels when it is
asked for IMAGE_PROPERTIES, which is charged for itself."""

OPERATIONS_OF_STAGE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "labels": ("DetectLabels",),
        "faces": ("IndexFaces",),
        "text": ("DetectText",),
        "moderation": ("DetectModerationLabels",),
        "properties": ("DetectImageProperties",),
        "film-shots": ("StartSegmentDetection",),
        "film-sights": ("StartLabelDetection", "StartTextDetection", "StartContentModeration"),
        "film-faces": ("StartFaceSearch",),
    }
)
"""Stage of a library -> the calls that it takes the place of; the other stages take none."""


def price(operation: str, units: float, *, before: float = 0) -> Decimal:
    """What so many units of an operation cost, 0 for operations that are free.

    units: images, or minutes of video. before: units of the same operation earlier in the month.
    """
    found = PRICES.get(operation)
    return Decimal(0) if found is None else found.cost(units, before=before)


def library_price(stages: Mapping[str, float]) -> Decimal:
    """What the stages of a library cost. stages: stage -> pictures, or minutes of the films.

    Operations that share a list of prices fill its tiers together, as they do on a bill.
    """
    units: dict[PriceList, float] = {}
    for stage, count in stages.items():
        for operation in OPERATIONS_OF_STAGE.get(stage, ()):
            units[PRICES[operation]] = units.get(PRICES[operation], 0) + count
    return sum((listed.cost(count) for listed, count in units.items()), Decimal(0))
