"""Equipped persons as Rekognition writes them."""

from __future__ import annotations

from eyebright.analysis.equipment.summary import EquipmentSummary
from eyebright.analysis.equipment.values import Equipment, EquippedPerson, ObservedBodyPart
from eyebright.rekognition.shapes.units import Json, bounding_box, percent


def protective_equipment_person(
    person: EquippedPerson, index: int, *, size_wh: tuple[int, int]
) -> Json:
    """index: counted from 0 within one answer."""
    return {
        "Id": index,
        "BoundingBox": bounding_box(person.box_xyxy, size_wh),
        "Confidence": percent(person.score),
        "BodyParts": [_body_part(part, size_wh) for part in person.parts],
    }


def protective_equipment_summary(summary: EquipmentSummary) -> Json:
    return {
        "PersonsWithRequiredEquipment": list(summary.with_required),
        "PersonsWithoutRequiredEquipment": list(summary.without_required),
        "PersonsIndeterminate": list(summary.indeterminate),
    }


def _body_part(part: ObservedBodyPart, size_wh: tuple[int, int]) -> Json:
    return {
        "Name": part.part.value,
        "Confidence": percent(part.score),
        "EquipmentDetections": [_detection(item, size_wh) for item in part.equipment],
    }


def _detection(item: Equipment, size_wh: tuple[int, int]) -> Json:
    return {
        "Type": item.type.value,
        "BoundingBox": bounding_box(item.box_xyxy, size_wh),
        "Confidence": percent(item.score),
        "CoversBodyPart": {"Value": item.covers, "Confidence": percent(item.covers_score)},
    }
