from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from eyebright.analysis.faces.observation import Detections
from eyebright.app.upgrade import Upgrade, open_upgrade
from eyebright.db.engine import Database
from eyebright.db.tables import (
    collections,
    face_gaps,
    face_groups,
    face_rejections,
    face_states,
    face_vectors,
    faces,
    library_sources,
    people_events,
    persons,
    users,
    vector_migrations,
)
from eyebright.errors import EmbeddingSpaceMismatch, MigrationRefused
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId
from eyebright.imaging.image import Image
from eyebright.library.reembedding import Reembedded
from eyebright.library.values import AssetState
from eyebright.people.decisions import Decisions
from eyebright.people.forget import search_for_traces
from eyebright.people.migration_values import GapReason, Migration, MigrationState
from eyebright.people.rows import find_collection
from eyebright.people.values import FaceMatch
from eyebright.people.vectors import vector_place
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.library import PACKS, Shelf, open_shelf
from eyebright.testing.other_vision import OtherAnalyser
from eyebright.testing.pictures import picture_of
from eyebright.testing.sight import fake_sight

OTHER = OtherAnalyser()
UNTOUCHED = (users, face_states, face_rejections, persons, people_events)
"""Tables of which not a byte may change."""


class Killed(BaseException):
    """The process is gone: nobody catches this."""


