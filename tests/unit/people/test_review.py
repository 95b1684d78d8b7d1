"""Reviews against an oracle that compares every face with everybody, along random walks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from eyebright.db.tables import drawn_tags, face_rejections, face_states, faces, users
from eyebright.errors import Conflict
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, ImageId, UserId
from eyebright.people.bands import CHANCES, WRONG, Band, Judge
from eyebright.people.decisions import Decisions
from eyebright.people.drawn import NewTag
from eyebright.people.grouping import Grouping, Unplaced
from eyebright.people.review import Reviewed, Reviews
from eyebright.people.rows import find_collection
from eyebright.people.vectors import unit_mean
from eyebright.testing.analyser import FakeSimilarity
from eyebright.testing.clock import FixedClock
from eyebright.testing.rooms import SPACE, Rooms, new_face, open_rooms, unit_vector
from eyebright.vectors.exact import ExactIndex

SHELF = CollectionId("library")
SCALE = FakeSimilarity()
Row = dict[int, list[tuple[int, float]]]


@pytest.fixture
def rooms(tmp_path: Path) -> Rooms:
    return open_rooms(tmp_path)


@pytest.fixture
def scope(rooms: Rooms) -> Scope:
    scope = rooms.new_scope("archive")
    rooms.collections.create(scope, SHELF, space=SPACE)
    return scope


def reviewed(rooms: Rooms, scope: Scope, reviews: Reviews) -> Reviewed:
    with rooms.database.read() as connection:
        collection = find_collection(connection, scope, SHELF)
        projection = rooms.search.projections.of(connection, scope, collection, with_users=True)
        return reviews.of(connection, collection, projection)


def rows_of(told: Reviewed) -> Row:
    return {
        owner: [(one.number, one.cosine) for one in told.of(owner, 1_000)]
        for owner in np.unique(told.people[:, 0]).tolist()
    }


def brute_force(rooms: Rooms, scope: Scope) -> tuple[Row, int, list[int]]:
    """Every unknown face with everybody: the rows, how many are likely or maybe, and the people in
    the order of a review."""
    with rooms.database.read() as connection:
        collection = find_collection(connection, scope, SHELF)
        projection = rooms.search.projections.of(connection, scope, collection, with_users=True)
        query = select(
            faces.c.face_no,
            faces.c.image_id,
            faces.c.user_no,
            face_states.c.verdict,
            face_states.c.group_no,
        ).outerjoin(face_states, face_states.c.face_no == faces.c.face_no)
        all_faces = connection.execute(query).all()
        rejected = set(map(tuple, connection.execute(select(face_rejections))))
        drawn = connection.execute(select(drawn_tags.c.image_id, drawn_tags.c.user_no)).all()
        found = {row.face_no: projection.faces.get(str(row.face_no)) for row in all_faces}
        vector = {number: one for number, one in found.items() if one is not None}
        own = defaultdict(list)
        for row in all_faces:
            if row.user_no is not None:
                own[row.user_no].append(vector[row.face_no])
        means = {
            number: unit_mean(np.stack(own[number]))
            for number in connection.scalars(select(users.c.user_no))
            if number in own
        }
    in_photo = {(row.image_id, row.user_no) for row in all_faces} | set(map(tuple, drawn))
    judge = Judge(SCALE, len(means))
    best: dict[tuple[str, int], tuple[float, int]] = {}
    for row in all_faces:
        if row.user_no is not None or row.verdict not in (None, "open"):
            continue
        near = [
            (float(vector[row.face_no].astype(np.float64) @ mean), -number)
            for number, mean in means.items()
            if (row.face_no, number) not in rejected and (row.image_id, number) not in in_photo
        ]
        cosine, negated = max(near, default=(-2.0, 0))
        if cosine >= judge.least:
            place = (row.image_id, -negated)
            best[place] = max(best.get(place, (-2.0, 0)), (cosine, -row.face_no))
    lists: Row = defaultdict(list)
    for (_, owner), (cosine, negated) in best.items():
        lists[owner].append((-negated, cosine))
    unknown = sum(r.user_no is None and r.verdict in (None, "open") for r in all_faces)
    first = [cosine for some in lists.values() for _, cosine in some]
    least = _least(first, unknown, len(means), Band.MAYBE)
    judged = _as_stacks_say(all_faces, vector, means, lists, least)
    single = {n: c for some in lists.values() for n, c in some}
    rows = {
        owner: [(n, single[n]) for n, _ in sorted(some, key=lambda one: (-one[1], one[0]))]
        for owner, some in judged.items()
    }
    then = [cosine for some in judged.values() for _, cosine in some]

    def reaching(band: Band) -> dict[int, int]:
        least = _least(then, unknown, len(means), band)
        return {owner: sum(c >= least for _, c in some) for owner, some in judged.items()}

    maybe, likely = reaching(Band.MAYBE), reaching(Band.LIKELY)
    order = sorted(
        (owner for owner in maybe if maybe[owner]),
        key=lambda one: (-likely[one], -maybe[one], one),
    )
    return rows, sum(maybe.values()), order


def _as_stacks_say(
    all_faces: Sequence[Any],
    vector: Mapping[int, FloatArray],
    means: Mapping[int, FloatArray],
    lists: Row,
    least: float,
) -> Row:
    """Faces that may be somebody are no more so than the group of three and more they are in."""
    members = defaultdict(list)
    for row in all_faces:
        members[row.group_no].append(vector[row.face_no])
    group_of = {row.face_no: row.group_no for row in all_faces}

    def decisive(owner: int, number: int, cosine: float) -> float:
        stack = members[group_of[number]]
        if cosine < least or group_of[number] is None or len(stack) < 3:
            return cosine
        return min(cosine, float(np.mean(stack, axis=0, dtype=np.float64) @ means[owner]))

    return {owner: [(n, decisive(owner, n, c)) for n, c in some] for owner, some in lists.items()}


def _least(cosines: list[float], unknown: int, people: int, band: Band) -> float:
    """The least cosine of a band, by Benjamini's and Hochberg's procedure step by step: the faces
    of a band pay for the strangers that it adds."""
    ranked = sorted(cosines, reverse=True)
    chances = [people * SCALE.false_match_rate(SCALE.to_percent(cosine)) for cosine in ranked]
    surer, before = 0, 0.0
    for one in (Band.LIKELY, Band.MAYBE):
        allowed = [
            min(CHANCES[one], before + WRONG[one] * max(rank - surer, 1) / unknown)
            for rank in range(1, len(ranked) + 1)
        ]
        passing = [rank for rank, chance in enumerate(chances) if chance <= allowed[rank]]
        reached = passing[-1] + 1 if passing else 0
        if one is band:
            return ranked[reached - 1] if reached else 2.0
        before = min(CHANCES[one], WRONG[one] * max(reached, 1) / unknown)
        surer = reached
    raise AssertionError(band)


class Walk:
    """Random decisions about a few faces of a few people."""

    def __init__(self, rooms: Rooms, scope: Scope, seed: int) -> None:
        self.rooms, self.scope = rooms, scope
        self.act = Decisions(rooms.database, rooms.vault, clock=FixedClock())
        self.grouping = Grouping(rooms.database, rooms.vault, scale=SCALE, new_index=ExactIndex)
        self.random = np.random.default_rng(seed)
        self.ids: list[FaceId] = []
        self.count = 0

    def enrol(self) -> None:
        who, photo = int(self.random.integers(12)), f"photo {self.random.integers(20)}"
        noise = unit_vector(1_000 + self.count)
        vector = unit_vector(who) + self.random.uniform(0.2, 1.5) * noise
        vector = (vector / np.linalg.norm(vector)).astype(np.float32)
        (face,) = self.rooms.faces.enrol(
            self.scope,
            SHELF,
            image_id=ImageId(photo),
            external_image_id=None,
            new_faces=[new_face(vector, left=50.0 * self.count)],
        )
        self.count += 1
        self.ids.append(face.face_id)
        self.grouping.place(self.scope, SHELF, [Unplaced(face.face_id, 0.9)])

    def name_some(self, count: int) -> None:
        for at, face_id in enumerate(self.ids[:count]):
            self.act.name(
                self.scope, SHELF, [face_id], actor="a", name=f"P{at % 14}", override=True
            )

    def some(self) -> list[FaceId]:
        return [FaceId(one) for one in self.random.choice(self.ids, self.random.integers(1, 4))]

    def somebody(self) -> UserId | None:
        with self.rooms.database.read() as connection:
            ids = connection.scalars(select(users.c.user_id)).all()
        return UserId(str(self.random.choice(ids))) if ids else None

    def step(self) -> str:
        """Do something; what."""
        who, some = self.somebody(), self.some()
        place, do = (self.scope, SHELF), self.act
        steps = {
            "enrol": self.enrol,
            "name": lambda: do.name(
                *place, some, actor="a", name=f"P{self.random.integers(14)}", override=True
            ),
            "unname": lambda: do.unname(*place, some, actor="a"),
            "ignore": lambda: do.ignore(*place, some[:1], actor="a"),
            "undecided": lambda: do.undecided(*place, some[:1], actor="a"),
            "reopen": lambda: do.reopen(*place, some, actor="a"),
            "undo": lambda: do.undo(*place, actor="a"),
            "delete": lambda: self.delete(some[0]),
        }
        if who is not None:
            steps |= {
                "move": lambda: do.move(*place, some, who, actor="a", override=True),
                "reject": lambda: do.reject(*place, some, who, actor="a"),
                "merge": lambda: self.merge(who),
                "tag": lambda: self.tag(who),
            }
        chosen = str(self.random.choice(list(steps)))
        try:
            steps[chosen]()
        except Conflict:
            return f"{chosen}, refused"
        return chosen

    def delete(self, face_id: FaceId) -> None:
        if len(self.ids) > 20:
            self.ids.remove(face_id)
            self.rooms.faces.delete(self.scope, SHELF, [face_id])

    def merge(self, who: UserId) -> None:
        into = self.somebody()
        if into is not None and into != who:
            self.act.merge(self.scope, SHELF, who, into, actor="a", override=True)

    def tag(self, who: UserId) -> None:
        photo = ImageId(f"photo {self.random.integers(20)}")
        drawn = NewTag(photo, None, (0.0, 0.0, 10.0, 10.0), (640, 480))
        name = f"P{self.random.integers(14)}"
        self.act.tag(self.scope, SHELF, drawn, actor="a", name=name, override=True)


@pytest.mark.parametrize("seed", range(2))
def test_after_every_decision_a_review_is_what_comparing_all_with_all_says(
    rooms: Rooms, scope: Scope, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eyebright.people.nearest._FEW", 3 * seed)  # by the index, and without
    walk, reviews = Walk(rooms, scope, seed), Reviews(SCALE)
    for _ in range(30):
        walk.enrol()
    done = set()
    for _ in range(30):
        done.add(walk.step())
        told = reviewed(rooms, scope, reviews)
        rows, suggested, order = brute_force(rooms, scope)
        found = rows_of(told)
        assert found.keys() == rows.keys()
        for owner, some in rows.items():
            assert [n for n, _ in found[owner]] == [n for n, _ in some]
            assert np.allclose([c for _, c in found[owner]], [c for _, c in some], atol=1e-6)
        assert told.is_complete
        assert (told.suggested, told.most()) == (suggested, order)
    assert len(done) > 6


def test_a_face_is_in_one_row_and_its_rivals_are_the_next_best(rooms: Rooms, scope: Scope) -> None:
    walk, reviews = Walk(rooms, scope, 7), Reviews(SCALE)
    for _ in range(30):
        walk.enrol()
    walk.name_some(12)
    told = reviewed(rooms, scope, reviews)
    numbers = [one.number for owner in rows_of(told) for one in told.of(owner, 1_000)]
    assert len(numbers) == len(set(numbers)) > 0
    rivals = [one for owner in rows_of(told) for one in told.of(owner, 1_000) if one.rivals]
    assert rivals
    for one in rivals:
        cosines = [one.cosine, *(cosine for _, cosine in one.rivals)]
        assert cosines == sorted(cosines, reverse=True)
        assert len(one.rivals) <= 3


def alike(at: int) -> FloatArray:
    """Directions that are all near one."""
    vector = unit_vector(1) + 0.5 * unit_vector(100 + at)
    unit: FloatArray = (vector / np.linalg.norm(vector)).astype(np.float32)
    return unit


def enrol(rooms: Rooms, scope: Scope, vector: FloatArray, photo: str, at: int) -> FaceId:
    (face,) = rooms.faces.enrol(
        scope,
        SHELF,
        image_id=ImageId(photo),
        external_image_id=None,
        new_faces=[new_face(vector, left=50.0 * at)],
    )
    return face.face_id


def test_a_face_whose_nearest_people_are_all_in_its_photo_may_be_one_further_off(
    rooms: Rooms, scope: Scope
) -> None:
    act = Decisions(rooms.database, rooms.vault, clock=FixedClock())
    for at in range(12):
        ids = [enrol(rooms, scope, alike(at), f"portrait {at}", 0)]
        if at < 9:
            ids.append(enrol(rooms, scope, alike(at), "group", at + 1))
        act.name(scope, SHELF, ids, actor="a", name=f"P{at}")
    enrol(rooms, scope, alike(4), "group", 20)
    told = reviewed(rooms, scope, Reviews(SCALE))
    rows, suggested, _ = brute_force(rooms, scope)
    assert {owner: len(some) for owner, some in rows_of(told).items()} == {
        owner: len(some) for owner, some in rows.items()
    }
    assert told.suggested == suggested == 1
    (owner,) = rows
    assert len(told.of(owner, 1)[0].rivals) == 2


def test_with_fewer_people_less_is_alike_enough(rooms: Rooms, scope: Scope) -> None:
    act = Decisions(rooms.database, rooms.vault, clock=FixedClock())
    reviews = Reviews(SCALE)
    people: list[UserId] = []
    for at in range(20):
        face_id = enrol(rooms, scope, unit_vector(at), f"portrait {at}", 0)
        people += act.name(scope, SHELF, [face_id], actor="a", name=f"P{at}").people
    for at in range(10):
        enrol(rooms, scope, unit_vector(1_000 + at), f"stranger {at}", 0)
    reviewed(rooms, scope, reviews)
    for at in range(17):
        act.merge(scope, SHELF, people[at], people[19], actor="a")
        told = reviewed(rooms, scope, reviews)
    rows, suggested, order = brute_force(rooms, scope)
    assert {owner: [n for n, _ in some] for owner, some in rows_of(told).items()} == {
        owner: [n for n, _ in some] for owner, some in rows.items()
    }
    assert (told.suggested, told.most()) == (suggested, order)


def test_of_a_large_collection_more_is_looked_at_with_each_review(
    rooms: Rooms, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eyebright.people.review.RUN", 5)
    walk = Walk(rooms, scope, 3)
    for _ in range(50):
        walk.enrol()
    walk.name_some(10)
    part = Reviews(SCALE, most_looked_at=35, sampled=30, compared_at_once=50)
    looked, seen = [], {}
    for _ in range(12):
        told = reviewed(rooms, scope, part)
        looked.append(told.looked_at)
        seen = rows_of(told)
    assert looked == sorted(looked)
    assert looked[0] < 30 <= looked[-1] < told.unknown
    assert not told.is_complete
    whole = reviewed(rooms, scope, Reviews(SCALE))
    best = {one.number: owner for owner in rows_of(whole) for one in whole.of(owner, 1_000)}
    shown = [(number, owner) for owner, some in seen.items() for number, _ in some]
    assert shown
    assert all(best.get(number, owner) == owner for number, owner in shown)


def test_a_review_of_nobody_is_empty(rooms: Rooms, scope: Scope) -> None:
    reviews = Reviews(SCALE)
    assert reviewed(rooms, scope, reviews).most() == []
    Walk(rooms, scope, 1).enrol()
    told = reviewed(rooms, scope, reviews)
    assert (told.most(), told.suggested, told.looked_at, told.unknown) == ([], 0, 1, 1)
