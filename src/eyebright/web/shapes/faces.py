"""Faces of an asset, and who they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from eyebright.ids import FaceId, UserId
from eyebright.library.values import AssetDetail, AssetFace, FacesFound, Guess, Person
from eyebright.people.said import SaidOfFace
from eyebright.people.verdicts import PUT_ASIDE
from eyebright.web.shapes.values import BoxJson, box_json, found_in, percent


class AgeJson(TypedDict):
    low: int
    high: int


class ValueJson(TypedDict):
    value: str
    confidence: float


class YesNoJson(TypedDict):
    value: bool
    confidence: float


class EmotionJson(TypedDict):
    name: str
    confidence: float


class PoseJson(TypedDict):
    """Degrees."""

    roll: float
    yaw: float
    pitch: float


class FaceQualityJson(TypedDict):
    brightness: float
    sharpness: float


class PersonJson(TypedDict):
    user_id: str
    name: str
    role: str | None


class GuessJson(TypedDict):
    """Somebody whom the face may be; nobody said so. percent: how alike."""

    user_id: str
    name: str
    percent: float


class FaceJson(TypedDict):
    """face_id: null for a face that was too poor to keep; then `refused` says why. verdict: "open",
    "ignored", "not a face" or "undecided", of faces that are nobody's."""

    face_id: str | None
    box: BoxJson
    confidence: float
    age: AgeJson | None
    gender: ValueJson | None
    emotions: list[EmotionJson]
    answers: dict[str, YesNoJson]
    pose: PoseJson
    quality: FaceQualityJson
    person: PersonJson | None
    guess: GuessJson | None
    verdict: str
    refused: list[str]


def unnamed(detail: AssetDetail) -> list[FaceId]:
    """Faces of an asset that are kept and were given no name."""
    found = found_in(detail, "faces", FacesFound)
    kept = [face.face_id for face in (found.faces if found else ()) if face.face_id is not None]
    return [face_id for face_id in kept if face_id not in detail.people]


def is_aside(said: Mapping[FaceId, SaidOfFace], face_id: FaceId) -> bool:
    """Whether nobody is to be asked about a face."""
    return face_id in said and said[face_id].verdict in PUT_ASIDE


def faces_json(
    detail: AssetDetail,
    frame: tuple[int, int],
    *,
    guesses: Mapping[FaceId, Guess],
    names: Mapping[UserId, str],
    said: Mapping[FaceId, SaidOfFace],
) -> list[FaceJson]:
    found = found_in(detail, "faces", FacesFound)
    return [
        _face(
            face,
            frame,
            person=detail.people.get(face.face_id) if face.face_id else None,
            guess=guesses.get(face.face_id) if face.face_id else None,
            names=names,
            said=said.get(face.face_id, SaidOfFace()) if face.face_id else SaidOfFace(),
        )
        for face in (found.faces if found else ())
    ]


def _face(
    face: AssetFace,
    frame: tuple[int, int],
    *,
    person: Person | None,
    guess: Guess | None,
    names: Mapping[UserId, str],
    said: SaidOfFace,
) -> FaceJson:
    return {
        "face_id": face.face_id,
        "box": box_json(face.box_xyxy, frame),
        "confidence": percent(face.score),
        "age": {"low": face.age[0], "high": face.age[1]} if face.age else None,
        "gender": {"value": face.gender[0], "confidence": percent(face.gender[1])}
        if face.gender
        else None,
        "emotions": [{"name": name, "confidence": percent(score)} for name, score in face.emotions],
        "answers": {
            name: {"value": value, "confidence": percent(score)}
            for name, (value, score) in face.answers.items()
        },
        "pose": {"roll": face.roll, "yaw": face.yaw, "pitch": face.pitch},
        "quality": {
            "brightness": percent(face.brightness),
            "sharpness": percent(face.sharpness),
        },
        "person": person_json(person) if person else None,
        "guess": _guess(guess, names) if guess and person is None else None,
        "verdict": said.verdict,
        "refused": list(face.refused),
    }


def person_json(person: Person) -> PersonJson:
    return {"user_id": person.user_id, "name": person.name, "role": person.role or None}


def _guess(guess: Guess, names: Mapping[UserId, str]) -> GuessJson | None:
    name = names.get(guess.user_id)
    if name is None:
        return None
    return {"user_id": guess.user_id, "name": name, "percent": round(guess.percent, 2)}
