"""Faces of a library as those see them who say who they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NotRequired, TypedDict

from eyebright.library.explaining import Explained, FaceExplained, Match
from eyebright.library.people_reading import OwnFace
from eyebright.library.reviewing import LibraryStanding, ReviewRow, Suggested
from eyebright.library.seeing import FaceSeen, Pose
from eyebright.library.unknown_reading import Group
from eyebright.library.view import Who
from eyebright.people.bands import Band
from eyebright.web.shapes.faces import PoseJson
from eyebright.web.shapes.people import KnownPersonJson, ListedPersonJson, known_json, listed_json
from eyebright.web.shapes.values import BoxJson, box_json, maybe_moment, percent


class FaceSeenJson(TypedDict):
    """Where a face is seen. face_id is null for a face that somebody drew and that no likeness
    finds; then tag_id is not. at_ms: in a film; null in a picture. quality: 0-100."""

    face_id: str | None
    tag_id: str | None
    asset_id: str
    at_ms: int | None
    quality: float | None


class CandidateJson(TypedDict):
    """Who a face may be. percent: how alike. false_match_rate: of pairs of different people the
    share that is so much alike, 0-1: by the calibration or, if it is more, among this library's
    faces and this person; the band follows from it. band: "likely", "maybe" or "unlikely"."""

    user_id: str
    name: str
    percent: float
    false_match_rate: float
    band: str


class SuggestedJson(FaceSeenJson):
    """A face that may be a person. rivals: whom else it may be, best first."""

    percent: float
    false_match_rate: float
    band: str
    rivals: list[CandidateJson]
    pose: PoseJson | None


class BandsJson(TypedDict):
    """Faces that may be a person, each the surest last, as they are looked through."""

    likely: list[SuggestedJson]
    maybe: list[SuggestedJson]
    unlikely: list[SuggestedJson]


class ReviewRowJson(BandsJson):
    """reference: of the person, the best first, to compare with."""

    person: ListedPersonJson
    reference: list[FaceSeenJson]


class ReviewAsked(TypedDict):
    """limit: most people; 10 if absent. faces: most of each person; 60. without: ids of people to
    leave out."""

    limit: NotRequired[int]
    faces: NotRequired[int]
    without: NotRequired[list[str]]


class ReviewJson(TypedDict):
    """more: there are more people with suggestions than were asked for."""

    rows: list[ReviewRowJson]
    more: bool


class PersonFaceJson(FaceSeenJson):
    """percent: how like the person's other faces; null for a drawn one, and for the only one."""

    percent: float | None
    false_match_rate: float | None
    taken_at: str | None


class PersonFacesJson(TypedDict):
    faces: list[PersonFaceJson]
    total: int
    next: str | None


class DoubtsJson(TypedDict):
    """Faces least like the person's others, least first."""

    faces: list[PersonFaceJson]


class SeenFacesJson(TypedDict):
    faces: list[FaceSeenJson]
    total: int
    next: str | None


class GroupJson(TypedDict):
    """Faces that are one person whom nobody named. cohesion: how alike two of them are on average;
    null for a group of one. colour: of the face that fits least; green: it is as like the others as
    faces of one person are; red: look inside before naming. shown: some, the best first. guesses:
    who it may be, best first."""

    group: int
    faces: int
    cohesion: float | None
    colour: str
    shown: list[FaceSeenJson]
    guesses: list[CandidateJson]


class GroupsJson(TypedDict):
    """Largest first. total: groups of at least `min_faces`. single: open faces that are in no
    group, or alone in one."""

    groups: list[GroupJson]
    total: int
    single: int
    next: str | None


class NamedJson(TypedDict):
    user_id: str
    name: str


class FaceExplainedJson(FaceSeenJson):
    """verdict: "open", "ignored", "not a face" or "undecided". group: of unknown faces that are
    taken for one person. candidates: who it may be, best first. rejected: who it was said not to
    be."""

    box: BoxJson
    pose: PoseJson | None
    person: KnownPersonJson | None
    verdict: str
    group: int | None
    candidates: list[CandidateJson]
    rejected: list[NamedJson]


class MatchJson(FaceSeenJson):
    """The person's face that is most like the one that is explained."""

    percent: float
    pose: PoseJson | None
    box: BoxJson


class FloorsJson(TypedDict):
    """Least percent of each band among so many people."""

    likely: float
    maybe: float
    unlikely: float


class HistogramJson(TypedDict):
    """Pairs of named faces of this collection: counts from 0 to 100 percent, two percent each.
    faces: how many were compared, each with each. is_sample: of more."""

    same_person: list[int]
    other_person: list[int]
    faces: int
    is_sample: bool


class ExplainedJson(TypedDict):
    """Why a face is taken for somebody. match: null for a person without another face. percent,
    false_match_rate, band: with the mean of the person's faces, which is what decides; of a face of
    the person, with that of the others. model: the pack that compares faces, and its version."""

    probe: FaceExplainedJson
    person: ListedPersonJson
    match: MatchJson | None
    percent: float
    false_match_rate: float
    band: str
    rivals: list[CandidateJson]
    floors: FloorsJson
    histogram: HistogramJson
    model: str


