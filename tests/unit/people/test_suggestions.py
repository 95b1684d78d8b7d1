"""Suggestions: in bands that follow from the calibration and the number of people, with reasons."""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from eyebright.errors import FaceNotInCollection, UserNotFound
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, ImageId, UserId
from eyebright.people.bands import CHANCES, Band, band_floors
from eyebright.people.decisions import Decisions
from eyebright.people.face_orders import leave_one_out
from eyebright.people.grouping import Grouping, Unplaced
from eyebright.people.persons import Persons
from eyebright.people.review import Reviews
from eyebright.people.rows import find_collection, find_user
from eyebright.people.standing import BINS, Standing, Standings
from eyebright.people.suggestions import Bands, Suggestion, Suggestions
from eyebright.testing.analyser import FakeSimilarity
from eyebright.testing.clock import FixedClock
from eyebright.testing.rooms import SPACE, Rooms, new_face, open_rooms, unit_vector
from eyebright.vectors.exact import ExactIndex

SHELF = CollectionId("library")
SCALE = FakeSimilarity()


@pytest.fixture
def rooms(tmp_path: Path) -> Rooms:
    return open_rooms(tmp_path)


@pytest.fixture
def scope(rooms: Rooms) -> Scope:
    scope = rooms.new_scope("archive")
    rooms.collections.create(scope, SHELF, space=SPACE)
    return scope


@pytest.fixture
def act(rooms: Rooms) -> Decisions:
    return Decisions(rooms.database, rooms.vault, clock=FixedClock())


@pytest.fixture
def suggestions(rooms: Rooms) -> Suggestions:
    return Suggestions(rooms.database, search=rooms.search, scale=SCALE)


@pytest.fixture
def standings(rooms: Rooms) -> Standings:
    return Standings(rooms.database, search=rooms.search, scale=SCALE)


def like(seed: int, cosine: float, other: int) -> FloatArray:
    """A direction at this cosine of a person's own."""
    base, side = unit_vector(seed), unit_vector(5_000 + other)
    side = side - base * (side @ base)
    side /= np.linalg.norm(side)
    view: FloatArray = (cosine * base + np.sqrt(1 - cosine**2) * side).astype(np.float32)
    return view


def enrol(rooms: Rooms, scope: Scope, vector: FloatArray, photo: str) -> FaceId:
    (face,) = rooms.faces.enrol(
        scope,
        SHELF,
        image_id=ImageId(photo),
        external_image_id=None,
        new_faces=[new_face(vector, left=float(crc32(vector.tobytes()) % 500))],
    )
    return face.face_id


def named(rooms: Rooms, scope: Scope, act: Decisions, seed: int, name: str) -> UserId:
    face = enrol(rooms, scope, unit_vector(seed), f"portrait of {name}")
    return act.name(scope, SHELF, [face], actor="me", name=name).people[0]


def test_bands_follow_from_the_calibration_and_the_number_of_people() -> None:
    few, many = band_floors(SCALE, 10), band_floors(SCALE, 1000)
    for band, chance in CHANCES.items():
        assert SCALE.false_match_rate(few[band]) * 10 == pytest.approx(chance, rel=1e-3)
        assert SCALE.false_match_rate(many[band]) * 1000 == pytest.approx(chance, rel=1e-3)
    assert many[Band.LIKELY] > few[Band.LIKELY] > few[Band.MAYBE] > few[Band.UNLIKELY]


def test_faces_come_in_bands_with_percent_rate_quality_and_rivals(
    rooms: Rooms, scope: Scope, act: Decisions, suggestions: Suggestions
) -> None:
    ada, ben = named(rooms, scope, act, 1, "Ada"), named(rooms, scope, act, 2, "Ben")
    sure = enrol(rooms, scope, like(1, 0.9, 1), "a")
    perhaps = enrol(rooms, scope, like(1, 0.1, 2), "b")
    Grouping(rooms.database, rooms.vault, scale=SCALE, new_index=ExactIndex).place(
        scope, SHELF, [Unplaced(sure, 0.8)]
    )
    bands = suggestions.for_person(scope, SHELF, ada, limit=10)
    (first,) = bands.likely
    assert (first.face.face_id, first.quality) == (sure, 0.8)
    assert first.percent == pytest.approx(90, abs=0.1)
    assert first.false_match_rate == pytest.approx(10**-9, rel=0.1)
    rest = [one.face.face_id for one in (*bands.maybe, *bands.unlikely)]
    assert perhaps in rest
    for one in suggestions.for_person(scope, SHELF, ben, limit=10).unlikely:
        if one.face.face_id == sure:
            assert one.rivals[0].user_id == ada


