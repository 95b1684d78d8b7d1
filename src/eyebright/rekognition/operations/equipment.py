"""DetectProtectiveEquipment: who is in a picture and what protects them."""

from __future__ import annotations

from eyebright.analysis.equipment.persons import foremost
from eyebright.analysis.equipment.summary import summarise
from eyebright.analysis.equipment.values import EquipmentType
from eyebright.rekognition import limits
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.images import EQUIPMENT_PICTURE, read_image
from eyebright.rekognition.shapes.equipment import (
    protective_equipment_person,
    protective_equipment_summary,
)
from eyebright.rekognition.shapes.units import Json

MODEL_VERSION = "1.0"


def detect_protective_equipment(door: Door, call: Call) -> Json:
    image = read_image(
        door,
        call.input["Image"],
        sides=EQUIPMENT_PICTURE,
        max_inline_bytes=limits.MAX_EQUIPMENT_IMAGE_BYTES,
    )
    seen = door.sight.observe(image)
    persons = foremost(door.sight.equipment().inspect(seen), limits.MAX_EQUIPPED_PERSONS)
    answer: Json = {
        "ProtectiveEquipmentModelVersion": MODEL_VERSION,
        "Persons": [
            protective_equipment_person(person, index, size_wh=image.size_wh)
            for index, person in enumerate(persons)
        ],
    }
    wanted = call.input.get("SummarizationAttributes")
    if wanted is not None:
        required = [EquipmentType(name) for name in wanted["RequiredEquipmentTypes"]]
        summary = summarise(persons, required, min_score=wanted["MinConfidence"] / 100)
        answer["Summary"] = protective_equipment_summary(summary)
    return answer
