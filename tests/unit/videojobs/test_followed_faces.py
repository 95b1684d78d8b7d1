"""When people are asked about, and when what was seen of them is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from eyebright.geometry.arrays import FloatArray
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.pictures import Sitter, draw_people
from eyebright.video.values import Frame
from eyebright.videojobs.followed_faces import (
    Alike,
    FollowedFace,
    FollowedFaces,
    following_rules,
)
from eyebright.videojobs.work import Timed

ADA = (Alike("ada", 99.0),)


@dataclass
class Oracle:
    """Says what it is told to, one answer after the other, then nobody."""

    answers: list[tuple[Alike, ...]]
    asked: int = field(default=0)

    def __call__(self, vector: FloatArray) -> tuple[Alike, ...]:
        assert abs(float(np.linalg.norm(vector)) - 1.0) < 1e-5
        self.asked += 1
        return self.answers.pop(0) if self.answers else ()


def followed(oracle: Oracle) -> FollowedFaces:
    return FollowedFaces(FakeAnalyser(), oracle, rules=following_rules(80.0))


def frame(seconds: float, *names: str, side: int = 64) -> Frame:
    sitters = [Sitter(name, 20 + 130 * place, 40, side) for place, name in enumerate(names)]
    return Frame(Fraction(seconds), draw_people(sitters, size_wh=(320, 160)))


def watched(
    faces: FollowedFaces, *frames: Frame, finish: bool = True
) -> list[tuple[int, int, tuple[Alike, ...]]]:
    found: list[Timed[FollowedFace]] = [one for each in frames for one in faces.look(each)]
    if finish:
        found += faces.finish()
    return [(one.at_ms, one.item.person, one.item.alike) for one in found]


def test_what_was_seen_waits_until_the_person_has_gone() -> None:
    oracle = Oracle([ADA])
    faces = followed(oracle)
    assert watched(faces, frame(0, "Ada"), frame(1, "Ada"), frame(2), finish=False) == []
    assert (oracle.asked, len(faces.held)) == (0, 2)
    assert watched(faces, frame(3), finish=False) == [(0, 0, ADA), (1000, 0, ADA)]
    assert (oracle.asked, len(faces.held)) == (1, 0)


def test_nothing_waits_longer_than_ten_seconds() -> None:
    oracle = Oracle([ADA])
    faces = followed(oracle)
    frames = [frame(second, "Ada") for second in range(12)]
    told = watched(faces, *frames, finish=False)
    assert [at for at, _, _ in told] == [1000 * second for second in range(11)]
    assert {alike for _, _, alike in told} == {ADA}
    assert oracle.asked == 1


def test_nobody_overtakes_who_waits() -> None:
    faces = followed(Oracle([(), ADA]))
    told = watched(faces, frame(0, "Ben", "Ada"), frame(1, "Ben"), frame(2, "Ben"), frame(3, "Ben"))
    assert [at for at, _, _ in told] == [0, 0, 1000, 2000, 3000]


def test_who_was_known_before_is_known_again_when_nobody_is_found() -> None:
    oracle = Oracle([ADA, ()])
    told = watched(followed(oracle), frame(0, "Ada"), frame(5), frame(9, "Ada"))
    assert told == [(0, 0, ADA), (9000, 0, ADA)]
    assert oracle.asked == 2


def test_who_comes_back_may_get_another_answer() -> None:
    ben = (Alike("ben", 90.0),)
    told = watched(followed(Oracle([ADA, ben])), frame(0, "Ada"), frame(5), frame(9, "Ada"))
    assert told == [(0, 0, ADA), (9000, 0, ben)]


def test_a_stranger_is_asked_about_again_with_a_much_better_face() -> None:
    oracle = Oracle([(), ADA])
    small = [frame(second, "Ada", side=36) for second in range(12)]
    same = [frame(second, "Ada", side=40) for second in range(12, 14)]
    large = [frame(second, "Ada", side=96) for second in range(14, 20)]
    told = watched(followed(oracle), *small, *same, *large)
    assert oracle.asked == 2
    assert [alike for _, _, alike in told] == [()] * 14 + [ADA] * 6


def test_a_higher_threshold_takes_fewer_faces_for_one_person() -> None:
    assert following_rules(80.0).same_percent == 90.0
    assert following_rules(97.0).same_percent == 97.0
