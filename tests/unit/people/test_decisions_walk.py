"""Any walk of decisions, undone and done again, leads back to exactly the earlier states."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from eyebright.db.tables import (
    collections,
    drawn_tags,
    face_groups,
    face_rejections,
    face_states,
    faces,
    group_refusals,
    persons,
    users,
)
from eyebright.errors import Conflict, InvalidInput, UserNotFound
from eyebright.ids import CollectionId, FaceId, ImageId, UserId
from eyebright.people.decisions import Decisions
from eyebright.people.drawn import NewTag
from eyebright.people.facts import open_facts
from eyebright.people.group_means import GroupMeans
from eyebright.people.grouping import Grouping, Unplaced
from eyebright.people.rows import find_collection
from eyebright.people.vectors import stored_vectors
from eyebright.testing.analyser import FakeSimilarity
from eyebright.testing.clock import FixedClock
from eyebright.testing.rooms import SPACE, Rooms, new_face, open_rooms, unit_vector
from eyebright.vectors.exact import ExactIndex

SHELF = CollectionId("library")
NAMES = st.sampled_from(["Ada", "Ben", "Cid"])
SOME = st.lists(st.integers(0, 11), min_size=1, max_size=4, unique=True)
AT = st.integers(0, 5)
State = dict[str, Any]


class Sharp(FakeSimilarity):
    """Two different directions are two people; a group joins only its own."""

    def false_match_rate(self, percent: float, /) -> float:
        return 0.0 if percent >= 80.0 else 1.0


class Walk(RuleBasedStateMachine):
    """Twelve faces of three people in six photos, two of them in each photo."""

    @initialize()
    def start(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="eyebright-walk-"))
        self.rooms: Rooms = open_rooms(self.home)
        self.scope = self.rooms.new_scope("archive")
        self.rooms.collections.create(self.scope, SHELF, space=SPACE)
        self.decisions = Decisions(self.rooms.database, self.rooms.vault, clock=FixedClock())
        self.grouping = Grouping(
            self.rooms.database, self.rooms.vault, scale=Sharp(), new_index=ExactIndex
        )
        self.ids: list[FaceId] = []
        for photo in range(6):
            kept = self.rooms.faces.enrol(
                self.scope,
                SHELF,
                image_id=ImageId(f"photo {photo}"),
                external_image_id=None,
                new_faces=[
                    new_face(unit_vector((photo + one) % 3), left=60.0 * one) for one in (0, 1)
                ],
            )
            self.ids += [face.face_id for face in kept]
        placed = [Unplaced(one, 0.9) for one in self.ids[:10]]  # two were not placed yet
        self.grouping.place(self.scope, SHELF, placed)
        self.past: list[State] = [self.state()]
        self.at = 0
        self.overridden = False

    def teardown(self) -> None:
        if hasattr(self, "home"):
            self.rooms.database.close()
            shutil.rmtree(self.home)

    @rule(some=SOME, name=NAMES, override=st.booleans())
    def name(self, some: list[int], name: str, override: bool) -> None:
        self.act("name", self.faces(some), name=name, override=override)
        self.overridden |= override

    @rule(at=AT, name=NAMES)
    def name_group(self, at: int, name: str) -> None:
        groups = self.grouping.groups(self.scope, SHELF, limit=9, least_faces=1)
        if groups:
            self.act("name", groups[at % len(groups)].number, name=name)

    @rule(some=SOME, at=AT, what=st.sampled_from(["confirm", "move", "reject"]))
    def say(self, some: list[int], at: int, what: str) -> None:
        if people := self.people():
            self.act(what, self.faces(some), people[at % len(people)])

    @rule(
        some=SOME,
        what=st.sampled_from(["unname", "split", "ignore", "not_a_face", "undecided", "reopen"]),
    )
    def decide(self, some: list[int], what: str) -> None:
        self.act(what, self.faces(some))

    @rule(at=AT, some=SOME)
    def put_aside_and_reopen(self, at: int, some: list[int]) -> None:
        groups = self.grouping.groups(self.scope, SHELF, limit=9, least_faces=1)
        if groups:
            group = groups[at % len(groups)].number
            members = self.grouping.faces_of(self.scope, SHELF, group)
            self.act("ignore", group)
            self.act("reopen", self.faces(some))
            self.act("reopen", members)

    @rule(one=AT, other=AT, override=st.booleans())
    def merge(self, one: int, other: int, override: bool) -> None:
        if people := self.people():
            pair = people[one % len(people)], people[other % len(people)]
            self.act("merge", *pair, override=override)
            self.overridden |= override

    @rule(at=AT, name=NAMES, override=st.booleans())
    def tag(self, at: int, name: str, override: bool) -> None:
        drawn = NewTag(ImageId(f"photo {at}"), None, (1.0, 1.0, 9.0, 9.0), (640, 480))
        self.act("tag", drawn, name=name, override=override)
        self.overridden |= override

    @rule(at=AT)
    def untag(self, at: int) -> None:
        with self.rooms.database.read() as connection:
            tags = connection.scalars(select(drawn_tags.c.tag_id)).all()
        if tags:
            self.act("untag", [tags[at % len(tags)]])

    @rule(at=AT, name=NAMES, role=st.sampled_from(["", "Guest"]))
    def rename(self, at: int, name: str, role: str) -> None:
        if people := self.people():
            user_id = people[at % len(people)]
            version = self.versions()[user_id]
            self.act("rename", user_id, name=name, role=role, version=version)

    @rule(steps=st.integers(1, 4))
    def undo(self, steps: int) -> None:
        for _ in range(steps):
            done = self.decisions.undo(self.scope, SHELF, actor="me")
            assert (done.event_id is None) == (self.at == 0)
            self.at = max(0, self.at - 1)
            assert self.state() == self.past[self.at]

    @rule(steps=st.integers(1, 4))
    def redo(self, steps: int) -> None:
        for _ in range(steps):
            done = self.decisions.redo(self.scope, SHELF, actor="me")
            assert (done.event_id is None) == (self.at == len(self.past) - 1)
            self.at = min(len(self.past) - 1, self.at + 1)
            assert self.state() == self.past[self.at]

    @rule(at=AT)
    def revert(self, at: int) -> None:
        events = self.decisions.history(self.scope, SHELF, limit=6).items
        if events:
            self.act("revert", events[at % len(events)].event_id)

    @rule()
    def everything_back_and_again(self) -> None:
        while self.decisions.undo(self.scope, SHELF, actor="me").event_id is not None:
            pass
        assert self.state() == self.past[0]
        for _ in range(self.at):
            self.decisions.redo(self.scope, SHELF, actor="me")
        assert self.state() == self.past[self.at]

    @invariant()
    def counts_are_right(self) -> None:
        if not hasattr(self, "home"):
            return
        with self.rooms.database.read() as connection:
            owners = Counter(connection.scalars(select(faces.c.user_no)))
            for user_no, count in connection.execute(select(users.c.user_no, users.c.face_count)):
                assert owners[user_no] == count
            members = Counter(connection.scalars(select(face_states.c.group_no)))
            query = select(face_groups.c.group_no, face_groups.c.face_count)
            for group_no, count in connection.execute(query):
                assert members[group_no] == count
            row = connection.execute(select(collections)).one()
            assert row.user_count == len(connection.execute(select(users)).all())
            grouped = select(faces.c.face_no).join(
                face_states, face_states.c.face_no == faces.c.face_no
            )
            assert not connection.scalars(
                grouped.where(face_states.c.group_no.is_not(None), faces.c.user_no.is_not(None))
            ).all()
            photos = Counter(
                connection.execute(
                    select(face_states.c.group_no, faces.c.image_id)
                    .join(faces, faces.c.face_no == face_states.c.face_no)
                    .where(face_states.c.group_no.is_not(None))
                ).all()
            )
            assert all(count == 1 for count in photos.values())

    @invariant()
    def nobody_is_twice_in_a_photo_unless_somebody_said_so(self) -> None:
        if not hasattr(self, "home") or self.overridden:
            return
        with self.rooms.database.read() as connection:
            seen = Counter(
                [
                    tuple(row)
                    for table in (faces, drawn_tags)
                    for row in connection.execute(
                        select(table.c.image_id, table.c.user_no).where(
                            table.c.user_no.is_not(None)
                        )
                    )
                ]
            )
        assert all(count == 1 for count in seen.values())

    @invariant()
    def group_means_are_those_of_their_faces(self) -> None:
        if not hasattr(self, "home"):
            return
        with self.rooms.database.read() as connection:
            collection = find_collection(connection, self.scope, SHELF)
            sealer = self.rooms.vault.collection(self.scope.account_id, collection.key_id)
            means = GroupMeans(ExactIndex(SPACE.dimension))
            means.follow(connection, collection, sealer)
            query = select(face_groups.c.group_no).where(face_groups.c.face_count > 0)
            for group_no in connection.scalars(query).all():
                mine = select(face_states.c.face_no).where(face_states.c.group_no == group_no)
                found = stored_vectors(
                    connection, sealer, faces.c.face_no.in_(mine), dimension=SPACE.dimension
                )
                expected = found.vectors.mean(axis=0)
                assert np.allclose(means.mean(group_no), expected, atol=1e-5)

    def act(self, what: str, *said: Any, **more: Any) -> None:
        before = self.state()
        try:
            done = getattr(self.decisions, what)(self.scope, SHELF, *said, actor="me", **more)
        except (Conflict, InvalidInput, UserNotFound):
            assert self.state() == before
            return
        if done.event_id is None:
            assert self.state() == before
        else:
            self.past = [*self.past[: self.at + 1], self.state()]
            self.at += 1

    def faces(self, some: list[int]) -> list[FaceId]:
        return [self.ids[at] for at in some]

    def people(self) -> list[UserId]:
        with self.rooms.database.read() as connection:
            query = select(users.c.user_id).order_by(users.c.user_id)
            return [UserId(user_id) for user_id in connection.scalars(query)]

    def versions(self) -> dict[str, int]:
        with self.rooms.database.read() as connection:
            query = select(users.c.user_id, persons.c.version).join(
                persons, persons.c.user_no == users.c.user_no
            )
            return {row.user_id: row.version for row in connection.execute(query)}

    def state(self) -> State:
        """All that decisions may change, without the numbers of rows that may be made again."""
        with self.rooms.database.read() as connection:
            collection = find_collection(connection, self.scope, SHELF)
            sealer = self.rooms.vault.collection(self.scope.account_id, collection.key_id)
            who = select(
                faces.c.face_no, users.c.user_id, face_states.c.verdict, face_states.c.group_no
            )
            who = who.outerjoin(users, users.c.user_no == faces.c.user_no).outerjoin(
                face_states, face_states.c.face_no == faces.c.face_no
            )
            known = select(users.c.user_id, persons.c.sealed).outerjoin(
                persons, persons.c.user_no == users.c.user_no
            )
            rejected = select(face_rejections.c.face_no, users.c.user_id).join(
                users, users.c.user_no == face_rejections.c.user_no
            )
            drawn = select(drawn_tags.c.image_id, users.c.user_id).join(
                users, users.c.user_no == drawn_tags.c.user_no
            )
            return {
                "faces": sorted(
                    (number, user_id or "", verdict or "open", group_no or 0)
                    for number, user_id, verdict, group_no in connection.execute(who)
                ),
                "people": sorted(
                    (user_id, repr(sealed and open_facts(sealer, user_id, sealed)))
                    for user_id, sealed in connection.execute(known)
                ),
                "tags": sorted(tuple(row) for row in connection.execute(drawn)),
                "rejected": sorted(tuple(row) for row in connection.execute(rejected)),
                "refused": sorted(tuple(row) for row in connection.execute(select(group_refusals))),
            }


TestWalk = Walk.TestCase
TestWalk.settings = settings(
    max_examples=8,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
