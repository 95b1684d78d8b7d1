"""Face search, person tracking and celebrities over real rooms; the sight is the published fake."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import pytest

from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, ImageId, UserId
from eyebright.jobs.values import JobState
from eyebright.people.biographies import NewCelebrity
from eyebright.people.values import NewFace
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.pictures import draw_people, line_up, picture_of
from eyebright.testing.videos import write_video
from eyebright.testing.videos_desk import Studio
from eyebright.videojobs.clothes import look_of
from eyebright.videojobs.faces import VideoFace
from eyebright.videojobs.followed_faces import FollowedFace
from eyebright.videojobs.persons import TrackedPerson
from eyebright.videojobs.values import VideoJob, VideoKind, VideoObject, VideoRequest
from eyebright.videojobs.work import Timed

TEAM = CollectionId("team")
Item = TypeVar("Item")
VISION = FakeAnalyser()
# Ada alone, Ada and Ben, nobody, strangers, Ada again: 10 frames a second
SCENES = [
    (("Ada",), 12),
    (("Ben", "Ada"), 13),
    ((), 30),
    (("Cleo", "Dina"), 10),
    (("Ada",), 110),
]


def enrol(studio: Studio, *names: str, scope: Scope | None = None) -> dict[str, FaceId]:
    who = scope or studio.scope
    studio.rooms.collections.create(who, TEAM, space=VISION.space)
    return {name: keep(studio, name, who) for name in names}


def keep(studio: Studio, name: str, scope: Scope) -> FaceId:
    picture = picture_of(name)
    detections = VISION.detect(picture)
    face = NewFace(
        VISION.embed(picture, detections)[0], (16, 32, 96, 112), (128, 160), 0.99, VISION.space
    )
    [kept] = studio.rooms.faces.enrol(
        scope, TEAM, image_id=ImageId(name), external_image_id=name, new_faces=[face]
    )
    return kept.face_id


def ask(studio: Studio, kind: VideoKind, name: str = "a.mp4", **settings: Any) -> Any:
    return studio.desk.ask(studio.scope, VideoRequest(kind, VideoObject("films", name), settings))


def finished(studio: Studio, kind: VideoKind, job_id: Any, *, disturbed: bool = False) -> VideoJob:
    turns = itertools.count()
    while (claim := studio.queue.claim("w", kinds=studio.runner.kinds)) is not None:
        studio.runner.run(claim, stop=lambda: disturbed)
        assert next(turns) < 200
    job: VideoJob = studio.desk.get(studio.scope, kind, job_id)
    return job


def found(
    studio: Studio, job: VideoJob, item: type[Item], *, ranked: bool = False
) -> list[Timed[Item]]:
    return list(studio.desk.results(studio.scope, job, item, start=0, limit=1000, ranked=ranked))


def search(studio: Studio, *, disturbed: bool = False) -> VideoJob:
    job_id = ask(studio, VideoKind.FACE_SEARCH, collection=TEAM)
    return finished(studio, VideoKind.FACE_SEARCH, job_id, disturbed=disturbed)


def test_every_face_says_whom_it_is_like_in_order_of_time(studio: Studio) -> None:
    ids = enrol(studio, "Ada", "Ben")
    studio.film("a.mp4", SCENES)
    job = search(studio)
    assert (job.state, job.message) == (JobState.SUCCEEDED, "")
    faces = found(studio, job, FollowedFace)
    times = [one.at_ms for one in faces]
    assert times == sorted(times)
    names = {ids["Ada"]: "Ada", ids["Ben"]: "Ben"}
    said: dict[int, set[str]] = {}
    for one in faces:
        name = names[FaceId(one.item.alike[0].id)] if one.item.alike else "stranger"
        said.setdefault(one.item.person, set()).add(name)
    assert said == {0: {"Ada"}, 1: {"Ben"}, 2: {"stranger"}, 3: {"stranger"}}
    assert [one.at_ms for one in faces if one.item.person == 1] == [1500, 2000]
    ada = [one.at_ms for one in faces if one.item.person == 0]
    assert ada[:5] == [0, 500, 1000, 1500, 2000]
    assert ada[5] == 6500, "She comes back as the same person."
    ranked = found(studio, job, FollowedFace, ranked=True)
    keys = [(one.item.person, one.at_ms) for one in ranked]
    assert keys == sorted(keys)


def test_each_person_is_searched_once_each_time_they_come(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(studio, "Ada", "Ben")
    studio.film("a.mp4", SCENES)
    searches = []
    by_vector = studio.rooms.search.by_vector

    def counted(*args: Any, **kwargs: Any) -> Any:
        searches.append(args)
        return by_vector(*args, **kwargs)

    monkeypatch.setattr(studio.rooms.search, "by_vector", counted)
    search(studio)
    assert len(searches) == 5, "Four people, and Ada when she comes back."


def state_of(one: Timed[Any]) -> tuple[Any, ...]:
    item = one.item
    if isinstance(item, FollowedFace):
        return one.at_ms, item.person, item.box_xyxy, item.score, item.alike
    face = item.face and (item.face.box_xyxy, item.face.score)
    return one.at_ms, item.index, item.box_xyxy, face


def name_celebrities(studio: Studio) -> None:
    for name, face_id in enrol(studio, "Ada", "Ben").items():
        known = studio.rooms.celebrities.register(studio.scope, TEAM, NewCelebrity(name))
        studio.rooms.users.associate(
            studio.scope,
            TEAM,
            UserId(known.celebrity_id),
            [face_id],
            min_percent=0.0,
        )


def enrol_two(studio: Studio) -> None:
    enrol(studio, "Ada", "Ben")


@pytest.mark.parametrize(
    ("kind", "item", "prepare"),
    [
        (VideoKind.FACE_SEARCH, FollowedFace, enrol_two),
        (VideoKind.CELEBRITY_RECOGNITION, FollowedFace, name_celebrities),
        (VideoKind.PERSON_TRACKING, TrackedPerson, lambda _studio: None),
    ],
)
def test_a_job_stopped_after_every_frame_finds_what_an_undisturbed_one_finds(
    studio: Studio, kind: VideoKind, item: type[Any], prepare: Callable[[Studio], None]
) -> None:
    prepare(studio)
    studio.film(
        "a.mp4", [(("Fay", "Ada"), 12), ((), 25), (("Ben", "Fay", "Cleo"), 14), (("Ada",), 25)]
    )
    settings = {"collection": TEAM} if kind is VideoKind.FACE_SEARCH else {}
    quiet = finished(studio, kind, ask(studio, kind, **settings))
    disturbed = finished(studio, kind, ask(studio, kind, **settings), disturbed=True)
    expected = [state_of(one) for one in found(studio, quiet, item)]
    assert quiet.state is disturbed.state is JobState.SUCCEEDED
    assert expected
    assert [state_of(one) for one in found(studio, disturbed, item)] == expected


def test_a_collection_that_is_deleted_meanwhile_fails_the_job(studio: Studio) -> None:
    enrol(studio, "Ada")
    studio.film("a.mp4", [((), 30)])
    job_id = ask(studio, VideoKind.FACE_SEARCH, collection=TEAM)
    claim = studio.queue.claim("w", kinds=studio.runner.kinds)
    assert claim is not None
    studio.runner.run(claim, stop=lambda: True)
    studio.rooms.collections.delete(studio.scope, TEAM)
    job = finished(studio, VideoKind.FACE_SEARCH, job_id)
    assert job.state is JobState.FAILED
    assert "team" in job.message


def test_another_accounts_collection_of_the_same_name_is_never_searched(studio: Studio) -> None:
    stranger = studio.rooms.new_scope("stranger")
    enrol(studio, "Ada", scope=stranger)
    enrol(studio)
    studio.film("a.mp4", [(("Ada",), 12)])
    faces = found(studio, search(studio), FollowedFace)
    assert faces
    assert all(one.item.alike == () for one in faces)


def test_no_vector_outlives_the_job(studio: Studio) -> None:
    enrol(studio)
    studio.film("a.mp4", [(("Ada",), 12)])
    job = search(studio)
    assert all("vector" not in FollowedFace.__slots__ for _ in found(studio, job, FollowedFace))
    with studio.rooms.database.read() as connection:
        kept = connection.exec_driver_sql("select sealed_checkpoint from jobs").scalars().all()
    assert kept == [None]


def test_celebrities_are_told_and_nobody_else(studio: Studio) -> None:
    name_celebrities(studio)
    studio.film("a.mp4", [(("Ada", "Cleo"), 12), (("Ben",), 11)])
    kind = VideoKind.CELEBRITY_RECOGNITION
    faces = found(studio, finished(studio, kind, ask(studio, kind)), FollowedFace)
    named = {one.item.alike[0].id: one.item.person for one in faces}
    assert len(named) == 2
    assert [one.at_ms for one in faces] == [0, 500, 1000, 1500, 2000]
    assert dict(faces[0].item.description.emotions)


def test_persons_keep_their_number_while_they_move_and_have_their_face(studio: Studio) -> None:
    pictures = [
        np.ascontiguousarray(draw_people(line_up(["Fay"]), size_wh=(320, 160)))
        if not step
        else np.roll(draw_people(line_up(["Fay"]), size_wh=(320, 160)), 5 * step, axis=1)
        for step in range(30)
    ]
    write_video(studio.films / "a.mp4", pictures, frame_rate=10)
    kind = VideoKind.PERSON_TRACKING
    people = found(studio, finished(studio, kind, ask(studio, kind)), TrackedPerson)
    assert len(people) == 12
    assert {one.item.index for one in people} == {0}
    lefts = [one.item.box_xyxy[0] for one in people]
    assert lefts == sorted(lefts)
    assert lefts[-1] > lefts[0] + 100
    assert all(one.item.face is not None for one in people)


def test_looks_are_compared_by_colours() -> None:
    def look(*colours: tuple[int, int, int]) -> FloatArray:
        pixels = np.zeros((40, 20, 3), np.uint8)
        pixels[:20], pixels[20:] = colours
        return look_of(pixels, np.array([-2, 0, 22, 40], np.float32))

    red_blue, blue_red = look((200, 0, 0), (0, 0, 200)), look((0, 0, 200), (200, 0, 0))
    assert np.linalg.norm(red_blue) == pytest.approx(1.0)
    assert red_blue @ red_blue == pytest.approx(1.0)
    assert red_blue @ blue_red == pytest.approx(0.0)
    assert red_blue @ look((200, 0, 0), (90, 90, 90)) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("kind", "item", "looks"),
    [
        (VideoKind.FACE_DETECTION, VideoFace, 6),
        (VideoKind.FACE_SEARCH, FollowedFace, 6),
        (VideoKind.PERSON_TRACKING, TrackedPerson, 12),
    ],
)
@pytest.mark.parametrize("disturbed", [False, True])
def test_a_still_scene_is_looked_at_once_and_told_at_every_moment(
    studio: Studio,
    monkeypatch: pytest.MonkeyPatch,
    kind: VideoKind,
    item: type[Any],
    looks: int,
    disturbed: bool,
) -> None:
    described: list[object] = []
    describe = FakeAnalyser.describe

    def counted(*args: Any, **kwargs: Any) -> Any:
        described.append(args)
        return describe(*args, **kwargs)

    enrol(studio, "Fay")
    studio.film("a.mp4", [(("Fay",), 15), (("Fay", "Ada"), 15)])
    monkeypatch.setattr(FakeAnalyser, "describe", counted)
    settings = {"collection": TEAM} if kind is VideoKind.FACE_SEARCH else {}
    job = finished(studio, kind, ask(studio, kind, **settings), disturbed=disturbed)
    people = found(studio, job, item)
    assert len(described) == 2
    assert len({one.at_ms for one in people}) == looks
