"""Bodies and faces become persons."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from eyebright.geometry.arrays import FloatArray
from eyebright.tracking.tracker import Track
from eyebright.videojobs.identities import Identities, SeenPerson

NOWHERE = np.zeros(4, np.float32)
OTHER = 0.6


def look(degrees: float) -> FloatArray:
    """A unit vector; the cosine of two is that of the angle between them."""
    angle = np.radians(degrees)
    return np.array([np.cos(angle), np.sin(angle)], np.float32)


def face(index: int, degrees: float) -> Track:
    return Track(index, NOWHERE, 0.0, NOWHERE, look(degrees))


ADA, BEN = face(0, 0), face(1, 90)


def name(known: Identities, *seen: SeenPerson, faces: tuple[Track, ...] = (ADA, BEN)) -> list[int]:
    return known.name(list(seen), faces=faces, other=OTHER)


def test_a_body_that_goes_on_is_the_same_person() -> None:
    known = Identities()
    assert name(known, SeenPerson(5), SeenPerson(7)) == [0, 1]
    assert name(known, SeenPerson(7), SeenPerson(5)) == [1, 0]
    assert name(known, SeenPerson(8)) == [2]


def test_a_face_joins_what_a_cut_tore_apart() -> None:
    known = Identities()
    assert name(known, SeenPerson(0, 0, ADA.vector)) == [0]
    assert name(known, SeenPerson(1)) == [1]
    assert name(known, SeenPerson(2, 0, ADA.vector)) == [0]


def test_a_known_face_wins_over_the_body() -> None:
    known = Identities()
    assert name(known, SeenPerson(0, 0, ADA.vector), SeenPerson(1, 1, BEN.vector)) == [0, 1]
    assert name(known, SeenPerson(0, 1, BEN.vector)) == [1]


def test_an_unknown_face_in_the_same_place_is_somebody_else() -> None:
    known = Identities()
    name(known, SeenPerson(0, 0, ADA.vector))
    assert name(known, SeenPerson(0, 1, BEN.vector)) == [1]


def test_a_face_half_way_between_two_people_does_not_make_them_one() -> None:
    """As in a dissolve: Ada for long, one look at a mix that is like both, then Ben."""
    known = Identities()
    ada, mix, ben = replace(ADA, observations=9), face(2, 45), BEN
    assert name(known, SeenPerson(0, 0, ada.vector), faces=(ada,)) == [0]
    assert name(known, SeenPerson(0, 2, mix.vector), faces=(ada, mix)) == [0]
    assert name(known, SeenPerson(0, 1, ben.vector), faces=(ada, mix, ben)) == [1]


def test_someone_who_turned_round_stays_who_they_are() -> None:
    known = Identities()
    name(known, SeenPerson(0, 0, ADA.vector))
    assert name(known, SeenPerson(0)) == [0]
    turned = face(2, 40)
    assert name(known, SeenPerson(0, 2, turned.vector), faces=(ADA, turned)) == [0]


def test_two_people_in_one_frame_are_never_the_same() -> None:
    known = Identities()
    name(known, SeenPerson(0, 0, ADA.vector))
    assert name(known, SeenPerson(0), SeenPerson(1, 0, ADA.vector)) == [1, 0]


def test_what_no_track_needs_is_forgotten() -> None:
    known = Identities()
    name(known, SeenPerson(0, 0, ADA.vector), SeenPerson(1, 1, BEN.vector))
    known.forget([face(1, 0)], [ADA])
    assert known.of_body == {1: 1}
    assert known.of_face == {0: 0}
    assert known.begun == 2