def test_who_is_likelier_somebody_else_is_unlikely(
    rooms: Rooms, scope: Scope, act: Decisions, suggestions: Suggestions
) -> None:
    ada = named(rooms, scope, act, 1, "Ada")
    twin = enrol(rooms, scope, like(1, 0.8, 7), "twin")
    other = act.name(scope, SHELF, [twin], actor="me", name="Twin").people[0]
    between = enrol(rooms, scope, like(1, 0.85, 7), "between")
    bands = suggestions.for_person(scope, SHELF, ada, limit=5)
    assert (bands.likely, bands.maybe) == ((), ())
    (of_ada,) = bands.unlikely
    assert of_ada.face.face_id == between
    assert of_ada.rivals[0].user_id == other
    assert suggestions.for_face(scope, SHELF, between)[0].user_id == other


def test_a_face_in_a_stack_is_no_surer_than_the_stack(
    rooms: Rooms, scope: Scope, act: Decisions, suggestions: Suggestions
) -> None:
    ada = named(rooms, scope, act, 1, "Ada")
    alike = enrol(rooms, scope, like(1, 0.9, 1), "a")
    others = [enrol(rooms, scope, -like(1, 0.9, at), f"photo {at}") for at in (2, 3, 4)]
    (alone,) = suggestions.for_person(scope, SHELF, ada, limit=9).likely
    act.split(scope, SHELF, [alike, *others], actor="me")
    bands = suggestions.for_person(scope, SHELF, ada, limit=9)
    assert alone.face.face_id == alike
    assert alike not in [one.face.face_id for one in bands.likely]
    told = next(s for s in (*bands.maybe, *bands.unlikely) if s.face.face_id == alike)
    assert told.percent == alone.percent


def test_a_person_has_those_suggestions_that_a_review_has(
    rooms: Rooms, scope: Scope, act: Decisions
) -> None:
    people = [named(rooms, scope, act, seed, f"P{seed}") for seed in range(4)]
    ids = [
        enrol(rooms, scope, like(at % 4, cosine, at), f"photo {at % 13}")
        for at, cosine in enumerate(np.linspace(0.05, 0.95, 40).tolist())
    ]
    for at in range(4):
        act.split(scope, SHELF, ids[at * 10 : at * 10 + 3], actor="me")
    reviews = Reviews(SCALE)
    suggestions = Suggestions(rooms.database, search=rooms.search, scale=SCALE, reviews=reviews)
    seen = set()
    for user_id in people:
        bands = suggestions.for_person(scope, SHELF, user_id, limit=50)
        with rooms.database.read() as connection:
            collection = find_collection(connection, scope, SHELF)
            projection = rooms.search.projections.of(connection, scope, collection, with_users=True)
            user = find_user(connection, collection.number, user_id)
            row = reviews.of(connection, collection, projection).of(user.user_no, 50)
        for band, told in ((Band.LIKELY, bands.likely), (Band.MAYBE, bands.maybe)):
            wanted = [one.number for one in reversed(row) if one.band is band]
            assert [one.number for one in told] == wanted
            seen |= {band} if told else set()
        assert {one.number for one in row} <= {s.number for some in _all(bands) for s in some}
        few = suggestions.for_person(scope, SHELF, user_id, limit=2)
        assert sum(len(some) for some in _all(few)) == 2
    assert seen == {Band.LIKELY, Band.MAYBE}


def _all(bands: Bands) -> tuple[tuple[Suggestion, ...], ...]:
    return bands.likely, bands.maybe, bands.unlikely


def test_of_a_collection_too_large_to_review_the_rest_is_judged_alike(
    rooms: Rooms, scope: Scope, act: Decisions
) -> None:
    ada, ben = named(rooms, scope, act, 1, "Ada"), named(rooms, scope, act, 2, "Ben")
    for at in range(20):
        enrol(rooms, scope, like(1 + at % 2, 0.9, at), f"photo {at}")
    none = Reviews(SCALE, most_looked_at=0, sampled=0)
    bands = [
        Suggestions(rooms.database, search=rooms.search, scale=SCALE, reviews=none).for_person(
            scope, SHELF, user_id, limit=30
        )
        for user_id in (ada, ben)
    ]
    assert [len(one.likely) for one in bands] == [10, 10]


def test_who_is_rejected_named_put_aside_or_in_a_photo_of_the_person_is_not_suggested(
    rooms: Rooms, scope: Scope, act: Decisions, suggestions: Suggestions
) -> None:
    ada = named(rooms, scope, act, 1, "Ada")
    ids = [enrol(rooms, scope, like(1, 0.9, n), f"photo {n}") for n in range(4)]
    enrol(rooms, scope, like(1, 0.9, 9), "portrait of Ada")
    act.reject(scope, SHELF, ids[:1], ada, actor="me")
    act.ignore(scope, SHELF, ids[1:2], actor="me")
    act.name(scope, SHELF, ids[2:3], actor="me", name="Ben")
    bands = suggestions.for_person(scope, SHELF, ada, limit=10)
    found = [one.face.face_id for one in (*bands.likely, *bands.maybe, *bands.unlikely)]
    assert found == ids[3:]
    assert ada not in [who.user_id for who in suggestions.for_face(scope, SHELF, ids[0])]
    assert ada in [who.user_id for who in suggestions.for_face(scope, SHELF, ids[3])]


