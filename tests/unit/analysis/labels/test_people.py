from __future__ import annotations

import pytest

from eyebright.analysis.faces.observation import (
    AgeRange,
    Emotion,
    FaceAttribute,
    FaceDescription,
    GenderGuess,
    Pose,
    Quality,
    YesNo,
)
from eyebright.analysis.labels.evidence import Evidence
from eyebright.analysis.labels.people import CROWD, SeenFace, say_people
from eyebright.analysis.labels.taxonomy import load_taxonomy
from eyebright.analysis.labels.values import Instance

SIZE = (400, 400)
CALM: tuple[tuple[Emotion, float], ...] = (("CALM", 0.9),)


@pytest.fixture
def evidence() -> Evidence:
    return Evidence(load_taxonomy())


def described(
    age: tuple[int, int] = (25, 35),
    gender: GenderGuess | None = None,
    *,
    answers: dict[FaceAttribute, YesNo] | None = None,
    emotions: tuple[tuple[Emotion, float], ...] = CALM,
    yaw: float = 0.0,
) -> FaceDescription:
    return FaceDescription(
        pose=Pose(0.0, yaw, 0.0),
        quality=Quality(0.5, 0.5),
        landmarks={},
        age=AgeRange(*age),
        gender=gender or GenderGuess("Female", 0.9),
        answers=answers or {},
        emotions=emotions,
        eye_direction=None,
    )


def face(
    left: float = 100.0,
    top: float = 50.0,
    side: float = 60.0,
    description: FaceDescription | None = None,
) -> SeenFace:
    return SeenFace((left, top, left + side, top + side), 0.9, description)


def say_all(evidence: Evidence, faces: list[SeenFace]) -> None:
    """As if every face had a body that is not worth showing."""
    everywhere = Instance((-99.0, -99.0, 999.0, 999.0), 0.9)
    say_people(evidence, faces, bodies=[everywhere], size_wh=SIZE)


@pytest.mark.parametrize(
    ("age", "gender", "word"),
    [
        ((25, 35), "Female", "Woman"),
        ((25, 35), "Male", "Man"),
        ((5, 9), "Female", "Girl"),
        ((5, 9), "Male", "Boy"),
        ((0, 2), "Male", "Baby"),
        ((14, 16), "Male", "Teen"),
        ((70, 80), "Female", "Senior Citizen"),
    ],
)
def test_age_and_gender_make_the_word(
    evidence: Evidence, age: tuple[int, int], gender: str, word: str
) -> None:
    guess = GenderGuess("Male" if gender == "Male" else "Female", 0.9)
    say_all(evidence, [face(description=described(age, guess))])
    assert evidence.score(word) >= 0.8
    assert evidence.score(gender) == pytest.approx(0.81)
    assert evidence.score("Person") == evidence.score("Face") == pytest.approx(0.9)
    others = {"Man", "Woman", "Boy", "Girl", "Baby", "Teen", "Senior Citizen"} - {word}
    sure = {other for other in others if evidence.score(other) > 0.5}
    assert sure <= ({"Woman"} if word == "Senior Citizen" else set())


def test_an_age_between_two_words_is_shared_among_them(evidence: Evidence) -> None:
    say_all(evidence, [face(description=described((13, 22)))])
    assert evidence.score("Teen") == pytest.approx(0.9 * 0.5)
    assert evidence.score("Adult") == pytest.approx(0.9 * 0.5)
    assert evidence.score("Child") == 0.0


def test_what_a_face_wears_and_shows_is_said(evidence: Evidence) -> None:
    answers = {
        FaceAttribute.SMILE: YesNo(True, 0.9),
        FaceAttribute.SUNGLASSES: YesNo(True, 0.8),
        FaceAttribute.BEARD: YesNo(False, 0.99),
    }
    happy = described(answers=answers, emotions=(("HAPPY", 0.7), ("CALM", 0.3)))
    say_all(evidence, [face(description=happy)])
    assert evidence.score("Smile") == pytest.approx(0.81)
    assert evidence.score("Happy") == pytest.approx(0.81)  # a smile is one way to be happy
    assert evidence.score("Sunglasses") == evidence.score("Accessories") == pytest.approx(0.72)
    assert evidence.score("Beard") == 0.0


def test_a_man_is_where_the_body_of_his_face_is(evidence: Evidence) -> None:
    evidence.place("Person", (80.0, 40.0, 200.0, 380.0), 0.8)
    evidence.place("Person", (0.0, 0.0, 400.0, 400.0), 0.7)
    evidence.place("Person", (300.0, 40.0, 390.0, 380.0), 0.9)
    man = described((30, 40), GenderGuess("Male", 0.9))
    say_all(evidence, [face(description=man)])
    (instance,) = evidence.instances("Man")
    assert instance.box_xyxy == (80.0, 40.0, 200.0, 380.0)
    assert instance.score == pytest.approx(0.8)


def test_a_face_below_the_middle_of_a_body_is_not_its_face(evidence: Evidence) -> None:
    evidence.place("Person", (80.0, 0.0, 200.0, 150.0), 0.8)
    say_all(evidence, [face(top=100.0, description=described())])
    assert evidence.instances("Woman") == ()
    assert evidence.score("Woman") > 0.5


def test_small_faces_have_no_age(evidence: Evidence) -> None:
    say_all(evidence, [face(side=20.0, description=described())])
    assert evidence.score("Face") == pytest.approx(0.9)
    assert evidence.score("Adult") == 0.0


def test_two_are_people_and_ten_a_crowd(evidence: Evidence) -> None:
    say_all(evidence, [face(side=10.0 + n) for n in range(2)])
    assert evidence.score("People") == pytest.approx(0.9)
    assert evidence.score("Crowd") == 0.0
    say_all(evidence, [face(side=10.0 + n) for n in range(CROWD)])
    assert evidence.score("Crowd") == pytest.approx(0.9)


@pytest.mark.parametrize(("side", "yaw", "said"), [(150.0, 0.0, 1), (40.0, 0.0, 0), (150, 60, 0)])
def test_one_large_face_seen_from_the_front_is_a_portrait(
    evidence: Evidence, side: float, yaw: float, said: int
) -> None:
    say_all(evidence, [face(side=side, description=described(yaw=yaw))])
    assert (evidence.score("Portrait") > 0.5) == bool(said)


def test_four_faces_that_look_here_are_a_group(evidence: Evidence) -> None:
    faces = [face(left=90.0 * n, description=described()) for n in range(4)]
    say_all(evidence, faces)
    assert evidence.score("Groupshot") > 0.5
    assert evidence.score("Portrait") == 0.0


@pytest.mark.parametrize(("body", "said"), [(0.0, 0.18), (0.25, 0.54), (0.5, 0.9), (0.9, 0.9)])
def test_a_face_without_a_body_is_hardly_believed(
    evidence: Evidence, body: float, said: float
) -> None:
    bodies = [Instance((80.0, 40.0, 300.0, 380.0), body), Instance((300.0, 0.0, 400.0, 90.0), 1.0)]
    say_people(evidence, [face(description=described())], bodies=bodies, size_wh=SIZE)
    assert evidence.score("Face") == evidence.score("Person") == pytest.approx(said)
    assert evidence.score("Woman") == pytest.approx(said * 0.9)


def test_boxes_of_faces_end_at_the_picture(evidence: Evidence) -> None:
    say_all(evidence, [face(left=-20.0, top=-10.0)])
    (instance,) = evidence.instances("Face")
    assert instance.box_xyxy == (0.0, 0.0, 40.0, 50.0)