@dataclass(frozen=True)
class Bench:
    """A shelf with named, rejected, ignored and unknown faces."""

    shelf: Shelf
    upgrade: Upgrade

    @property
    def where(self) -> tuple[Scope, CollectionId]:
        return self.shelf.mine.scope, self.shelf.mine.collection_id

    def begin(self) -> Migration:
        return self.upgrade.migrations.begin(
            self.shelf.mine.scope, self.shelf.mine.collection_id, OTHER.space
        )

    def fill(self, *, batch: int = 64) -> Reembedded:
        return self.upgrade.reembedding.run(self.shelf.mine, OTHER, batch=batch)

    def switch(self, *, allow_missing: bool = False) -> Migration:
        return self.upgrade.migrations.switch(
            self.shelf.mine.scope, self.shelf.mine.collection_id, allow_missing=allow_missing
        )

    def undo(self, *, allow_missing: bool = False) -> Migration:
        return self.upgrade.migrations.undo(
            self.shelf.mine.scope, self.shelf.mine.collection_id, allow_missing=allow_missing
        )

    def finish(self) -> int:
        return self.upgrade.migrations.finish(self.shelf.mine.scope, self.shelf.mine.collection_id)

    def abandon(self) -> int:
        return self.upgrade.migrations.abandon(self.shelf.mine.scope, self.shelf.mine.collection_id)

    def ids(self) -> list[FaceId]:
        found = self.shelf.rooms.faces.list(
            self.shelf.mine.scope, self.shelf.mine.collection_id, limit=100
        )
        return [face.face_id for face in found.items]

    def like(self, face_id: FaceId) -> list[FaceMatch]:
        return self.shelf.rooms.search.by_face(
            self.shelf.mine.scope,
            self.shelf.mine.collection_id,
            face_id,
            max_faces=9,
            min_percent=50,
        )

    def decided(self) -> dict[str, list[tuple[object, ...]]]:
        """All rows that say who is who, and what was decided."""
        with self.shelf.rooms.database.read() as connection:
            rows = {
                table.name: [tuple(row) for row in connection.execute(select(table))]
                for table in UNTOUCHED
            }
            known = [column for column in faces.columns if column.name != "revision"]
            rows["faces"] = [tuple(row) for row in connection.execute(select(*known))]
            groups = select(face_groups.c.group_no, face_groups.c.face_count)
            rows["groups"] = [tuple(row) for row in connection.execute(groups)]
        return rows

    def opened(self) -> dict[int, bytes]:
        """Face number -> the new vector."""
        rooms, mine = self.shelf.rooms, self.shelf.mine
        migration = self.upgrade.migrations.current(*self.where)
        assert migration is not None
        with rooms.database.read() as connection:
            collection = find_collection(connection, mine.scope, mine.collection_id)
            rows = connection.execute(select(faces.c.face_no, faces.c.face_id))
            ids = {row.face_no: row.face_id for row in rows}
        sealer = rooms.vault.collection(mine.scope.account_id, collection.key_id)
        return {
            number: sealer.open(sealed, bound_to=vector_place(ids[number], generation).encode())
            for (number, generation), sealed in self.vectors().items()
            if generation == migration.new.number
        }

    def vectors(self) -> dict[tuple[int, int], bytes]:
        """(face number, generation) -> the sealed vector."""
        with self.shelf.rooms.database.read() as connection:
            rows = connection.execute(select(face_vectors)).all()
        return {(row.face_no, row.generation): row.sealed for row in rows}


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four pictures in a library, and what was decided about the people in them."""
    directory = tmp_path_factory.mktemp("indexed")
    with closing(open_shelf(directory)) as shelf:
        for name, *people in (
            ("1.jpg", "Ada", "Ben"),
            ("2.jpg", "Ada", "Cleo"),
            ("3.jpg", "Ben", "Dina"),
            ("4.jpg", "Cleo"),
        ):
            shelf.add(name, *people)
        decide(Bench(shelf, open_upgrade(shelf.rooms, shelf.media)))
    return directory


@pytest.fixture
def bench(indexed: Path, tmp_path: Path) -> Iterator[Bench]:
    """A copy of its own: its pictures lie elsewhere, and all else is as it was."""
    shutil.copytree(indexed, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "home" / "eyebright.db"
    with closing(Database(f"sqlite:///{file}")) as database, database.write() as connection:
        moved = library_sources.update().values(location=str(tmp_path / "pictures"))
        assert connection.execute(moved).rowcount == 1
    with closing(open_shelf(tmp_path)) as shelf:
        yield Bench(shelf, open_upgrade(shelf.rooms, shelf.media))


def decide(bench: Bench) -> None:
    """Ada has a name and a role, a face is not she, another is ignored."""
    rooms, mine = bench.shelf.rooms, bench.shelf.mine
    decisions = Decisions(rooms.database, rooms.vault, clock=rooms.clock)
    ids = bench.ids()
    ada = [ids[0], *(match.face.face_id for match in bench.like(ids[0]))]
    done = decisions.name(mine.scope, mine.collection_id, ada, actor="me", name="Ada", role="Host")
    others = [face_id for face_id in ids if face_id not in ada]
    (person,) = bench.shelf.media.persons.of_faces(
        mine.scope, mine.collection_id, [ids[0]]
    ).values()
    assert done.faces == 2
    decisions.reject(mine.scope, mine.collection_id, [others[0]], person.user_id, actor="me")
    decisions.ignore(mine.scope, mine.collection_id, [others[-1]], actor="me")


def test_ids_names_decisions_and_groups_are_the_same_before_and_after(bench: Bench) -> None:
    before = bench.decided()
    assert before["persons"]
    assert before["face_rejections"]
    assert before["groups"]
    bench.begin()
    assert bench.fill() == Reembedded(done=7)
    assert bench.decided() == before
    bench.switch()
    assert bench.decided() == before
    assert bench.finish() == 7
    assert bench.decided() == before


def test_search_works_in_one_space_at_any_time(bench: Bench) -> None:
    face_id, rooms, mine = bench.ids()[0], bench.shelf.rooms, bench.shelf.mine
    picture = picture_of("Ada")
    probes = [
        (vision.space, vision.embed(picture, vision.detect(picture))[0])
        for vision in (FakeAnalyser(), OTHER)
    ]

    def answers() -> list[bool]:
        answered = []
        for space, vector in probes:
            with suppress(EmbeddingSpaceMismatch):
                found = rooms.search.by_vector(
                    mine.scope,
                    mine.collection_id,
                    vector,
                    space=space,
                    max_faces=9,
                    min_percent=50,
                )
                assert len(found) == 2
                answered.append(space == probes[0][0])
        return answered

    bench.begin()
    assert answers() == [True]
    bench.fill()
    assert answers() == [True]
    before = bench.like(face_id)
    bench.switch()
    assert answers() == [False]
    after = bench.like(face_id)
    assert [match.face for match in after] == [match.face for match in before]
    assert after != before  # not of one space
    bench.undo()
    assert answers() == [True]
    assert bench.like(face_id) == before


def test_another_process_sees_the_switch_with_its_next_search(bench: Bench, tmp_path: Path) -> None:
    other = open_shelf(tmp_path)
    there = Bench(other, open_upgrade(other.rooms, other.media))
    face_id = bench.ids()[0]
    before = there.like(face_id)
    bench.begin()
    bench.fill()
    bench.switch()
    assert there.like(face_id) == bench.like(face_id) != before
    bench.undo()
    assert there.like(face_id) == before
    other.close()


def test_users_follow_their_faces(bench: Bench) -> None:
    rooms, mine = bench.shelf.rooms, bench.shelf.mine

    def users_like(face_id: FaceId) -> list[str]:
        found = rooms.search.users_by_face(
            mine.scope, mine.collection_id, face_id, max_users=3, min_percent=50
        )
        return [match.user.user_id for match in found]

    before = users_like(bench.ids()[0])
    bench.begin()
    bench.fill()
    bench.switch()
    assert users_like(bench.ids()[0]) == before
    assert before


@pytest.mark.parametrize("batches", range(1, 5))
def test_killed_after_any_batch_it_goes_on_without_repeating(bench: Bench, batches: int) -> None:
    bench.begin()
    bench.fill()
    undisturbed = bench.opened()
    bench.abandon()
    bench.begin()
    written: list[Reembedded] = []

    def die(done: Reembedded) -> None:
        written.append(done)
        if len(written) == batches:
            raise Killed

    with suppress(Killed):
        bench.upgrade.reembedding.run(bench.shelf.mine, OTHER, batch=2, tell=die)
    kept = bench.vectors()
    assert len(kept) == 7 + written[-1].done
    assert bench.fill(batch=2).done == 7 - written[-1].done
    bench.switch()
    after = bench.vectors()
    assert len(after) == 14
    assert {place: after[place] for place in kept} == kept
    assert bench.opened() == undisturbed


def test_undo_restores_vectors_bit_for_bit(bench: Bench) -> None:
    before = bench.vectors()
    bench.begin()
    bench.fill()
    bench.switch()
    bench.undo()
    after = bench.vectors()
    assert {place: after[place] for place in before} == before
    assert bench.abandon() == 7
    assert bench.vectors() == before
    assert bench.upgrade.migrations.current(*bench.where) is None


@pytest.mark.parametrize("end", ["finish", "abandon"])
def test_erased_vectors_leave_no_trace(bench: Bench, end: str) -> None:
    migration = bench.begin()
    bench.fill()
    gone = migration.new
    if end == "finish":
        bench.switch()
        gone = migration.old
    needles = [
        sealed[:32] for (_, number), sealed in bench.vectors().items() if number == gone.number
    ]
    assert len(needles) == 7
    home = bench.shelf.rooms.settings.home
    assert search_for_traces(home, needles)
    assert (bench.finish() if end == "finish" else bench.abandon()) == 7
    assert search_for_traces(home, needles) == []


def test_an_ending_that_was_killed_is_completed_by_the_next_begin(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.begin()
    bench.fill()
    bench.switch()
    monkeypatch.setattr("eyebright.people.migration.ERASED_AT_ONCE", 2)
    removed = "eyebright.people.migration_rows.remove_vectors"
    with monkeypatch.context() as patch:
        patch.setattr(removed, killed)
        with pytest.raises(Killed):
            bench.finish()
    with pytest.raises(MigrationRefused):
        bench.undo()
    with pytest.raises(MigrationRefused, match="already"):
        bench.begin()
    assert len(bench.vectors()) == 7
    assert len(bench.like(bench.ids()[0])) == 1


def killed(*_: object, **__: object) -> int:
    raise Killed


def test_other_collections_of_the_account_are_untouched(bench: Bench) -> None:
    shelf = bench.shelf
    second = shelf.media.libraries.open(shelf.scope, "second")
    other = CollectionId("other")
    shelf.rooms.collections.create(shelf.scope, other, space=FakeAnalyser().space)
    before = shelf.rooms.collections.get(shelf.scope, other)
    bench.begin()
    bench.fill()
    bench.switch()
    assert shelf.rooms.collections.get(shelf.scope, other) == before
    assert shelf.rooms.collections.get(shelf.scope, shelf.mine.collection_id).space == OTHER.space
    assert second.collection_id != shelf.mine.collection_id


def test_faces_enrolled_meanwhile_are_caught_up_with(bench: Bench) -> None:
    bench.begin()
    bench.fill()
    bench.shelf.add("late.jpg", "Ada", "Emil")
    with pytest.raises(MigrationRefused, match="2 faces"):
        bench.switch()
    assert bench.fill().done == 2
    bench.switch()
    assert len(bench.like(bench.ids()[0])) == 2


def test_faces_that_go_meanwhile_are_no_error(bench: Bench) -> None:
    bench.begin()
    asset = bench.shelf.media.assets.list(bench.shelf.mine, limit=1).items[0]

    def remove(_done: Reembedded) -> None:
        with suppress(Exception):
            bench.shelf.media.removal.remove(bench.shelf.mine, asset.asset_id)

    bench.upgrade.reembedding.run(bench.shelf.mine, OTHER, batch=3, tell=remove)
    bench.switch()
    numbers = {number for number, _ in bench.vectors()}
    assert len(numbers) == len(bench.ids()) == 6


def test_a_picture_that_is_gone_is_seen_in_the_small_one(bench: Bench) -> None:
    (bench.shelf.folder / "4.jpg").unlink()
    bench.begin()
    assert bench.fill() == Reembedded(done=7, from_proxy=1)
    assert bench.switch().from_proxy == 1


class Blind(OtherAnalyser):
    """Does not see the smallest face of a picture with two."""

    def detect(self, image: Image) -> Detections:
        found = super().detect(image)
        return found.largest(1)


def test_faces_not_found_again_keep_all_but_are_not_searchable(bench: Bench) -> None:
    before = bench.decided()
    mine, migrations = bench.shelf.mine, bench.upgrade.migrations
    migration = bench.begin()
    seen = bench.upgrade.reembedding.run(mine, Blind())
    assert seen == Reembedded(done=4, missing=3)
    with pytest.raises(MigrationRefused, match="3 faces were not found again"):
        bench.switch()
    bench.switch(allow_missing=True)
    assert bench.decided() == before
    missing = migrations.missing(mine.scope, mine.collection_id, migration.new, limit=9)
    assert [one.reason for _, one in missing] == [GapReason.NOT_FOUND] * 3
    hidden = {one.face.face_id for _, one in missing}
    seen_ids = [face_id for face_id in bench.ids() if face_id not in hidden]
    assert not hidden & {match.face.face_id for one in seen_ids for match in bench.like(one)}
    # found later, they can be searched at once
    assert migrations.retry(mine.scope, mine.collection_id, migration.new) == 3
    assert bench.fill() == Reembedded(done=3)
    assert len([match for one in bench.ids() for match in bench.like(one)]) == 6
    assert bench.decided()["groups"] == before["groups"]


def test_two_at_once_are_refused(bench: Bench) -> None:
    mine, migrations = bench.shelf.mine, bench.upgrade.migrations
    assert bench.begin() == bench.begin()
    third = OtherAnalyser(dimension=64)
    with pytest.raises(MigrationRefused, match="Finish, undo or abandon"):
        migrations.begin(mine.scope, mine.collection_id, third.space)
    with pytest.raises(EmbeddingSpaceMismatch):
        bench.upgrade.reembedding.run(mine, third)
    migrations.claim(mine.scope, mine.collection_id, worker="elsewhere:1:1")
    with pytest.raises(MigrationRefused, match="elsewhere"):
        bench.fill()


def test_the_claim_of_a_dead_process_is_taken_over_at_once(bench: Bench) -> None:
    bench.begin()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    mine = bench.shelf.mine
    worker = f"{socket.gethostname()}:{gone.pid}:1"
    bench.upgrade.migrations.claim(mine.scope, mine.collection_id, worker=worker)
    assert bench.fill().done == 7


def test_old_vectors_are_no_vectors_of_the_new_generation(bench: Bench) -> None:
    """Each is bound to its generation: none can be moved to where another space is expected."""
    from eyebright.errors import StorageError

    migration = bench.begin()
    bench.upgrade.reembedding.run(bench.shelf.mine, OTHER)
    bench.switch()
    with bench.shelf.rooms.database.write() as connection:
        rows = face_vectors.c
        connection.execute(face_vectors.delete().where(rows.generation == migration.new.number))
        connection.execute(face_vectors.update().values(generation=migration.new.number))
    with pytest.raises(StorageError):
        bench.like(bench.ids()[0])


def test_what_came_after_the_switch_is_said_before_an_undo(bench: Bench) -> None:
    rooms, mine = bench.shelf.rooms, bench.shelf.mine
    migration = bench.begin()
    bench.fill()
    bench.switch()
    later(bench)
    with pytest.raises(MigrationRefused, match="1 faces came since"):
        bench.undo()
    assert bench.upgrade.reembedding.run(mine, FakeAnalyser()).missing == 1
    bench.undo()
    assert rooms.collections.get(mine.scope, mine.collection_id).space == FakeAnalyser().space
    missing = bench.upgrade.migrations.missing(
        mine.scope, mine.collection_id, migration.old, limit=9
    )
    assert len(missing) == 1


def later(bench: Bench) -> None:
    """A face that a server with the new pack enrols."""
    from eyebright.ids import ImageId
    from eyebright.people.values import NewFace

    vector = np.zeros(OTHER.space.dimension, np.float32)
    vector[0] = 1.0
    mine = bench.shelf.mine
    bench.shelf.rooms.faces.enrol(
        mine.scope,
        mine.collection_id,
        image_id=ImageId("later"),
        external_image_id=None,
        new_faces=[NewFace(vector, (0, 0, 9, 9), (99, 99), 0.9, OTHER.space)],
    )


def test_new_faces_are_grouped_in_the_new_space(bench: Bench) -> None:
    """The means of groups are made anew of the new vectors."""
    bench.begin()
    bench.fill()
    bench.switch()
    shelf, mine = bench.shelf, bench.shelf.mine
    picture = picture_of("Cleo")
    from eyebright.ids import ImageId
    from eyebright.people.grouping import Unplaced
    from eyebright.people.values import NewFace

    groups = shelf.media.grouping.groups(mine.scope, mine.collection_id, limit=9)
    assert groups
    detections = OTHER.detect(picture)
    vector = OTHER.embed(picture, detections)[0]
    (face,) = shelf.rooms.faces.enrol(
        mine.scope,
        mine.collection_id,
        image_id=ImageId("another"),
        external_image_id=None,
        new_faces=[NewFace(vector, (0, 0, 9, 9), (99, 99), 0.9, OTHER.space)],
    )
    (number,) = shelf.media.grouping.place(
        mine.scope, mine.collection_id, [Unplaced(face.face_id, 0.9)]
    )
    cleo = {match.face.face_id for match in bench.like(face.face_id)}
    assert number is not None
    members = set(shelf.media.grouping.faces_of(mine.scope, mine.collection_id, number))
    assert members - {face.face_id}
    assert members - {face.face_id} <= cleo


def test_a_deleted_library_takes_its_migration_along(bench: Bench) -> None:
    bench.begin()
    bench.upgrade.reembedding.run(bench.shelf.mine, Blind(), batch=2)
    bench.shelf.media.libraries.delete(bench.shelf.mine)
    with bench.shelf.rooms.database.read() as connection:
        for table in (vector_migrations, face_gaps, face_vectors, collections):
            assert connection.execute(select(table)).first() is None, table.name


def test_states_are_told(bench: Bench) -> None:
    assert bench.begin().state is MigrationState.RUNNING
    bench.fill()
    switched = bench.switch()
    assert switched.state is MigrationState.SWITCHED
    assert switched.in_use == switched.new
    with pytest.raises(MigrationRefused):
        bench.switch()
    with pytest.raises(MigrationRefused):
        bench.abandon()
    comparison = bench.upgrade.comparison.compare(*bench.where, switched)
    assert comparison.compared == 7
    assert comparison.people.faces == comparison.people.before == comparison.people.after == 2


def test_indexing_anew_with_the_new_pack_keeps_what_was_decided(
    bench: Bench, tmp_path: Path
) -> None:
    """The new pack's stage sees fewer faces; those of which somebody said something stay."""
    before = bench.decided()
    bench.begin()
    bench.upgrade.reembedding.run(bench.shelf.mine, Blind())
    bench.switch(allow_missing=True)
    sight = replace(fake_sight(), faces=Blind())
    packs = {**PACKS, "faces": "faces@2"}
    newer = open_shelf(tmp_path, sight=sight, packs=packs)
    assert newer.media.indexer.run_once(newer.mine) == 4
    assert all(
        asset.state is AssetState.READY
        for asset in newer.media.assets.list(newer.mine, limit=9).items
    )
    newer.close()
    assert bench.decided() == before


def test_indexing_anew_finds_what_the_migration_did_not(bench: Bench, tmp_path: Path) -> None:
    before = bench.decided()
    bench.begin()
    bench.upgrade.reembedding.run(bench.shelf.mine, Blind())
    bench.switch(allow_missing=True)
    assert sum(len(bench.like(one)) for one in searchable(bench)) < 6
    sight = replace(fake_sight(), faces=OTHER)
    newer = open_shelf(tmp_path, sight=sight, packs={**PACKS, "faces": "faces@2"})
    assert newer.media.indexer.run_once(newer.mine) == 4
    newer.close()
    assert bench.decided() == before
    assert len(searchable(bench)) == 7
    assert sum(len(bench.like(one)) for one in bench.ids()) == 6


def searchable(bench: Bench) -> list[FaceId]:
    """Faces that have a vector of the generation in use."""
    migration = bench.upgrade.migrations.current(*bench.where)
    assert migration is not None
    missing = bench.upgrade.migrations.missing(*bench.where, migration.in_use, limit=9)
    hidden = {one.face.face_id for _, one in missing}
    return [face_id for face_id in bench.ids() if face_id not in hidden]
