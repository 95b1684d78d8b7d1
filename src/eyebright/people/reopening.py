"""Which groups faces come back to that were put aside and are looked at again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from eyebright.people import events
from eyebright.people.changes import Change, FaceState
from eyebright.people.events import Kind
from eyebright.people.ledger import FaceNow, Ledger
from eyebright.people.verdicts import IGNORED, NOT_A_FACE

WITHOUT_GROUP = (IGNORED, NOT_A_FACE)
"""What a face leaves its group for."""
MOST_EVENTS = 5_000
"""Looked at; what was put aside before them finds a group by likeness alone."""
_KINDS = (Kind.IGNORE, Kind.NOT_A_FACE, Kind.REVERT)
_AT_ONCE = 100


def former_groups(ledger: Ledger, found: Mapping[int, FaceNow]) -> dict[int, int]:
    """The group of each of these faces when it was put aside, as that group is now. Without faces
    that were in none, that refuse it by now, or of whose photo another face is in it."""
    asked = {n for n, face in found.items() if face.state.verdict in WITHOUT_GROUP}
    were = _were(ledger, asked)
    now = {number: ledger.group_now(group_no) for number, group_no in were.items()}
    refusing = {group_no: set(ledger.refusing(group_no)) for group_no in set(now.values())}
    fitting = {n: group_no for n, group_no in now.items() if n not in refusing[group_no]}
    return _without_photos_twice(ledger, found, fitting)


def _were(ledger: Ledger, asked: set[int]) -> dict[int, int]:
    were: dict[int, int] = {}
    left = set(asked)
    for change in _put_aside(ledger) if left else ():
        for run in change.faces:
            if _is_aside(run.after) and not _is_aside(run.before):
                settled = left.intersection(run.numbers)
                left -= settled
                if run.before.group_no is not None:
                    were |= dict.fromkeys(settled, run.before.group_no)
        if not left:
            break
    return were


def _put_aside(ledger: Ledger) -> Iterator[Change]:
    """The changes by which faces were put aside and that hold, the latest first."""
    before: int | None = None
    for _ in range(0, MOST_EVENTS, _AT_ONCE):
        rows = events.events_of_kinds(
            ledger.connection, ledger.collection.number, _KINDS, limit=_AT_ONCE, before=before
        )
        for row in rows:
            yield events.change_of(ledger.sealer, row)
        if len(rows) < _AT_ONCE:
            return
        before = rows[-1].event_no


def _is_aside(state: FaceState) -> bool:
    return state.verdict in WITHOUT_GROUP


def _without_photos_twice(
    ledger: Ledger, found: Mapping[int, FaceNow], groups: Mapping[int, int]
) -> dict[int, int]:
    """Two faces of one photo are two people; a film's may be one."""
    films = set(ledger.in_films(list(groups)))
    images = {found[number].image_id for number in groups if number not in films}
    taken = {
        (image, group_no) for image, _, _, group_no in ledger.faces_in(images) if group_no != 0
    }
    kept: dict[int, int] = {}
    for number, group_no in groups.items():
        place = (found[number].image_id, group_no)
        if number in films or place not in taken:
            kept[number] = group_no
            taken.add(place)
    return kept
