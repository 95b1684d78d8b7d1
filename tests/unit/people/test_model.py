"""Any sequence of calls, compared with a model so plain that it is right by looking at it."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from eyebright.errors import UserExists, UserNotFound
from eyebright.ids import CollectionId, FaceId, ImageId, UserId
from eyebright.people.values import Face, Refusal, UserStatus
from eyebright.testing.rooms import SPACE, Rooms, new_face, open_rooms, unit_vector

STAFF = CollectionId("staff")
NAMES = st.sampled_from([UserId(name) for name in ("bob", "eve", "zoe")])
SEEDS = st.integers(0, 5)


@dataclass
class KnownFace:
    seed: int
    image: int
    user: UserId | None = None


class People(RuleBasedStateMachine):
    """Two processes over one home; every rule lets one of them act."""

    faces_seen = Bundle("faces_seen")

    @initialize()
    def start(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="eyebright-model-"))
        self.processes = [open_rooms(self.home), open_rooms(self.home)]
        self.scope = self.processes[0].new_scope("someone")
        self.processes[0].collections.create(self.scope, STAFF, space=SPACE)
        self.known: dict[FaceId, KnownFace] = {}
        self.users: list[UserId] = []

    def teardown(self) -> None:
        for process in getattr(self, "processes", []):
            process.database.close()
        if hasattr(self, "home"):
            shutil.rmtree(self.home)

    @rule(target=faces_seen, process=st.integers(0, 1), seed=SEEDS, image=st.integers(0, 3))
    def enrol(self, process: int, seed: int, image: int) -> FaceId:
        """Each seed has its place in every image, so the pair says whether it is known."""
        (face,) = self.processes[process].faces.enrol(
            self.scope,
            STAFF,
            image_id=ImageId(f"image {image}"),
            external_image_id=None,
            new_faces=[new_face(unit_vector(seed), left=50.0 * seed)],
        )
        same = [one for one, k in self.known.items() if (k.seed, k.image) == (seed, image)]
        assert same in ([], [face.face_id])
        if not same:
            assert face.face_id not in self.known
            self.known[face.face_id] = KnownFace(seed, image)
        return face.face_id

    @rule(process=st.integers(0, 1), faces=st.lists(faces_seen, max_size=4))
    def delete_faces(self, process: int, faces: list[FaceId]) -> None:
        deletion = self.processes[process].faces.delete(self.scope, STAFF, faces)
        reasons = {one.face_id: one for one in deletion.unsuccessful}
        for face_id in faces:
            known = self.known.get(face_id)
            if face_id in deletion.deleted:
                assert known is not None
                assert known.user is None
            elif known is None:
                assert reasons[face_id].reason is Refusal.FACE_NOT_FOUND
            else:
                assert reasons[face_id].reason is Refusal.ASSOCIATED_TO_AN_EXISTING_USER
                assert reasons[face_id].user_id == known.user
        for face_id in deletion.deleted:
            del self.known[face_id]

    @rule(process=st.integers(0, 1), user=NAMES)
    def create_user(self, process: int, user: UserId) -> None:
        try:
            self.processes[process].users.create(self.scope, STAFF, user)
        except UserExists:
            assert user in self.users
        else:
            assert user not in self.users
            self.users.append(user)

    @rule(process=st.integers(0, 1), user=NAMES)
    def delete_user(self, process: int, user: UserId) -> None:
        try:
            self.processes[process].users.delete(self.scope, STAFF, user)
        except UserNotFound:
            assert user not in self.users
            return
        self.users.remove(user)
        for known in self.known.values():
            known.user = None if known.user == user else known.user

    @rule(process=st.integers(0, 1), user=NAMES, faces=st.lists(faces_seen, max_size=4))
    def associate(self, process: int, user: UserId, faces: list[FaceId]) -> None:
        try:
            result = self.processes[process].users.associate(
                self.scope, STAFF, user, faces, min_percent=0
            )
        except UserNotFound:
            assert user not in self.users
            return
        free = {one for one in faces if one in self.known and self.known[one].user is None}
        assert set(result.changed) == free
        for one in result.unsuccessful:
            known = self.known.get(one.face_id)
            assert one.user_id == (known.user if known else None)
        for face_id in free:
            self.known[face_id].user = user
        assert result.status is self.status(user)

    @rule(process=st.integers(0, 1), user=NAMES, faces=st.lists(faces_seen, max_size=4))
    def disassociate(self, process: int, user: UserId, faces: list[FaceId]) -> None:
        try:
            result = self.processes[process].users.disassociate(self.scope, STAFF, user, faces)
        except UserNotFound:
            assert user not in self.users
            return
        own = {one for one in faces if one in self.known and self.known[one].user == user}
        assert set(result.changed) == own
        for face_id in own:
            self.known[face_id].user = None
        assert result.status is self.status(user)

    @rule(process=st.integers(0, 1), seed=SEEDS)
    def search(self, process: int, seed: int) -> None:
        found = self.processes[process].search.by_vector(
            self.scope, STAFF, unit_vector(seed), space=SPACE, max_faces=100, min_percent=99
        )
        expected = {face_id for face_id, known in self.known.items() if known.seed == seed}
        assert {match.face.face_id for match in found} == expected

    @rule(process=st.integers(0, 1), seed=SEEDS)
    def search_users(self, process: int, seed: int) -> None:
        """A user whose faces are all of one seed is found by it."""
        found = self.processes[process].search.users_by_vector(
            self.scope, STAFF, unit_vector(seed), space=SPACE, max_users=10, min_percent=99.9
        )
        seeds = {
            user: {known.seed for known in self.known.values() if known.user == user}
            for user in self.users
        }
        expected = {user for user, own in seeds.items() if own == {seed}}
        assert expected <= {match.user.user_id for match in found}
        assert all(seed in seeds[match.user.user_id] for match in found)

    @invariant()
    def both_processes_agree_with_the_model(self) -> None:
        for process in getattr(self, "processes", []):
            self.agrees(process)

    def agrees(self, process: Rooms) -> None:
        listed: dict[FaceId, Face] = {
            face.face_id: face for face in process.faces.list(self.scope, STAFF, limit=1000).items
        }
        assert {one: face.user_id for one, face in listed.items()} == {
            one: known.user for one, known in self.known.items()
        }
        users = process.users.list(self.scope, STAFF, limit=100).items
        assert [user.user_id for user in users] == self.users
        assert [user.status for user in users] == [self.status(user) for user in self.users]
        collection = process.collections.get(self.scope, STAFF)
        assert (collection.face_count, collection.user_count) == (len(self.known), len(self.users))

    def status(self, user: UserId) -> UserStatus:
        has_faces = any(known.user == user for known in self.known.values())
        return UserStatus.ACTIVE if has_faces else UserStatus.CREATED


TestPeople = People.TestCase
TestPeople.settings = settings(
    max_examples=8,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
