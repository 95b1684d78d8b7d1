"""One person is once in a photo: where a change would have somebody twice in one.

Faces and drawn tags count alike. A film is no photo: somebody may be in it as often as they like.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace

from eyebright.errors import TwiceInPhoto
from eyebright.ids import UserId
from eyebright.people.changes import Change, FaceState
from eyebright.people.ledger import FaceNow, Ledger, UserNow


@dataclass(frozen=True, slots=True)
class Doubles:
    """faces, tags: those of a change that share a photo with another face of their person, before
    or after it. coming: the faces that come to do so, each with the other face, or None for one
    that was drawn. tags_coming: drawn tags that do."""

    faces: tuple[int, ...]
    tags: tuple[int, ...]
    coming: Mapping[int, int | None]
    tags_coming: Set[int]


def doubled(ledger: Ledger, change: Change, present: Mapping[int, FaceNow]) -> Doubles:
    """present: the faces of the change."""
    after, tags_after = change.faces_after, change.tags_after
    coming = twice(ledger, after, present, tags_after)
    tags_coming = tags_twice(ledger, after, tags_after)
    back = change.inverse()
    before, tags_before = back.faces_after, back.tags_after
    leaving: Mapping[int, int | None] = {}
    if any(state.user_id is not None for state in before.values()):
        turned = {n: replace(present[n], state=state) for n, state in after.items()}
        leaving = twice(ledger, before, turned, tags_before)
    tags_leaving = tags_twice(ledger, before, tags_before)
    involved = {*coming, *leaving, *leaving.values()} & after.keys()
    return Doubles(
        tuple(sorted(number for number in involved if number is not None)),
        tuple(sorted(tags_coming | tags_leaving)),
        coming,
        tags_coming,
    )


def refuse_twice(
    ledger: Ledger, change: Change, present: Mapping[int, FaceNow], doubles: Doubles
) -> None:
    """Raise TwiceInPhoto if somebody comes to be twice in a photo, with the first such face."""
    count = len(doubles.coming) + len(doubles.tags_coming)
    if not count:
        return
    face_ids: tuple[str, ...] = ()
    if doubles.coming:
        number, other = next(iter(doubles.coming.items()))
        there = {**present, **ledger.faces([] if other is None else [other])}
        face_ids = tuple(there[one].face_id for one in (number, other) if one is not None)
        user_id = change.faces_after[number].user_id
    else:
        user_id = change.tags_after[min(doubles.tags_coming)]
    where = "in this photo already" if count == 1 else f"twice in {count} of these photos"
    raise TwiceInPhoto(
        f"{_called(ledger, change, user_id)} is {where}. Take the other face away first, or say "
        "that it is a mirror or a picture.",
        face_ids=face_ids,
    )


def _called(ledger: Ledger, change: Change, user_id: UserId | None) -> str:
    """The name that somebody has, or gets."""
    coming = [one.after for one in change.people if one.user_id == user_id]
    there = [one.person for one in ledger.users([user_id] if user_id else []).values()]
    for state in (*coming, *there):
        if state is not None and state.facts is not None:
            return state.facts.name
    return user_id or "Somebody"


def twice(
    ledger: Ledger,
    after: Mapping[int, FaceState],
    present: Mapping[int, FaceNow],
    tags_after: Mapping[int, UserId | None],
) -> dict[int, int | None]:
    """Faces that would be somebody who is in their photo already: the face -> the other one; None
    for a face that was drawn.

    after: the states that faces are to get; all of them in `present`. tags_after: whose drawn tags
    are to be.
    """
    gaining = {
        number
        for number, state in after.items()
        if state.user_id is not None and state.user_id != present[number].state.user_id
    }
    if not gaining:
        return {}
    users_now = ledger.users(sorted({UserId(after[n].user_id or "") for n in gaining}))
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number in gaining:
        places[present[number].image_id, after[number].user_id or ""].append(number)
    for image, number, user_id in _beside(ledger, gaining, present, users_now):
        if number not in gaining and (number not in after or after[number].user_id == user_id):
            places[image, user_id].append(number)
    drawn = _drawn_of(ledger, users_now.values(), tags_after)
    found: dict[int, int | None] = {}
    for place in drawn & places.keys():
        found.update((number, None) for number in places.pop(place) if number in gaining)
    for numbers in places.values():
        if len(numbers) > 1:
            first = next((number for number in numbers if number not in gaining), min(numbers))
            found.update((n, first) for n in numbers if n in gaining and n != first)
    for number in ledger.in_films(sorted(found)):
        del found[number]
    return found


def tags_twice(
    ledger: Ledger, after: Mapping[int, FaceState], tags_after: Mapping[int, UserId | None]
) -> set[int]:
    """Drawn tags that would be somebody who is in their photo already, by a face or another tag."""
    gaining = {number: who for number, who in tags_after.items() if who is not None}
    places = ledger.places_of_tags(sorted(gaining))
    if not places:
        return set()
    images = sorted({image for image, _ in places.values()})
    there: dict[tuple[str, str], list[int]] = defaultdict(list)
    for image, number, user_id, _ in ledger.faces_in(images):
        who = after[number].user_id if number in after else user_id
        there[image, who or ""].append(-1)
    for number, image, owner in ledger.tags_in(images):
        there[image, tags_after.get(number, owner) or ""].append(number)
    return {
        number for number, (image, _) in places.items() if len(there[image, gaining[number]]) > 1
    }


def _drawn_of(
    ledger: Ledger, owners: Iterable[UserNow], tags_after: Mapping[int, UserId | None]
) -> set[tuple[str, str]]:
    """(image, user) of the drawn tags that these users will have."""
    found: set[tuple[str, str]] = set()
    for owner in owners:
        mine = ledger.places_of_tags(ledger.tags_of_user(owner.number))
        found |= {
            (image, owner.user_id)
            for number, (image, user_id) in mine.items()
            if tags_after.get(number, user_id) == owner.user_id
        }
    coming = ledger.places_of_tags([n for n, who in tags_after.items() if who is not None])
    return found | {(image, tags_after[n] or "") for n, (image, _) in coming.items()}


def _beside(
    ledger: Ledger,
    gaining: Set[int],
    present: Mapping[int, FaceNow],
    users_now: Mapping[UserId, UserNow],
) -> Iterator[tuple[str, int, str]]:
    """(image, face, user) of faces that are those users' already and may be in those photos; read
    by the user or by the photos, whichever are fewer."""
    many = [one for one in users_now.values() if one.face_count > len(gaining)]
    for one in users_now.values():
        if one not in many:
            yield from ((image, n, one.user_id) for image, n in ledger.photos_of_user(one.number))
    if many:
        ids = {one.user_id for one in many}
        for image, number, user_id, _ in ledger.faces_in(present[n].image_id for n in gaining):
            if user_id in ids:
                yield image, number, user_id
