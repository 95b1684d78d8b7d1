"""One asset with all that is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict, TypeVar

from eyebright.analysis.labels.values import Label
from eyebright.analysis.moderation.values import ModerationLabel
from eyebright.analysis.properties.values import DominantColour
from eyebright.analysis.text.values import TextLine
from eyebright.ids import FaceId, UserId
from eyebright.library.values import (
    AssetDetail,
    AssetFace,
    Decoded,
    FacesFound,
    Guess,
    Labels,
    Lane,
    Lanes,
    Moderated,
    Person,
    Place,
    Properties,
    StageRun,
    TextFound,
)
from eyebright.web.shapes.cards import CardJson, card_json
from eyebright.web.shapes.values import (
    BoxJson,
    PointJson,
    box_json,
    moment,
    percent,
    points_json,
)

T = TypeVar("T")
FILM_STAGES = ("film-faces", "film-sights", "film-shots")
"""In the order in which a film page shows their lanes."""


class PlaceJson(TypedDict):
    source_id: str
    kind: str
    location: str
    path: str


class StageJson(TypedDict):
    """state: "done" or "failed". message: why it failed, or empty."""

    stage: str
    version: str
    state: str
    attempts: int
    message: str
    took_ms: int
    ended_at: str


class SureBoxJson(BoxJson):
    confidence: float


class LabelJson(TypedDict):
    name: str
    confidence: float
    parents: list[str]
    aliases: list[str]
    categories: list[str]
    boxes: list[SureBoxJson]


class ModerationJson(TypedDict):
    """parent: empty at level 1."""

    name: str
    parent: str
    level: int
    confidence: float


class WordJson(TypedDict):
    text: str
    confidence: float
    polygon: list[PointJson]


class TextJson(WordJson):
    words: list[WordJson]


class ColorJson(TypedDict):
    """name: the nearest colour of CSS."""

    hex: str
    name: str
    percent: float


class QualityJson(TypedDict):
    brightness: float
    sharpness: float
    contrast: float | None


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
    """face_id: null for a face that was too poor to keep; then `refused` says why."""

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
    refused: list[str]


class StretchJson(TypedDict):
    start_ms: int
    end_ms: int
    confidence: float
    best_ms: int


class LaneJson(TypedDict):
    """screen_percent: share of the film's time."""

    kind: str
    name: str
    user_id: str | None
    face_id: str | None
    stretches: list[StretchJson]
    screen_percent: float


class AssetJson(CardJson):
    """All that is known of an asset. broke_off: why a film was not looked through to its end."""

    created_at: str
    byte_count: int
    format: str | None
    camera: str | None
    frame_rate: str | None
    places: list[PlaceJson]
    stages: list[StageJson]
    labels: list[LabelJson]
    moderation: list[ModerationJson]
    text: list[TextJson]
    colors: list[ColorJson]
    quality: QualityJson | None
    faces: list[FaceJson]
    lanes: list[LaneJson]
    broke_off: list[str]


def name_of(detail: AssetDetail) -> str:
    """What people call an asset: its file's name, without the folders."""
    return base_name(detail.places[0].path) if detail.places else detail.asset.asset_id


def base_name(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2] or path


def frame_of(detail: AssetDetail) -> tuple[int, int]:
    """Width and height of the picture that boxes refer to."""
    decoded = _found(detail, "decode", Decoded)
    return decoded.frame_wh if decoded else detail.asset.size_wh


def unnamed(detail: AssetDetail) -> list[FaceId]:
    """Faces of an asset that are kept and were given no name."""
    found = _found(detail, "faces", FacesFound)
    kept = [face.face_id for face in (found.faces if found else ()) if face.face_id is not None]
    return [face_id for face_id in kept if face_id not in detail.people]


