"""What is said of persons and what they wear to protect themselves. Pixels, scores 0-1."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Box = tuple[float, float, float, float]


class BodyPart(StrEnum):
    FACE = "FACE"
    HEAD = "HEAD"
    LEFT_HAND = "LEFT_HAND"
    RIGHT_HAND = "RIGHT_HAND"


class EquipmentType(StrEnum):
    FACE_COVER = "FACE_COVER"
    HAND_COVER = "HAND_COVER"
    HEAD_COVER = "HEAD_COVER"


@dataclass(frozen=True, slots=True)
class Equipment:
    """covers: whether it covers the body part as it should; covers_score is that answer's, 0-1."""

    type: EquipmentType
    box_xyxy: Box
    score: float
    covers: bool
    covers_score: float


@dataclass(frozen=True, slots=True)
class ObservedBodyPart:
    """judged: the equipment types that could be decided on this part, whether found or not; a type
    outside it is unknown, not absent."""

    part: BodyPart
    box_xyxy: Box
    score: float
    equipment: tuple[Equipment, ...]
    judged: frozenset[EquipmentType]


@dataclass(frozen=True, slots=True)
class EquippedPerson:
    """parts: those that were seen, in the order FACE, LEFT_HAND, RIGHT_HAND, HEAD."""

    box_xyxy: Box
    score: float
    parts: tuple[ObservedBodyPart, ...]
