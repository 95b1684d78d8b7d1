"""The rows that decisions about people change: read as states, and written within one transaction.

Who calls holds the database's write lock (`begin_change`), so that what was read still holds when
it is written.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, Table, bindparam, delete, select, update

from eyebright.db.engine import Database
from eyebright.db.tables import (
    assets,
    celebrities,
    drawn_tags,
    face_groups,
    face_rejections,
    face_states,
    faces,
    group_refusals,
    persons,
    users,
)
from eyebright.governance.erasure import erase_after_commit
from eyebright.governance.sealing import Sealer
from eyebright.ids import FaceId, UserId
from eyebright.people.changes import Change, FaceState, PersonChange, PersonState
from eyebright.people.facts import open_facts
from eyebright.people.grouping import OPEN, UNMEASURED, group_now
from eyebright.people.persons import forget_name, put_facts
from eyebright.people.rows import CollectionRow, batches, count_change

FILM = "video"
"""What `assets.media` says of one."""
FEW = 20
"""As many faces that become alike are written one by one: faster than a statement of their own."""


@dataclass(frozen=True, slots=True)
class FaceNow:
    """A face as it is. is_kept: it has a row among `face_states`."""

    number: int
    face_id: FaceId
    image_id: str
    state: FaceState
    is_kept: bool


@dataclass(frozen=True, slots=True)
class UserNow:
    """A user as it is. is_celebrity: a biography goes with the user and would be lost."""

    number: int
    user_id: UserId
    face_count: int
    person: PersonState
    is_celebrity: bool = False


class Ledger:
    """One collection within one write transaction."""

    def __init__(
        self,
        database: Database,
        connection: Connection,
        collection: CollectionRow,
        *,
        sealer: Sealer,
        now_ms: int,
    ) -> None:
        self.connection = connection
        self.collection = collection
        self.sealer = sealer
        self.now_ms = now_ms
        self._database = database

    def faces(self, numbers: Sequence[int]) -> dict[int, FaceNow]:
        """Those that are there, by number."""
        return self._faces(faces.c.face_no, numbers)

    def faces_by_id(self, face_ids: Sequence[FaceId]) -> dict[int, FaceNow]:
        return self._faces(faces.c.face_id, face_ids)

    def faces_of_user(self, user_no: int) -> dict[int, FaceNow]:
        query = select(faces.c.face_no).where(faces.c.user_no == user_no)
        return self.faces(self.connection.scalars(query).all())

    def photos_of_user(self, user_no: int) -> list[tuple[str, int]]:
        """(image, face) of all faces of a user."""
        query = select(faces.c.image_id, faces.c.face_no).where(faces.c.user_no == user_no)
        return [(image, number) for image, number in self.connection.execute(query)]

    def groups_with_faces(self, group_numbers: Sequence[int]) -> set[int]:
        """Those of the groups that have a face."""
        query = select(face_groups.c.group_no).where(
            face_groups.c.group_no.in_(group_numbers), face_groups.c.face_count > 0
        )
        return set(self.connection.scalars(query))

    def faces_of_group(self, group_no: int) -> dict[int, FaceNow]:
        """Asks for the group alone, or else SQLite would read all of the collection's states."""
        query = select(face_states.c.face_no).where(face_states.c.group_no == group_no)
        return self.faces(self.connection.scalars(query).all())

    def faces_in(self, image_ids: Iterable[str]) -> Iterable[tuple[str, int, str | None, int]]:
        """(image, face, user, group or 0) of all faces of these pictures."""
        for some in batches(sorted(set(image_ids))):
            query = (
                select(faces.c.image_id, faces.c.face_no, users.c.user_id, face_states.c.group_no)
                .outerjoin(users, users.c.user_no == faces.c.user_no)
                .outerjoin(face_states, face_states.c.face_no == faces.c.face_no)
                .where(faces.c.collection_no == self.collection.number, faces.c.image_id.in_(some))
            )
            for image, number, user_id, group_no in self.connection.execute(query):
                yield image, number, user_id, group_no or 0

    def users(self, user_ids: Sequence[UserId]) -> dict[UserId, UserNow]:
        """Those that are there, by id."""
        found: dict[UserId, UserNow] = {}
        for some in batches(list(user_ids)):
            query = (
                select(
                    users,
                    persons.c.sealed,
                    persons.c.version,
                    celebrities.c.user_no.is_not(None).label("is_celebrity"),
                )
                .outerjoin(persons, persons.c.user_no == users.c.user_no)
                .outerjoin(celebrities, celebrities.c.user_no == users.c.user_no)
                .where(users.c.collection_no == self.collection.number, users.c.user_id.in_(some))
            )
            for row in self.connection.execute(query):
                found[UserId(row.user_id)] = self._user(row)
        return found

    def tags(self, numbers: Sequence[int]) -> dict[int, UserId | None]:
        """Whose the drawn tags are, of those that are there."""
        return {number: who for number, (_, who) in self.places_of_tags(numbers).items()}

    def places_of_tags(self, numbers: Sequence[int]) -> dict[int, tuple[str, UserId | None]]:
        """The image of each of these drawn tags, and whose it is."""
        found: dict[int, tuple[str, UserId | None]] = {}
        for some in batches(numbers):
            query = _tags_with_owners(self.collection.number)
            rows = self.connection.execute(query.where(drawn_tags.c.tag_no.in_(some)))
            found.update((row.tag_no, (row.image_id, row.user_id)) for row in rows)
        return found

    def tags_in(self, image_ids: Sequence[str]) -> Iterator[tuple[int, str, UserId | None]]:
        """(tag, image, user) of all drawn tags of these pictures, those taken back included."""
        for some in batches(image_ids):
            query = _tags_with_owners(self.collection.number)
            for row in self.connection.execute(query.where(drawn_tags.c.image_id.in_(some))):
                yield row.tag_no, row.image_id, row.user_id

    def in_films(self, numbers: Sequence[int]) -> list[int]:
        """Those of the faces that were seen in a film of a library."""
        found: list[int] = []
        for some in batches(numbers):
            query = (
                select(faces.c.face_no)
                .join(assets, assets.c.asset_id == faces.c.external_image_id)
                .where(faces.c.face_no.in_(some), assets.c.media == FILM)
            )
            found += self.connection.scalars(query)
        return found

    def tags_of_user(self, user_no: int) -> list[int]:
        query = select(drawn_tags.c.tag_no).where(drawn_tags.c.user_no == user_no)
        return list(self.connection.scalars(query))

    def rejected(self, user_no: int, numbers: Sequence[int] | None = None) -> list[int]:
        """Faces that were said not to be this user; of `numbers` only, if given."""
        query = select(face_rejections.c.face_no).where(face_rejections.c.user_no == user_no)
        if numbers is None:
            return list(self.connection.scalars(query))
        found: list[int] = []
        for some in batches(numbers):
            found += self.connection.scalars(query.where(face_rejections.c.face_no.in_(some)))
        return found

    def refusing(self, group_no: int) -> list[int]:
        """Faces that were said not to be who this group is."""
        query = select(group_refusals.c.face_no).where(group_refusals.c.group_no == group_no)
        return list(self.connection.scalars(query))

    def new_group(self) -> int:
        """The number of a group without faces."""
        values = {
            "collection_no": self.collection.number,
            "face_count": 0,
            "revision": self.collection.revision,
        }
        made = self.connection.scalar(
            face_groups.insert().returning(face_groups.c.group_no), values
        )
        assert made is not None
        return int(made)

    def group_now(self, group_no: int) -> int:
        """The group that this one was merged into, or itself."""
        return group_now(self.connection, group_no)

    def write(self, change: Change, present: Mapping[int, FaceNow]) -> None:
        """Make it so. present: the faces of the change, whose states are those it begins with."""
        for person in change.people:
            if person.before is None and person.after is not None:
                self._add_user(person)
        numbers = self.users(change.user_ids)
        self._write_faces(change, present, numbers)
        self._write_rejections(change, numbers)
        self._write_refusals(change)
        for tags in change.tags:
            to = None if tags.after is None else numbers[tags.after].number
            for some in batches(tags.numbers):
                self.connection.execute(
                    update(drawn_tags).where(drawn_tags.c.tag_no.in_(some)).values(user_no=to)
                )
        for person in change.people:
            self._write_person(person, numbers)
        if any(person.before is not None for person in change.people):
            erase_after_commit(self._database, self.connection)  # what was known before

    def _faces(
        self, column: Column[Any], keys: Sequence[int] | Sequence[str]
    ) -> dict[int, FaceNow]:
        found: dict[int, FaceNow] = {}
        query = (
            select(
                faces.c.face_no,
                faces.c.face_id,
                faces.c.image_id,
                users.c.user_id,
                face_states.c.verdict,
                face_states.c.group_no,
            )
            .outerjoin(users, users.c.user_no == faces.c.user_no)
            .outerjoin(face_states, face_states.c.face_no == faces.c.face_no)
            .where(faces.c.collection_no == self.collection.number)
        )
        for some in batches(list(keys)):
            rows = self.connection.execute(query.where(column.in_(some)))
            for number, face_id, image_id, user_id, verdict, group_no in rows:
                state = FaceState(user_id, verdict or OPEN, group_no)
                found[number] = FaceNow(number, face_id, image_id, state, verdict is not None)
        return found

    def _user(self, row: Row[Any]) -> UserNow:
        user_id = UserId(row.user_id)
        facts = None if row.sealed is None else open_facts(self.sealer, user_id, row.sealed)
        state = PersonState(facts, row.version or 0)
        return UserNow(row.user_no, user_id, row.face_count, state, bool(row.is_celebrity))

    def _add_user(self, person: PersonChange) -> None:
        self.connection.execute(
            users.insert().values(
                collection_no=self.collection.number,
                user_id=person.user_id,
                face_count=0,
                created_at=self.now_ms,
                revision=self.collection.revision,
            )
        )
        count_change(self.connection, self.collection.number, users_by=1)
        if person.after is not None and person.after.facts is not None:
            row = self._user_row(person.user_id)
            version = person.after.version + 1
            put_facts(self.connection, self.sealer, row, person.after.facts, version=version)

    def _write_faces(
        self, change: Change, present: Mapping[int, FaceNow], numbers: Mapping[UserId, UserNow]
    ) -> None:
        """Faces that become alike are written together, whatever they were before: fifty faces of
        fifty groups are a few statements, not fifty times as many."""
        owned: dict[int | None, list[int]] = defaultdict(list)
        states: dict[FaceState, list[int]] = defaultdict(list)
        gained: Counter[int | None] = Counter()
        groups: Counter[int | None] = Counter()
        for run in change.faces:
            before, after, count = run.before, run.after, len(run.numbers)
            if before.user_id != after.user_id:
                to = None if after.user_id is None else numbers[after.user_id].number
                left = None if before.user_id is None else numbers[before.user_id].number
                owned[to] += run.numbers
                gained[to] += count
                gained[left] -= count
            states[FaceState(None, after.verdict, after.group_no)] += run.numbers
            if before.group_no != after.group_no:
                groups[after.group_no] += count
                groups[before.group_no] -= count
        for user_no, some in owned.items():
            self._update(faces, faces.c.face_no, some, user_no=user_no)
        self._write_states(states, present)
        self._count(users, users.c.user_no, gained)
        # the mean of a group holds something of each face; it is made anew when needed
        self._count(face_groups, face_groups.c.group_no, groups, sealed_mean=None)

    def _write_states(
        self, states: Mapping[FaceState, Sequence[int]], present: Mapping[int, FaceNow]
    ) -> None:
        new: list[dict[str, object]] = []
        few: list[dict[str, object]] = []
        for after, numbers in states.items():
            values = {"verdict": after.verdict, "group_no": after.group_no}
            kept = [number for number in numbers if present[number].is_kept]
            if len(kept) > FEW:
                self._update(face_states, face_states.c.face_no, kept, **values)
            else:
                few += [{"key": number, **values} for number in kept]
            if after.verdict != OPEN or after.group_no is not None:
                new += [
                    {"face_no": number, "collection_no": self.collection.number, **values}
                    for number in numbers
                    if not present[number].is_kept
                ]
        if few:
            one = update(face_states).where(face_states.c.face_no == bindparam("key"))
            self.connection.execute(
                one.values(verdict=bindparam("verdict"), group_no=bindparam("group_no")), few
            )
        if new:
            self.connection.execute(face_states.insert().values(quality=UNMEASURED), new)

    def _count(
        self, table: Table, key: Column[int], gained: Mapping[int | None, int], **values: None
    ) -> None:
        """Faces that came and went, by whose they are. values: what any change of them sets."""
        changed = [{"key": one, "by": by} for one, by in gained.items() if one is not None]
        if changed:
            count = table.c.face_count + bindparam("by")
            query = update(table).where(key == bindparam("key"))
            self.connection.execute(
                query.values(face_count=count, revision=self.collection.revision, **values), changed
            )

    def _write_rejections(self, change: Change, numbers: Mapping[UserId, UserNow]) -> None:
        for one in change.rejections:
            if one.user_id not in numbers:
                continue  # the user went, and the rejections with the user
            user_no = numbers[one.user_id].number
            mine = face_rejections.c.user_no == user_no
            for some in batches(one.numbers):
                self.connection.execute(
                    delete(face_rejections).where(mine, face_rejections.c.face_no.in_(some))
                )
            if one.is_added:
                self.connection.execute(
                    face_rejections.insert(),
                    [{"face_no": number, "user_no": user_no} for number in one.numbers],
                )

    def _write_refusals(self, change: Change) -> None:
        for one in change.refusals:
            group_no = self.group_now(one.group_no)
            mine = group_refusals.c.group_no == group_no
            for some in batches(one.numbers):
                self.connection.execute(
                    delete(group_refusals).where(mine, group_refusals.c.face_no.in_(some))
                )
            if one.is_added:
                self.connection.execute(
                    group_refusals.insert(),
                    [{"face_no": number, "group_no": group_no} for number in one.numbers],
                )

    def _write_person(self, person: PersonChange, numbers: Mapping[UserId, UserNow]) -> None:
        if person.before is None:
            return
        now = numbers[person.user_id]
        if person.after is None:
            self.connection.execute(delete(users).where(users.c.user_no == now.number))
            count_change(self.connection, self.collection.number, users_by=-1)
        elif person.after.facts is None:
            forget_name(self.connection, now.number)
        else:
            row = self._user_row(person.user_id)
            version = max(now.person.version, person.after.version) + 1
            put_facts(self.connection, self.sealer, row, person.after.facts, version=version)

    def _user_row(self, user_id: UserId) -> Row[Any]:
        query = select(users).where(
            users.c.collection_no == self.collection.number, users.c.user_id == user_id
        )
        return self.connection.execute(query).one()

    def _update(self, table: Any, key: Column[int], numbers: Sequence[int], **values: Any) -> None:
        for some in batches(numbers):
            self.connection.execute(update(table).where(key.in_(some)).values(**values))


def _tags_with_owners(collection_no: int) -> Select[Any]:
    return (
        select(drawn_tags.c.tag_no, drawn_tags.c.image_id, users.c.user_id)
        .outerjoin(users, users.c.user_no == drawn_tags.c.user_no)
        .where(drawn_tags.c.collection_no == collection_no)
    )
