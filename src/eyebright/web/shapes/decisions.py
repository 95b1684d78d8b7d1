"""What is decided about people, and what came of it."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from eyebright.library.deciding import Decided
from eyebright.people.events import Event
from eyebright.web.shapes.values import BoxJson, moment


class FacesDecision(TypedDict):
    """name takes name and role; confirm, move and reject take user_id. override: also where it
    speaks against it that the person is in the photo already."""

    face_ids: list[str]
    do: Literal[
        "name",
        "confirm",
        "move",
        "reject",
        "unname",
        "split",
        "ignore",
        "not_a_face",
        "undecided",
        "reopen",
    ]
    name: NotRequired[str]
    role: NotRequired[str]
    user_id: NotRequired[str]
    override: NotRequired[bool]


class GroupDecision(TypedDict):
    """As of faces. Those against which something speaks are left out, unless `override`."""

    do: Literal["name", "confirm", "ignore", "not_a_face", "undecided"]
    name: NotRequired[str]
    role: NotRequired[str]
    user_id: NotRequired[str]
    override: NotRequired[bool]


class ConsentChange(TypedDict):
    """day: YYYY-MM-DD. What is absent of day and note is taken away."""

    status: Literal["given", "refused", "unknown"]
    day: NotRequired[str]
    note: NotRequired[str]


class PersonChange(TypedDict):
    """version: of the person as it was shown. What is absent stays. birth_year: 0 takes it away.
    portrait: a face of theirs."""

    version: int
    name: NotRequired[str]
    role: NotRequired[str]
    aliases: NotRequired[list[str]]
    notes: NotRequired[str]
    birth_year: NotRequired[int]
    classification: NotRequired[Literal["key", "named", "unknown", "ignored"]]
    project_roles: NotRequired[dict[str, str]]
    portrait: NotRequired[str]
    consent: NotRequired[ConsentChange]


class PeopleMerge(TypedDict):
    """into: who keeps the name. override: also if a face of one was said not to be the other, or if
    both are in one photo."""

    into: str
    version: int
    into_version: int
    override: NotRequired[bool]


class DrawnFace(TypedDict):
    """box: ratios 0-1 of the picture."""

    box: BoxJson
    name: str
    role: NotRequired[str]
    override: NotRequired[bool]


class DecidedJson(TypedDict):
    """event_id: null when there was nothing to do. faces: faces and drawn tags that were touched.
    people: ids of whom it was about. skipped: faces that are gone, or that were left as they were.
    says: what to tell, "42 faces are Anna now"."""

    event_id: int | None
    faces: int
    people: list[str]
    skipped: int
    says: str


class DrawnJson(DecidedJson):
    """One of the ids is null. searchable: a face was seen there, so that likeness finds it."""

    face_id: str | None
    tag_id: str | None
    searchable: bool


class HistoryEventJson(TypedDict):
    """actor: an access key's id, or "import". people: names. is_undone: it does not hold at
    present. is_kept: false once somebody in it was forgotten; then it cannot be taken back."""

    event_id: int
    at: str
    actor: str
    is_mine: bool
    kind: str
    faces: int
    people: list[str]
    says: str
    is_undone: bool
    is_kept: bool


class HistoryJson(TypedDict):
    """The latest first."""

    events: list[HistoryEventJson]
    next: str | None


class ForgottenJson(TypedDict):
    """needles: byte strings that were looked for in all files. traces: where one was found; 0 if
    all is well."""

    faces: int
    needles: int
    traces: int


def decided_json(decided: Decided) -> DecidedJson:
    done = decided.done
    return {
        "event_id": done.event_id,
        "faces": done.faces,
        "people": list(done.people),
        "skipped": done.skipped,
        "says": decided.says,
    }


def event_json(event: Event, *, actor: str) -> HistoryEventJson:
    """actor: who asks."""
    return {
        "event_id": event.event_id,
        "at": moment(event.at),
        "actor": event.actor,
        "is_mine": event.actor == actor,
        "kind": event.kind.value,
        "faces": event.faces,
        "people": list(event.people),
        "says": event.says,
        "is_undone": event.is_undone,
        "is_kept": event.is_kept,
    }
