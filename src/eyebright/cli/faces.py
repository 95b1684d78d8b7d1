"""Faces as table rows and as JSON, for the commands that show some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from eyebright.analysis.faces.observation import FaceDescription
from eyebright.api.values import ObservedFace
from eyebright.geometry.arrays import FloatArray

HEADINGS = ("Face", "Left", "Top", "Width", "Height", "Score")
RIGHT = dict.fromkeys(HEADINGS, "right")


def box_row(number: int, face: ObservedFace) -> list[str]:
    """One row under HEADINGS; pixels, score in percent."""
    left, top, right, bottom = face.box_xyxy
    sides = (left, top, right - left, bottom - top)
    return [str(number), *(f"{side:.0f}" for side in sides), f"{100 * face.score:.0f}"]


def looks(description: FaceDescription) -> str:
    """What was asked about a face, in a few words: only what is said to be so."""
    words = []
    if description.gender is not None:
        gender = description.gender
        words.append(f"{gender.value.lower()} {100 * gender.confidence:.0f}")
    if description.age is not None:
        words.append(f"{description.age.low}-{description.age.high} years")
    if description.emotions:
        emotion, score = description.emotions[0]
        words.append(f"{emotion.lower()} {100 * score:.0f}")
    words += [
        attribute.value.lower().replace("_", " ")
        for attribute, answer in description.answers.items()
        if answer.value
    ]
    return ", ".join(words)


def points_of(face: ObservedFace) -> FloatArray | None:
    """(n, 2) float32 pixels of the landmarks, None when there are none."""
    points = list(face.description.landmarks.values())
    return np.array(points, np.float32) if points else None


def face_json(face: ObservedFace) -> dict[str, Any]:
    """Everything that is known of a face: pixels, degrees, scores 0-1."""
    said = face.description
    value: dict[str, Any] = {
        "box_xyxy": _numbers(face.box_xyxy),
        "score": round(face.score, 6),
        "pose": {"roll": said.pose.roll, "yaw": said.pose.yaw, "pitch": said.pose.pitch},
        "quality": {
            "brightness": said.quality.brightness,
            "sharpness": said.quality.sharpness,
        },
        "landmarks": {
            name: _numbers([float(point[0]), float(point[1])])
            for name, point in said.landmarks.items()
        },
    }
    if said.age is not None:
        value["age"] = {"low": said.age.low, "high": said.age.high}
    if said.gender is not None:
        value["gender"] = {"value": said.gender.value, "confidence": said.gender.confidence}
    if said.answers:
        value["attributes"] = {
            attribute.value.lower(): {"value": answer.value, "confidence": answer.confidence}
            for attribute, answer in said.answers.items()
        }
    if said.emotions:
        value["emotions"] = dict(said.emotions)
    if said.eye_direction is not None:
        gaze = said.eye_direction
        value["eye_direction"] = {
            "yaw": gaze.yaw,
            "pitch": gaze.pitch,
            "confidence": gaze.confidence,
        }
    return value


def _numbers(values: Sequence[float]) -> list[float]:
    return [round(float(value), 2) for value in values]