def asset_json(
    detail: AssetDetail, *, guesses: Mapping[FaceId, Guess], names: Mapping[UserId, str]
) -> AssetJson:
    """guesses: whom faces without a name may show. names: of those who still are somebody."""
    frame = frame_of(detail)
    decoded = _found(detail, "decode", Decoded)
    labels = _found(detail, "labels", Labels)
    moderated = _found(detail, "moderation", Moderated)
    text = _found(detail, "text", TextFound)
    measured = _found(detail, "properties", Properties)
    films = [lanes for stage in FILM_STAGES if (lanes := _found(detail, stage, Lanes))]
    return {
        **card_json(detail.asset, name=name_of(detail)),
        "created_at": moment(detail.asset.created_at),
        "byte_count": detail.asset.byte_count,
        "format": decoded.format if decoded else None,
        "camera": (decoded.camera or None) if decoded else None,
        "frame_rate": (decoded.frame_rate or None) if decoded else None,
        "places": [_place(place) for place in detail.places],
        "stages": [_stage(run) for run in detail.runs],
        "labels": [_label(one, frame) for one in labels.labels] if labels else [],
        "moderation": [_moderation(one) for one in moderated.moderation.labels]
        if moderated
        else [],
        "text": [_line(line, frame) for line in text.lines] if text else [],
        "colors": [_colour(one) for one in measured.properties.colours] if measured else [],
        "quality": _quality(measured) if measured else None,
        "faces": _faces(detail, frame, guesses=guesses, names=names),
        "lanes": [
            _lane(lane, detail.asset.duration_ms, detail) for film in films for lane in film.lanes
        ],
        "broke_off": [film.broke_off for film in films if film.broke_off],
    }


def _found(detail: AssetDetail, stage: str, kind: type[T]) -> T | None:
    found = detail.found.get(stage)
    return found if isinstance(found, kind) else None


def _place(place: Place) -> PlaceJson:
    return {
        "source_id": place.source_id,
        "kind": place.kind.value,
        "location": place.location,
        "path": place.path,
    }


def _stage(run: StageRun) -> StageJson:
    return {
        "stage": run.stage,
        "version": run.version,
        "state": run.state.value,
        "attempts": run.attempts,
        "message": run.message,
        "took_ms": run.took_ms,
        "ended_at": moment(run.ended_at),
    }


def _label(label: Label, frame: tuple[int, int]) -> LabelJson:
    return {
        "name": label.name,
        "confidence": percent(label.score),
        "parents": list(label.parents),
        "aliases": list(label.aliases),
        "categories": list(label.categories),
        "boxes": [
            {**box_json(one.box_xyxy, frame), "confidence": percent(one.score)}
            for one in label.instances
        ],
    }


def _moderation(label: ModerationLabel) -> ModerationJson:
    return {
        "name": label.name,
        "parent": label.parent,
        "level": label.level,
        "confidence": percent(label.score),
    }


def _line(line: TextLine, frame: tuple[int, int]) -> TextJson:
    return {
        "text": line.text,
        "confidence": percent(line.score),
        "polygon": points_json(line.polygon_xy, frame),
        "words": [
            {
                "text": word.text,
                "confidence": percent(word.score),
                "polygon": points_json(word.polygon_xy, frame),
            }
            for word in line.words
        ],
    }


def _colour(colour: DominantColour) -> ColorJson:
    return {"hex": colour.hex_code, "name": colour.css_name, "percent": percent(colour.share)}


def _quality(measured: Properties) -> QualityJson:
    quality = measured.properties.quality
    return {
        "brightness": percent(quality.brightness),
        "sharpness": percent(quality.sharpness),
        "contrast": None if quality.contrast is None else percent(quality.contrast),
    }


def _faces(
    detail: AssetDetail,
    frame: tuple[int, int],
    *,
    guesses: Mapping[FaceId, Guess],
    names: Mapping[UserId, str],
) -> list[FaceJson]:
    found = _found(detail, "faces", FacesFound)
    return [
        _face(
            face,
            frame,
            person=detail.people.get(face.face_id) if face.face_id else None,
            guess=guesses.get(face.face_id) if face.face_id else None,
            names=names,
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
        "refused": list(face.refused),
    }


def person_json(person: Person) -> PersonJson:
    return {"user_id": person.user_id, "name": person.name, "role": person.role or None}


def _guess(guess: Guess, names: Mapping[UserId, str]) -> GuessJson | None:
    name = names.get(guess.user_id)
    if name is None:
        return None
    return {"user_id": guess.user_id, "name": name, "percent": round(guess.percent, 2)}


def _lane(lane: Lane, duration_ms: int | None, detail: AssetDetail) -> LaneJson:
    shown_ms = sum(one.end_ms - one.start_ms for one in lane.stretches)
    person = detail.people.get(lane.face_id) if lane.face_id else None
    return {
        "kind": lane.kind.value,
        "name": person.name if person else lane.name,
        "user_id": person.user_id if person else lane.user_id,
        "face_id": lane.face_id,
        "stretches": [
            {
                "start_ms": one.start_ms,
                "end_ms": one.end_ms,
                "confidence": percent(one.score),
                "best_ms": one.best_ms,
            }
            for one in lane.stretches
        ],
        "screen_percent": percent(min(shown_ms / duration_ms, 1.0)) if duration_ms else 0.0,
    }