class StandingJson(TypedDict):
    """confirmed, suggested, unknown, ignored: faces. is_estimate: suggested and unknown are what a
    sample says. groups: of two faces and more."""

    confirmed: int
    suggested: int
    unknown: int
    ignored: int
    is_estimate: bool
    people: int
    groups: int
    can_undo: bool
    can_redo: bool


def seen_json(seen: FaceSeen) -> FaceSeenJson:
    return {
        "face_id": seen.face_id,
        "tag_id": seen.tag_id,
        "asset_id": seen.asset.asset_id,
        "at_ms": seen.at_ms,
        "quality": None if seen.quality is None else percent(seen.quality),
    }


def pose_json(pose: Pose | None) -> PoseJson | None:
    return None if pose is None else {"roll": pose.roll, "yaw": pose.yaw, "pitch": pose.pitch}


def candidate_json(who: Who) -> CandidateJson:
    return {
        "user_id": who.candidate.user_id,
        "name": who.name,
        "percent": round(who.candidate.percent, 2),
        "false_match_rate": who.candidate.false_match_rate,
        "band": who.candidate.band.value,
    }


def own_face_json(own: OwnFace) -> PersonFaceJson:
    return {
        **seen_json(own.seen),
        "percent": None if own.percent is None else round(own.percent, 2),
        "false_match_rate": own.false_match_rate,
        "taken_at": maybe_moment(own.seen.asset.taken_at),
    }


def bands_json(suggested: Sequence[Suggested]) -> BandsJson:
    return {
        "likely": _of_band(suggested, Band.LIKELY),
        "maybe": _of_band(suggested, Band.MAYBE),
        "unlikely": _of_band(suggested, Band.UNLIKELY),
    }


def review_row_json(row: ReviewRow) -> ReviewRowJson:
    return {
        **bands_json(row.suggested),
        "person": listed_json(row.person),
        "reference": [seen_json(seen) for seen in row.reference],
    }


def group_json(group: Group) -> GroupJson:
    return {
        "group": group.number,
        "faces": group.faces,
        "cohesion": None if group.cohesion is None else round(group.cohesion, 2),
        "colour": group.colour.value,
        "shown": [seen_json(seen) for seen in group.shown],
        "guesses": [candidate_json(who) for who in group.guesses],
    }


def face_explained_json(told: FaceExplained) -> FaceExplainedJson:
    return {
        **seen_json(told.seen),
        "box": box_json(told.seen.box_ltrb, (1, 1)),
        "pose": pose_json(told.seen.pose),
        "person": known_json(told.person) if told.person else None,
        "verdict": told.verdict,
        "group": told.group_no,
        "candidates": [candidate_json(who) for who in told.candidates],
        "rejected": [{"user_id": one.user_id, "name": one.facts.name} for one in told.rejected],
    }


def explained_json(told: Explained) -> ExplainedJson:
    return {
        "probe": face_explained_json(told.probe),
        "person": listed_json(told.person),
        "match": _match(told.match) if told.match else None,
        "percent": round(told.told.percent, 2),
        "false_match_rate": told.told.false_match_rate,
        "band": told.told.band.value,
        "rivals": [candidate_json(who) for who in told.rivals],
        "floors": {
            "likely": round(told.floors[Band.LIKELY], 2),
            "maybe": round(told.floors[Band.MAYBE], 2),
            "unlikely": round(told.floors[Band.UNLIKELY], 2),
        },
        "histogram": {
            "same_person": list(told.histogram.same_person),
            "other_person": list(told.histogram.other_person),
            "faces": told.histogram.faces,
            "is_sample": told.histogram.is_sample,
        },
        "model": told.model,
    }


def standing_json(standing: LibraryStanding, *, may: tuple[bool, bool]) -> StandingJson:
    """may: whether there is something to undo, and to redo."""
    faces = standing.faces
    return {
        "confirmed": faces.confirmed,
        "suggested": faces.suggested,
        "unknown": faces.unknown,
        "ignored": faces.ignored,
        "is_estimate": faces.is_estimate,
        "people": standing.people,
        "groups": standing.groups,
        "can_undo": may[0],
        "can_redo": may[1],
    }


def _match(match: Match) -> MatchJson:
    return {
        **seen_json(match.seen),
        "percent": round(match.percent, 2),
        "pose": pose_json(match.seen.pose),
        "box": box_json(match.seen.box_ltrb, (1, 1)),
    }


def _of_band(suggested: Iterable[Suggested], band: Band) -> list[SuggestedJson]:
    return [
        {
            **seen_json(one.seen),
            "percent": round(one.percent, 2),
            "false_match_rate": one.false_match_rate,
            "band": one.band.value,
            "rivals": [candidate_json(who) for who in one.rivals],
            "pose": pose_json(one.seen.pose),
        }
        for one in suggested
        if one.band is band
    ]
