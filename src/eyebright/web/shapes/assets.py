"""One asset with all that is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from eyebright.analysis.labels.values import Label
from eyebright.analysis.moderation.values import ModerationLabel
from eyebright.analysis.properties.values import DominantColour
from eyebright.analysis.text.values import TextLine
from eyebright.ids import FaceId, UserId
from eyebright.library.values import (
    AssetDetail,
    Decoded,
    Guess,
    Labels,
    Lanes,
    Moderated,
    Place,
    Properties,
    StageRun,
    TextFound,
)
from eyebright.people.said import SaidOfFace
from eyebright.web.shapes.cards import CardJson, card_json
from eyebright.web.shapes.faces import FaceJson, PersonJson, faces_json, person_json
from eyebright.web.shapes.lanes import LaneJson, lane_json
from eyebright.web.shapes.values import (
    BoxJson,
    PointJson,
    box_json,
    found_in,
    moment,
    percent,
    points_json,
)

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


class DrawnTagJson(TypedDict):
    """A face that somebody drew where none was seen; no likeness finds it."""

    tag_id: str
    box: BoxJson
    person: PersonJson


class AssetJson(CardJson):
    """All that is known of an asset. broke_off: why a film was not looked through to its end.
    not_asked: stages that wait for somebody to ask for the asset's faces."""

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
    drawn: list[DrawnTagJson]
    lanes: list[LaneJson]
    broke_off: list[str]
    not_asked: list[str]


def name_of(detail: AssetDetail) -> str:
    """What people call an asset: its file's name, without the folders."""
    return base_name(detail.places[0].path) if detail.places else detail.asset.asset_id


def base_name(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2] or path


def frame_of(detail: AssetDetail) -> tuple[int, int]:
    """Width and height of the picture that boxes refer to."""
    decoded = found_in(detail, "decode", Decoded)
    return decoded.frame_wh if decoded else detail.asset.size_wh


def asset_json(
    detail: AssetDetail,
    *,
    guesses: Mapping[FaceId, Guess],
    names: Mapping[UserId, str],
    said: Mapping[FaceId, SaidOfFace],
    not_asked: Sequence[str] = (),
) -> AssetJson:
    """guesses: whom faces without a name may show. names: of those who still are somebody.
    said: of the faces. not_asked: stages that wait to be asked for."""
    frame = frame_of(detail)
    decoded = found_in(detail, "decode", Decoded)
    labels = found_in(detail, "labels", Labels)
    moderated = found_in(detail, "moderation", Moderated)
    text = found_in(detail, "text", TextFound)
    measured = found_in(detail, "properties", Properties)
    films = [lanes for stage in FILM_STAGES if (lanes := found_in(detail, stage, Lanes))]
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
        "faces": faces_json(detail, frame, guesses=guesses, names=names, said=said),
        "drawn": [
            {
                "tag_id": one.tag_id,
                "box": box_json(one.box_xyxy, one.image_size_wh),
                "person": person_json(one.person),
            }
            for one in detail.drawn
        ],
        "lanes": [
            lane_json(lane, detail.asset.duration_ms, detail)
            for film in films
            for lane in film.lanes
        ],
        "broke_off": [film.broke_off for film in films if film.broke_off],
        "not_asked": list(not_asked),
    }


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
