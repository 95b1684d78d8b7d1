"""Decisions about people: constraints hold, all can be taken back, nothing is overwritten."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from eyebright.errors import InvalidInput, RejectedBefore, StaleWrite, TwiceInPhoto, UserNotFound
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, ImageId, UserId
from eyebright.people.consent import Consent, ConsentStatus
from eyebright.people.decisions import Decisions
from eyebright.people.drawn import NewTag, remove_tags, tags_in
from eyebright.people.events import Kind
from eyebright.people.face_records import record_by_id
from eyebright.people.facts import Classification, NewFacts
from eyebright.people.grouping import Grouping, Unplaced
from eyebright.people.persons import Person, Persons
from eyebright.people.rows import find_collection
from eyebright.testing.analyser import FakeSimilarity
from eyebright.testing.clock import FixedClock
from eyebright.testing.rooms import SPACE, Rooms, new_face, open_rooms, unit_vector
from eyebright.vectors.exact import ExactIndex

SHELF = CollectionId("library")
ME, YOU = "me", "you"


class Sharp(FakeSimilarity):
    def false_match_rate(self, percent: float, /) -> float:
        return 0.0 if percent >= 80.0 else 1.0


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
def persons(rooms: Rooms) -> Persons:
    return Persons(rooms.database, rooms.vault, users=rooms.users)


@pytest.fixture
def grouping(rooms: Rooms) -> Grouping:
    return Grouping(rooms.database, rooms.vault, scale=Sharp(), new_index=ExactIndex)


def enrol(rooms: Rooms, scope: Scope, image: str, *seeds: int) -> list[FaceId]:
    """Faces side by side in one photo."""
    kept = rooms.faces.enrol(
        scope,
        SHELF,
        image_id=ImageId(image),
        external_image_id=None,
        new_faces=[new_face(unit_vector(seed), left=60.0 * at) for at, seed in enumerate(seeds)],
    )
    return [face.face_id for face in kept]


def photos(rooms: Rooms, scope: Scope, seed: int, *names: str) -> list[FaceId]:
    """One face a photo, all of one person."""
    return [enrol(rooms, scope, name, seed)[0] for name in names]


def person(persons: Persons, scope: Scope, name: str) -> Person:
    return next(one for one in persons.all(scope, SHELF) if one.name == name)


def test_nobody_is_twice_in_a_photo_unless_somebody_says_so(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    one, other = enrol(rooms, scope, "mirror", 1, 2)
    with pytest.raises(TwiceInPhoto, match="Ada is in this photo already") as refused:
        act.name(scope, SHELF, [one, other], actor=ME, name="Ada")
    assert set(refused.value.face_ids) == {one, other}
    act.name(scope, SHELF, [one], actor=ME, name="Ada")
    ada = person(persons, scope, "Ada")
    for again in (act.confirm, act.move):
        with pytest.raises(TwiceInPhoto, match="Ada is in this photo already") as refused:
            again(scope, SHELF, [other], ada.user_id, actor=ME)
        assert refused.value.face_ids == (other, one)
    assert act.confirm(scope, SHELF, [other], ada.user_id, actor=ME, override=True).faces == 1
    act.undo(scope, SHELF, actor=ME)
    act.redo(scope, SHELF, actor=ME)
    assert person(persons, scope, "Ada").face_count == 2


def test_two_people_of_one_photo_do_not_merge_unless_somebody_says_so(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    one, other = enrol(rooms, scope, "pair", 1, 2)
    act.name(scope, SHELF, [one], actor=ME, name="Ada")
    act.name(scope, SHELF, [other], actor=ME, name="Ben")
    ada, ben = person(persons, scope, "Ada"), person(persons, scope, "Ben")
    with pytest.raises(TwiceInPhoto):
        act.merge(scope, SHELF, ben.user_id, ada.user_id, actor=ME)
    act.merge(scope, SHELF, ben.user_id, ada.user_id, actor=ME, override=True)
    assert [one.name for one in persons.all(scope, SHELF)] == ["Ada"]
    act.undo(scope, SHELF, actor=ME)
    assert {one.user_id for one in persons.all(scope, SHELF)} == {ada.user_id, ben.user_id}


def test_who_was_rejected_is_not_merged_and_the_merged_inherit_the_rejection(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    one, other, third = photos(rooms, scope, 1, "a", "b", "c")
    act.name(scope, SHELF, [one], actor=ME, name="Ada")
    act.name(scope, SHELF, [other], actor=ME, name="Ben")
    ada, ben = person(persons, scope, "Ada"), person(persons, scope, "Ben")
    act.reject(scope, SHELF, [third], ada.user_id, actor=ME)
    act.merge(scope, SHELF, ada.user_id, ben.user_id, actor=ME)
    merged = person(persons, scope, "Ben")
    assert (merged.face_count, merged.facts.aliases) == (2, ("Ada",))
    act.name(scope, SHELF, [third], actor=ME, name="Cid")
    cid = person(persons, scope, "Cid")
    with pytest.raises(RejectedBefore, match="'Cid' and 'Ben'"):
        act.merge(scope, SHELF, cid.user_id, ben.user_id, actor=ME)
    assert act.merge(scope, SHELF, cid.user_id, ben.user_id, actor=ME, override=True).faces == 1


def test_nobody_is_merged_with_himself_or_with_who_is_not_there(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    act.name(scope, SHELF, photos(rooms, scope, 1, "a"), actor=ME, name="Ada")
    ada = person(persons, scope, "Ada")
    with pytest.raises(InvalidInput, match="with themselves"):
        act.merge(scope, SHELF, ada.user_id, ada.user_id, actor=ME)
    with pytest.raises(UserNotFound):
        act.merge(scope, SHELF, ada.user_id, UserId("nobody"), actor=ME)


def test_a_stale_tab_renames_merges_and_confirms_nobody(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    one, other, third = photos(rooms, scope, 1, "a", "b", "c")
    act.name(scope, SHELF, [one], actor=ME, name="Ada")
    act.name(scope, SHELF, [other], actor=ME, name="Ben")
    ada, ben = person(persons, scope, "Ada"), person(persons, scope, "Ben")
    act.change(
        scope,
        SHELF,
        ada.user_id,
        NewFacts(name="Eve", role="Guest"),
        actor=YOU,
        version=ada.version,
    )
    with pytest.raises(StaleWrite, match="look again"):
        act.change(
            scope, SHELF, ada.user_id, NewFacts(name="Eva", role=""), actor=ME, version=ada.version
        )
    with pytest.raises(StaleWrite, match="merge"):
        act.change(
            scope,
            SHELF,
            ben.user_id,
            NewFacts(name="eve", role="guest"),
            actor=ME,
            version=ben.version,
        )
    with pytest.raises(StaleWrite, match="look again"):
        act.merge(scope, SHELF, ada.user_id, ben.user_id, actor=ME, version=ada.version)
    act.confirm(scope, SHELF, [third], ada.user_id, actor=YOU)
    with pytest.raises(StaleWrite, match="move it"):
        act.confirm(scope, SHELF, [third], ben.user_id, actor=ME)


def test_undo_is_everybodys_own_and_refused_when_others_decided_otherwise(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    one, other = photos(rooms, scope, 1, "a", "b")
    act.name(scope, SHELF, [one], actor=ME, name="Ada")
    act.name(scope, SHELF, [other], actor=YOU, name="Ben")
    ben = person(persons, scope, "Ben")
    act.move(scope, SHELF, [one], ben.user_id, actor=YOU)
    with pytest.raises(StaleWrite, match="decided otherwise"):
        act.undo(scope, SHELF, actor=ME)
    assert [event.is_undone for event in act.history(scope, SHELF, limit=9).items] == [False] * 3
    act.undo(scope, SHELF, actor=YOU)
    assert act.undo(scope, SHELF, actor=ME).event_id == 1
    assert act.undo(scope, SHELF, actor=ME).event_id is None
    assert [one.name for one in persons.all(scope, SHELF)] == ["Ben"]


def test_revert_takes_back_what_still_holds_and_tells_the_rest(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    ids = photos(rooms, scope, 1, "a", "b", "c")
    first = act.name(scope, SHELF, ids, actor=ME, name="Ada")
    act.name(scope, SHELF, ids[:1], actor=YOU, name="Ben")
    assert first.event_id is not None
    reverted = act.revert(scope, SHELF, first.event_id, actor=YOU)
    assert (reverted.faces, reverted.skipped) == (2, 1)
    who = persons.of_faces(scope, SHELF, ids)
    assert {face: one.name for face, one in who.items()} == {ids[0]: "Ben"}
    with pytest.raises(StaleWrite, match="taken back"):
        act.revert(scope, SHELF, first.event_id, actor=YOU)
    act.undo(scope, SHELF, actor=YOU)
    assert person(persons, scope, "Ada").face_count == 2


def test_who_comes_back_after_a_revert_comes_back_with_what_was_said_later(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    one, other = photos(rooms, scope, 1, "a", "b")
    made = act.name(scope, SHELF, [one], actor=ME, name="Ada")
    user_id = person(persons, scope, "Ada").user_id
    act.reject(scope, SHELF, [other], user_id, actor=ME)
    assert made.event_id is not None
    act.revert(scope, SHELF, made.event_id, actor=ME)
    assert persons.all(scope, SHELF) == []
    act.undo(scope, SHELF, actor=ME)
    assert person(persons, scope, "Ada").user_id == user_id
    assert act.reject(scope, SHELF, [other], user_id, actor=ME).event_id is None


def test_undo_after_the_photo_is_gone_skips_it(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    one, other = photos(rooms, scope, 1, "a", "b")
    act.name(scope, SHELF, [one, other], actor=ME, name="Ada")
    act.ignore(scope, SHELF, [one, other], actor=ME)
    rooms.faces.delete(scope, SHELF, [one])
    done = act.undo(scope, SHELF, actor=ME)
    assert (done.faces, done.skipped) == (1, 1)
    assert person(persons, scope, "Ada").face_count == 1
    assert act.confirm(scope, SHELF, [one], person(persons, scope, "Ada").user_id, actor=ME) == (
        type(done)(None, 0, (), 1)
    )


def test_who_was_split_off_a_group_never_comes_back_by_itself(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons, grouping: Grouping
) -> None:
    ids = photos(rooms, scope, 1, "a", "b", "c", "d")
    (group, *_) = grouping.place(scope, SHELF, [Unplaced(one, 0.9) for one in ids])
    act.split(scope, SHELF, ids[2:], actor=ME)
    more = photos(rooms, scope, 1, "e", "f", "g")
    placed = grouping.place(scope, SHELF, [Unplaced(one, 0.9) for one in more])
    assert None not in placed
    groups = grouping.groups(scope, SHELF, limit=9, least_faces=1)
    assert len(groups) == 2  # alike as they are, the two do not merge
    assert group is not None
    kept = set(grouping.faces_of(scope, SHELF, group))
    assert set(ids[:2]) <= kept
    assert not kept & set(ids[2:])
    act.name(scope, SHELF, group, actor=ME, name="Ada")
    act.name(scope, SHELF, ids[2:], actor=ME, name="Eve")
    with pytest.raises(RejectedBefore):
        act.merge(
            scope,
            SHELF,
            person(persons, scope, "Eve").user_id,
            person(persons, scope, "Ada").user_id,
            actor=ME,
        )


def test_of_a_group_rejected_faces_and_second_ones_of_a_photo_stay(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons, grouping: Grouping
) -> None:
    ids = photos(rooms, scope, 1, "a", "b", "c")
    (group, *_) = grouping.place(scope, SHELF, [Unplaced(one, 0.9) for one in ids])
    (beside,) = rooms.faces.enrol(
        scope,
        SHELF,
        image_id=ImageId("b"),
        external_image_id=None,
        new_faces=[new_face(unit_vector(2), left=400.0)],
    )
    act.name(scope, SHELF, [beside.face_id], actor=ME, name="Ada")
    ada = person(persons, scope, "Ada")
    act.reject(scope, SHELF, ids[:1], ada.user_id, actor=ME)
    assert group is not None
    done = act.name(scope, SHELF, group, actor=ME, name="Ada")
    assert (done.faces, done.skipped) == (1, 2)
    assert set(grouping.faces_of(scope, SHELF, group)) == set(ids[:2])


def test_a_face_put_aside_is_in_no_group_and_gets_none(
    rooms: Rooms, scope: Scope, act: Decisions, grouping: Grouping
) -> None:
    early, late, other = photos(rooms, scope, 1, "a", "b", "c")
    grouping.place(scope, SHELF, [Unplaced(early, 0.9)])
    act.not_a_face(scope, SHELF, [early, late], actor=ME)
    assert grouping.place(scope, SHELF, [Unplaced(late, 0.9)]) == [None]
    assert grouping.groups(scope, SHELF, limit=9, least_faces=1) == []
    act.reopen(scope, SHELF, [late], actor=ME)
    (group,) = grouping.place(scope, SHELF, [Unplaced(other, 0.9)])
    assert group is not None


def test_a_face_reopened_before_it_was_placed_is_placed(
    rooms: Rooms, scope: Scope, act: Decisions, grouping: Grouping
) -> None:
    (one,) = photos(rooms, scope, 1, "a")
    act.ignore(scope, SHELF, [one], actor=ME)
    act.undo(scope, SHELF, actor=ME)
    assert grouping.place(scope, SHELF, [Unplaced(one, 0.9)]) != [None]


def test_what_is_known_of_somebody_is_kept_whole(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    one, other = photos(rooms, scope, 1, "a", "b")
    act.name(scope, SHELF, [one], actor=ME, name="Ada", role="Guest")
    ada = person(persons, scope, "Ada")
    act.change(
        scope,
        SHELF,
        ada.user_id,
        NewFacts(
            aliases=["Augusta", "Augusta"],
            notes="countess\nborn King",
            birth_year=1815,
            classification=Classification.KEY,
            project_roles={"Engine": "Author", "Other": ""},
        ),
        actor=ME,
        version=ada.version,
    )
    act.change(scope, SHELF, ada.user_id, NewFacts(portrait=one), actor=ME, version=None)
    with pytest.raises(InvalidInput, match="none of 'Ada'"):
        act.change(scope, SHELF, ada.user_id, NewFacts(portrait=other), actor=ME, version=None)
    facts = person(persons, scope, "Ada").facts
    assert (facts.aliases, facts.birth_year, facts.portrait) == (("Augusta",), 1815, one)
    assert facts.project_roles == {"Engine": "Author"}
    act.unname(scope, SHELF, [one], actor=ME)
    assert person(persons, scope, "Ada").face_count == 0  # a key person stays
    for _ in range(3):
        act.undo(scope, SHELF, actor=ME)
    assert person(persons, scope, "Ada").facts.notes == ""


@pytest.mark.parametrize(
    "said",
    [
        ("x" * 10_000, ""),
        ("Ada\u202eeoJ", ""),
        ("", ""),
        ("Ada", "y" * 10_000),
    ],
)
def test_what_is_no_name_names_nobody(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons, said: tuple[str, str]
) -> None:
    name, role = said
    with pytest.raises(InvalidInput):
        act.name(scope, SHELF, photos(rooms, scope, 1, "a"), actor=ME, name=name, role=role)
    assert persons.all(scope, SHELF) == []
    assert act.history(scope, SHELF, limit=9).items == ()


@pytest.mark.parametrize(
    "new",
    [
        NewFacts(notes="x" * 10_000),
        NewFacts(notes="\u2067"),
        NewFacts(birth_year=99_999),
        NewFacts(aliases=["x"] * 3 + [f"{n}" for n in range(60)]),
        NewFacts(project_roles={"": "Guest"}),
    ],
)
def test_what_cannot_be_known_of_somebody_is_refused(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons, new: NewFacts
) -> None:
    act.name(scope, SHELF, photos(rooms, scope, 1, "a"), actor=ME, name="Ada")
    ada = person(persons, scope, "Ada")
    with pytest.raises(InvalidInput):
        act.change(scope, SHELF, ada.user_id, new, actor=ME, version=ada.version)


def test_a_drawn_face_is_a_tag_that_no_search_and_no_list_knows(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    drawn = NewTag(ImageId("back"), "asset", (1.0, 2.0, 30.0, 40.0), (64, 48))
    act.tag(scope, SHELF, drawn, actor=ME, name="Ada")
    assert rooms.faces.list(scope, SHELF, limit=9).items == ()
    assert rooms.collections.get(scope, SHELF).face_count == 0
    with pytest.raises(TwiceInPhoto):
        act.tag(scope, SHELF, drawn, actor=ME, name="Ada")
    with rooms.database.write() as connection:
        number = find_collection(connection, scope, SHELF).number
        (tag,) = tags_in(connection, number, [ImageId("back")])
        assert tag.drawn == drawn
    act.untag(scope, SHELF, [tag.tag_id], actor=ME)
    assert persons.all(scope, SHELF) == []
    act.undo(scope, SHELF, actor=ME)
    assert person(persons, scope, "Ada").user_id == tag.user_id
    with rooms.database.write() as connection:
        assert remove_tags(connection, number, [ImageId("back")]) == 1
    assert act.undo(scope, SHELF, actor=ME).skipped == 1
    with pytest.raises(InvalidInput, match="not within"):
        act.tag(
            scope,
            SHELF,
            NewTag(ImageId("i"), None, (0, 0, 99, 9), (64, 48)),
            actor=ME,
            name="Ada",
        )


def test_history_tells_who_did_what_the_latest_first(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    one, other = photos(rooms, scope, 1, "a", "b")
    act.name(scope, SHELF, [one, other], actor=ME, name="Ada")
    act.reject(scope, SHELF, [other], person(persons, scope, "Ada").user_id, actor=YOU)
    act.undo(scope, SHELF, actor=YOU)
    page = act.history(scope, SHELF, limit=1)
    (last,) = page.items
    assert (last.kind, last.actor, last.faces, last.is_undone) == (Kind.REJECT, YOU, 1, True)
    (first,) = act.history(scope, SHELF, limit=1, after=page.next).items
    assert (first.kind, first.people, first.is_undone) == (Kind.NAME, ("Ada",), False)


def test_a_forgotten_person_is_in_no_event_and_nor_is_who_became_that_person(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    one, other, third = photos(rooms, scope, 1, "a", "b", "c")
    act.name(scope, SHELF, [third], actor=ME, name="Cid")
    act.name(scope, SHELF, [one], actor=ME, name="Ada")
    ada = person(persons, scope, "Ada")
    act.change(
        scope, SHELF, ada.user_id, NewFacts(name="Eve", role=""), actor=ME, version=ada.version
    )
    act.name(scope, SHELF, [other], actor=ME, name="Ben")
    ben = person(persons, scope, "Ben")
    act.merge(scope, SHELF, ada.user_id, ben.user_id, actor=ME)
    proof = rooms.forgetting.user(scope, SHELF, ben.user_id)
    assert (proof.faces, proof.traces) == (2, ())
    assert proof.needles == 2 * 3 + 2 + 4 * 2  # faces, the name, both ends of four events
    kept = [event for event in act.history(scope, SHELF, limit=9).items if event.is_kept]
    assert [event.people for event in kept] == [("Cid",)]
    told = act.history(scope, SHELF, limit=9).items
    assert [event.people for event in told if not event.is_kept] == [()] * 4
    with pytest.raises(StaleWrite, match="forgotten"):
        act.revert(scope, SHELF, 2, actor=ME)
    assert act.undo(scope, SHELF, actor=ME).event_id == 1


def test_the_last_photo_takes_the_person_out_of_the_events(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    (one,) = photos(rooms, scope, 1, "a")
    act.name(scope, SHELF, [one], actor=ME, name="Ada")
    persons.unname_faces(scope, SHELF, [one])  # as the removal of a photo does
    rooms.faces.delete(scope, SHELF, [one])
    assert [event.is_kept for event in act.history(scope, SHELF, limit=9).items] == [False]


def test_a_drawn_face_counts_when_it_is_asked_who_is_in_a_photo(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    face, elsewhere = enrol(rooms, scope, "garden", 1)[0], enrol(rooms, scope, "beach", 2)[0]
    drawn = NewTag(ImageId("garden"), None, (10.0, 10.0, 50.0, 60.0), (640, 480))
    act.tag(scope, SHELF, drawn, actor=ME, name="Ada")
    ada = person(persons, scope, "Ada").user_id
    for refused in (
        lambda: act.name(scope, SHELF, [face], actor=ME, name="Ada"),
        lambda: act.confirm(scope, SHELF, [face], ada, actor=ME),
        lambda: act.move(scope, SHELF, [face], ada, actor=ME),
    ):
        with pytest.raises(TwiceInPhoto, match="Ada is in this photo already") as error:
            refused()
        assert error.value.face_ids == (face,)
    act.name(scope, SHELF, [face, elsewhere], actor=ME, name="Ben")
    ben = person(persons, scope, "Ben").user_id
    for pair in ((ben, ada), (ada, ben)):
        with pytest.raises(TwiceInPhoto):
            act.merge(scope, SHELF, *pair, actor=ME)
    act.merge(scope, SHELF, ada, ben, actor=ME, override=True)
    assert act.undo(scope, SHELF, actor=ME).people == tuple(sorted((ada, ben)))
    assert act.redo(scope, SHELF, actor=ME).event_id is not None


def test_a_group_can_be_confirmed_and_put_aside_at_once(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons, grouping: Grouping
) -> None:
    ada = photos(rooms, scope, 1, "a", "b", "c")
    beside = enrol(rooms, scope, "b", 1, 2)[1]
    grouping.place(scope, SHELF, [Unplaced(one, 0.9) for one in ada])
    (group,) = grouping.groups(scope, SHELF, limit=9)
    act.name(scope, SHELF, [beside], actor=ME, name="Ada")
    user_id = person(persons, scope, "Ada").user_id
    done = act.confirm(scope, SHELF, group.number, user_id, actor=ME)
    assert (done.faces, done.skipped) == (2, 1)  # somebody of the group stands beside Ada
    assert act.undecided(scope, SHELF, group.number, actor=ME).faces == 1
    act.undo(scope, SHELF, actor=ME)
    assert act.not_a_face(scope, SHELF, group.number, actor=ME).faces == 1
    assert act.ignore(scope, SHELF, group.number, actor=ME).event_id is None


def test_all_facts_and_the_portrait_are_one_event(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    face, other = photos(rooms, scope, 1, "a", "b")
    act.name(scope, SHELF, [face], actor=ME, name="Ada")
    ada = person(persons, scope, "Ada")
    new = NewFacts(name="Eve", aliases=["Ada"], notes="x", birth_year=1990, portrait=face)
    done = act.change(scope, SHELF, ada.user_id, new, actor=ME, version=ada.version)
    assert done.kind is Kind.RENAME
    facts = person(persons, scope, "Eve").facts
    assert (facts.aliases, facts.birth_year, facts.portrait) == (("Ada",), 1990, face)
    with pytest.raises(InvalidInput, match="none of"):
        act.change(scope, SHELF, ada.user_id, NewFacts(portrait=other), actor=ME, version=None)
    act.undo(scope, SHELF, actor=ME)
    assert person(persons, scope, "Ada").facts == ada.facts


def test_consent_is_an_event_like_all_else_and_a_refusal_outlives_a_merge(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    one, other = photos(rooms, scope, 1, "a", "b")
    act.name(scope, SHELF, [one], actor=ME, name="Ada")
    act.name(scope, SHELF, [other], actor=ME, name="Eve")
    ada, eve = person(persons, scope, "Ada"), person(persons, scope, "Eve")
    assert ada.facts.consent == Consent()
    given = Consent(ConsentStatus.GIVEN, date(2026, 3, 31), "letter  of March\n")
    refused = Consent(ConsentStatus.REFUSED)
    done = act.change(scope, SHELF, ada.user_id, NewFacts(consent=given), actor=ME, version=1)
    assert done.kind is Kind.DESCRIBE
    kept = person(persons, scope, "Ada").facts.consent
    assert kept == Consent(ConsentStatus.GIVEN, date(2026, 3, 31), "letter of March")
    act.change(scope, SHELF, eve.user_id, NewFacts(consent=refused), actor=ME, version=None)
    act.merge(scope, SHELF, eve.user_id, ada.user_id, actor=ME)
    assert person(persons, scope, "Ada").facts.consent == refused
    act.undo(scope, SHELF, actor=ME)
    assert person(persons, scope, "Ada").facts.consent == kept
    assert person(persons, scope, "Eve").facts.consent == refused
    act.change(scope, SHELF, ada.user_id, NewFacts(consent=Consent()), actor=ME, version=None)
    assert person(persons, scope, "Ada").facts.consent == Consent()
    act.undo(scope, SHELF, actor=ME)
    assert person(persons, scope, "Ada").facts.consent == kept


@pytest.mark.parametrize(
    "consent",
    [
        Consent(day=date(2026, 3, 31)),
        Consent(note="but by whom"),
        Consent(ConsentStatus.GIVEN, note="x" * 501),
        Consent(ConsentStatus.GIVEN, note="\u202e"),
    ],
)
def test_what_is_no_consent_is_refused(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons, consent: Consent
) -> None:
    (one,) = photos(rooms, scope, 1, "a")
    act.name(scope, SHELF, [one], actor=ME, name="Ada")
    ada = person(persons, scope, "Ada")
    with pytest.raises(InvalidInput, match="consent"):
        act.change(scope, SHELF, ada.user_id, NewFacts(consent=consent), actor=ME, version=None)


def test_everybody_is_told_what_they_can_undo_and_do_again(
    rooms: Rooms, scope: Scope, act: Decisions
) -> None:
    assert act.may(scope, SHELF, actor=ME) == (False, False)
    act.name(scope, SHELF, photos(rooms, scope, 1, "a"), actor=ME, name="Ada")
    assert act.may(scope, SHELF, actor=ME) == (True, False)
    assert act.may(scope, SHELF, actor=YOU) == (False, False)
    act.undo(scope, SHELF, actor=ME)
    assert act.may(scope, SHELF, actor=ME) == (False, True)


def test_a_deleted_collection_takes_events_and_drawn_tags(
    rooms: Rooms, scope: Scope, act: Decisions
) -> None:
    act.name(scope, SHELF, photos(rooms, scope, 1, "a"), actor=ME, name="Ada")
    drawn = NewTag(ImageId("back"), None, (1.0, 2.0, 30.0, 40.0), (64, 48))
    act.tag(scope, SHELF, drawn, actor=ME, name="Ben")
    assert rooms.forgetting.collection(scope, SHELF).traces == ()


def places(rooms: Rooms, scope: Scope, ids: list[FaceId]) -> list[tuple[str, int | None]]:
    """Verdict and group of each face."""
    with rooms.database.read() as connection:
        collection = find_collection(connection, scope, SHELF)
        found = {
            record.face.face_id: (record.verdict, record.group_no)
            for one in ids
            if (record := record_by_id(connection, collection.number, one)) is not None
        }
    return [found[one] for one in ids]


def test_a_group_that_was_put_aside_comes_back_together(
    rooms: Rooms, scope: Scope, act: Decisions, grouping: Grouping
) -> None:
    ids = photos(rooms, scope, 1, "a", "b", "c")
    (group, *_) = grouping.place(scope, SHELF, [Unplaced(one, 0.9) for one in ids])
    assert group is not None
    together = [("open", group)] * 3
    act.ignore(scope, SHELF, group, actor=ME)
    act.not_a_face(scope, SHELF, ids[:1], actor=YOU)
    aside = places(rooms, scope, ids)
    act.reopen(scope, SHELF, ids, actor=ME)
    assert places(rooms, scope, ids) == together
    act.undo(scope, SHELF, actor=ME)
    assert places(rooms, scope, ids) == aside
    for one in ids:
        act.reopen(scope, SHELF, [one], actor=ME)
    assert places(rooms, scope, ids) == together
    act.unname(scope, SHELF, ids, actor=ME)
    act.name(scope, SHELF, ids, actor=ME, name="Ada")
    act.ignore(scope, SHELF, ids, actor=ME)
    act.reopen(scope, SHELF, ids, actor=ME)  # from nobody's group, but Ada's
    assert places(rooms, scope, ids) == [("open", None)] * 3


def test_reopened_faces_refuse_what_they_refused_and_make_nobody_twice_in_a_photo(
    rooms: Rooms, scope: Scope, act: Decisions, grouping: Grouping
) -> None:
    ids = photos(rooms, scope, 1, "a", "b", "c", "d")
    (group, *_) = grouping.place(scope, SHELF, [Unplaced(one, 0.9) for one in ids])
    act.split(scope, SHELF, ids[:1], actor=ME)
    ((_, own),) = places(rooms, scope, ids[:1])
    act.ignore(scope, SHELF, ids[:2], actor=ME)
    twin = enrol(rooms, scope, "b", 1, 1)[1]
    assert grouping.place(scope, SHELF, [Unplaced(twin, 0.9)]) == [group]
    done = act.reopen(scope, SHELF, ids[:2], actor=ME)
    assert places(rooms, scope, ids[:2]) == [("open", own), ("open", None)]
    grouping.regroup(scope, SHELF, list(done.change.face_numbers))
    after = places(rooms, scope, ids)
    assert after[0] == ("open", own)
    assert after[1][1] not in (None, group)
    assert after[2:] == [("open", group)] * 2


def test_reopened_faces_find_a_group_and_undo_puts_them_aside_as_they_were(
    rooms: Rooms, scope: Scope, act: Decisions, grouping: Grouping
) -> None:
    waiting, *others = photos(rooms, scope, 1, "a", "b", "c")
    act.ignore(scope, SHELF, [waiting], actor=ME)  # before it was placed
    (group, _) = grouping.place(scope, SHELF, [Unplaced(one, 0.9) for one in others])
    done = act.reopen(scope, SHELF, [waiting], actor=ME)
    assert places(rooms, scope, [waiting]) == [("open", None)]
    for _ in range(2):
        grouping.regroup(scope, SHELF, list(done.change.face_numbers))
        assert places(rooms, scope, [waiting]) == [("open", group)]
        act.undo(scope, SHELF, actor=ME)
        assert places(rooms, scope, [waiting]) == [("ignored", None)]
        grouping.regroup(scope, SHELF, list(done.change.face_numbers))
        assert places(rooms, scope, [waiting]) == [("ignored", None)]
        done = act.redo(scope, SHELF, actor=ME)


def test_a_group_that_comes_back_joins_the_one_that_came_meanwhile(
    rooms: Rooms, scope: Scope, act: Decisions, grouping: Grouping
) -> None:
    for count in (1, 3):
        old = photos(rooms, scope, count, *(f"old {count} {n}" for n in range(count)))
        (group, *_) = grouping.place(scope, SHELF, [Unplaced(one, 0.9) for one in old])
        assert group is not None
        act.ignore(scope, SHELF, group, actor=ME)
        aside = places(rooms, scope, old)
        new = photos(rooms, scope, count, f"new {count}")
        grouping.place(scope, SHELF, [Unplaced(one, 0.9) for one in new])
        done = act.reopen(scope, SHELF, old, actor=ME)
        grouping.regroup(scope, SHELF, list(done.change.face_numbers))
        assert len(set(places(rooms, scope, [*old, *new]))) == 1
        act.undo(scope, SHELF, actor=ME)
        assert places(rooms, scope, old) == aside
        assert places(rooms, scope, new)[0][1] is not None
