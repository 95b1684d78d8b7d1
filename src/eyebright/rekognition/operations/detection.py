"""DetectFaces and CompareFaces: a picture in, an answer out, nothing kept."""

from __future__ import annotations

from eyebright.analysis.faces.selection import QualityFilter
from eyebright.people.comparison import Comparison, compare
from eyebright.rekognition import limits
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.images import read_image
from eyebright.rekognition.shapes.faces import face_detail, wanted_attributes
from eyebright.rekognition.shapes.units import Json, bounding_box, percent


def detect_faces(door: Door, call: Call) -> Json:
    image = read_image(door, call.input["Image"])
    detections = door.vision.detect(image).largest(limits.MAX_FACES_PER_IMAGE)
    descriptions = door.vision.describe(
        image, detections, wanted=wanted_attributes(call.input.get("Attributes"))
    )
    return {
        "FaceDetails": [
            face_detail(detections, index, description=description, size_wh=image.size_wh)
            for index, description in enumerate(descriptions)
        ]
    }


def compare_faces(door: Door, call: Call) -> Json:
    source = read_image(door, call.input["SourceImage"])
    target = read_image(door, call.input["TargetImage"])
    quality_filter = QualityFilter(call.input.get("QualityFilter", "NONE"))
    outcome = compare(door.vision, source, target=target, quality_filter=quality_filter)
    threshold = call.input.get("SimilarityThreshold", limits.DEFAULT_SIMILARITY_PERCENT)
    matched = outcome.matches(threshold)
    unmatched = [position for position in outcome.percents if position not in set(matched)]
    return {
        "SourceImageFace": {
            "BoundingBox": bounding_box(outcome.source.boxes_xyxy[0], source.size_wh),
            "Confidence": percent(outcome.source.scores[0]),
        },
        "FaceMatches": [
            {
                "Similarity": outcome.percents[position],
                "Face": _target_face(outcome, position, size_wh=target.size_wh),
            }
            for position in matched
        ],
        "UnmatchedFaces": [
            _target_face(outcome, position, size_wh=target.size_wh) for position in unmatched
        ],
    }


def _target_face(outcome: Comparison, position: int, *, size_wh: tuple[int, int]) -> Json:
    return face_detail(
        outcome.target.detections,
        position,
        description=outcome.target.descriptions[position],
        size_wh=size_wh,
    )