def test_what_is_asked_of_who_is_not_there(
    rooms: Rooms, scope: Scope, suggestions: Suggestions
) -> None:
    with pytest.raises(UserNotFound):
        suggestions.for_person(scope, SHELF, UserId("nobody"), limit=1)
    with pytest.raises(FaceNotInCollection):
        suggestions.for_face(scope, SHELF, FaceId("none"))
    rooms.users.create(scope, SHELF, UserId("empty"))
    bands = suggestions.for_person(scope, SHELF, UserId("empty"), limit=1)
    assert (bands.likely, bands.maybe, bands.unlikely) == ((), (), ())
    assert suggestions.possibly_wrong(scope, SHELF, UserId("empty"), limit=1) == ()


def test_the_wrong_face_is_least_like_the_others(
    rooms: Rooms, scope: Scope, act: Decisions, suggestions: Suggestions
) -> None:
    ids = [enrol(rooms, scope, like(1, 0.9, n), f"photo {n}") for n in range(5)]
    wrong = enrol(rooms, scope, unit_vector(2), "wrong")
    ada = act.name(scope, SHELF, [*ids, wrong], actor="me", name="Ada").people[0]
    doubts = suggestions.possibly_wrong(scope, SHELF, ada, limit=3)
    assert [doubt.face.face_id == wrong for doubt in doubts] == [True, False, False]
    assert doubts[0].percent < doubts[1].percent <= doubts[2].percent


def test_leave_one_out_is_the_cosine_with_the_mean_of_the_others() -> None:
    vectors = np.stack([unit_vector(n) for n in range(6)])
    expected = []
    for at in range(6):
        mean = np.delete(vectors, at, axis=0).mean(axis=0)
        expected.append(vectors[at] @ mean / np.linalg.norm(mean))
    assert np.allclose(leave_one_out(vectors), expected, atol=1e-6)


def test_standing_counts_every_face_once(
    rooms: Rooms, scope: Scope, act: Decisions, standings: Standings
) -> None:
    named(rooms, scope, act, 1, "Ada")
    likely = enrol(rooms, scope, like(1, 0.95, 1), "a")
    strange = enrol(rooms, scope, -unit_vector(1), "b")
    aside = enrol(rooms, scope, like(1, 0.95, 2), "c")
    act.not_a_face(scope, SHELF, [aside], actor="me")
    assert len({likely, strange, aside}) == 3
    assert standings.of(scope, SHELF) == Standing(1, 1, 1, 1, is_estimate=False)


def test_standing_of_many_is_an_estimate_that_adds_up(
    rooms: Rooms,
    scope: Scope,
    act: Decisions,
    standings: Standings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("eyebright.people.standing.MOST_COUNTED", 10)
    named(rooms, scope, act, 1, "Ada")
    for at in range(30):
        enrol(rooms, scope, like(1, 0.95, at) if at % 2 else -like(1, 0.95, at), f"photo {at}")
    told = standings.of(scope, SHELF)
    assert told.is_estimate
    assert (told.confirmed, told.suggested + told.unknown, told.ignored) == (1, 30, 0)
    assert 5 <= told.suggested <= 25


def test_the_histogram_counts_each_pair_once(
    rooms: Rooms, scope: Scope, act: Decisions, standings: Standings
) -> None:
    assert standings.histogram(scope, SHELF).faces == 0
    ids = [enrol(rooms, scope, like(1, 0.95, n), f"photo {n}") for n in range(3)]
    act.name(scope, SHELF, ids, actor="me", name="Ada")
    named(rooms, scope, act, 2, "Ben")
    told = standings.histogram(scope, SHELF)
    assert (sum(told.same_person), sum(told.other_person)) == (3, 3)
    assert len(told.same_person) == BINS
    assert max(at for at, n in enumerate(told.same_person) if n) > max(
        at for at, n in enumerate(told.other_person) if n
    )
    assert not told.is_sample


def test_persons_tell_what_is_known_to_those_who_only_ask_for_names(
    rooms: Rooms, scope: Scope, act: Decisions
) -> None:
    ada = named(rooms, scope, act, 1, "Ada")
    persons = Persons(rooms.database, rooms.vault, users=rooms.users)
    one = persons.get(scope, SHELF, ada)
    assert (one.name, one.facts.name, one.version) == ("Ada", "Ada", 1)
