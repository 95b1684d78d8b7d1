"""Parts of pictures around faces and clear of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.library.framing import Box, clear_of_faces, face_crop, frame_faces

SIZE = (400, 300)
aspects = st.floats(0.2, 5.0)
sizes = st.tuples(st.integers(40, 4000), st.integers(40, 4000))


@st.composite
def pictures(draw: st.DrawFn) -> tuple[tuple[int, int], list[Box]]:
    width, height = draw(sizes)
    faces = []
    for _ in range(draw(st.integers(0, 5))):
        side = draw(st.floats(4, 0.6 * min(width, height)))
        left = draw(st.floats(-0.2 * side, width - 0.8 * side))
        top = draw(st.floats(-0.2 * side, height - 0.8 * side))
        faces.append((left, top, left + side, top + 1.2 * side))
    return (width, height), faces


@given(pictures(), aspects)
def test_a_frame_is_the_largest_of_its_aspect_and_inside(
    picture: tuple[tuple[int, int], list[Box]], aspect: float
) -> None:
    (width, height), faces = picture
    left, top, right, bottom = frame_faces((width, height), faces, aspect=aspect)
    assert left >= -1e-6
    assert top >= -1e-6
    assert right <= width + 1e-6
    assert bottom <= height + 1e-6
    assert (right - left) / (bottom - top) == pytest.approx(aspect)
    assert right - left == pytest.approx(width) or bottom - top == pytest.approx(height)


@given(pictures(), aspects)
def test_the_largest_face_is_seen_when_it_fits(
    picture: tuple[tuple[int, int], list[Box]], aspect: float
) -> None:
    (width, height), faces = picture
    if not faces:
        return
    frame = frame_faces((width, height), faces, aspect=aspect)
    face = max(faces, key=lambda box: (box[2] - box[0]) * (box[3] - box[1]))
    seen = (max(face[0], 0), max(face[1], 0), min(face[2], width), min(face[3], height))
    if (
        seen[2] - seen[0] <= (frame[2] - frame[0]) / 2
        and seen[3] - seen[1] <= (frame[3] - frame[1]) / 3
    ):
        assert frame[0] - 1e-6 <= seen[0]
        assert frame[1] - 1e-6 <= seen[1]
        assert seen[2] <= frame[2] + 1e-6
        assert seen[3] <= frame[3] + 1e-6


def test_two_people_at_the_sides_are_framed_together_or_the_larger_alone() -> None:
    left, right = (20.0, 100.0, 60.0, 150.0), (300.0, 100.0, 350.0, 160.0)
    both = frame_faces(SIZE, [left, right], aspect=1.32)
    assert both[0] <= 20
    assert both[2] >= 350
    alone = frame_faces(SIZE, [left, right], aspect=0.5)
    assert alone[0] <= 300
    assert alone[2] >= 350
    assert alone[0] > 60


def test_a_picture_without_faces_is_framed_in_its_middle_or_around_its_subject() -> None:
    assert frame_faces(SIZE, [], aspect=1.0) == (50.0, 0.0, 350.0, 300.0)
    subject = frame_faces(SIZE, [], aspect=0.5, focus=(300.0, 50.0, 400.0, 250.0))
    assert subject == (250.0, 0.0, 400.0, 300.0)


def test_a_title_finds_the_largest_room_beside_a_face() -> None:
    spot = clear_of_faces(SIZE, [(0.0, 0.0, 100.0, 300.0)], aspect=1.0)
    assert spot is not None
    assert spot[0] >= 135.0  # the face and its margin
    assert spot[2] - spot[0] == pytest.approx(265.0, abs=0.01)


def test_there_may_be_no_room_at_all() -> None:
    assert clear_of_faces(SIZE, [(0.0, 0.0, 400.0, 300.0)], aspect=1.0) is None


def test_without_faces_all_is_room() -> None:
    assert clear_of_faces(SIZE, [], aspect=4 / 3) == (0.0, 0.0, 400.0, 300.0)


@given(pictures(), aspects)
def test_no_larger_room_is_found_by_trying_everywhere(
    picture: tuple[tuple[int, int], list[Box]], aspect: float
) -> None:
    (width, height), faces = picture
    spot = clear_of_faces((width, height), faces, aspect=aspect)
    blocked = [
        (a - 0.35 * (c - a), b - 0.35 * (d - b), c + 0.35 * (c - a), d + 0.35 * (d - b))
        for a, b, c, d in faces
    ]

    def free(box: Box) -> bool:
        return not any(
            box[0] < other[2] - 1e-6
            and other[0] < box[2] - 1e-6
            and box[1] < other[3] - 1e-6
            and other[1] < box[3] - 1e-6
            for other in blocked
        )

    found = 0.0 if spot is None else spot[2] - spot[0]
    if spot is not None:
        assert free(spot)
    wide = min(width, height * aspect)
    larger = found * 1.02 + 2.0
    if larger <= wide:
        tall = larger / aspect
        for left in np.linspace(0, width - larger, 12):
            for top in np.linspace(0, height - tall, 12):
                assert not free((left, top, left + larger, top + tall))


def test_a_face_is_cut_out_square_and_inside() -> None:
    left, top, right, bottom = face_crop(SIZE, (380.0, 10.0, 398.0, 30.0))
    assert right - left == pytest.approx(bottom - top)
    assert right <= 400
    assert top >= 0


@pytest.mark.parametrize("aspect", [0.0, -1.0, float("nan")])
def test_an_aspect_is_positive(aspect: float) -> None:
    with pytest.raises(ValueError, match="aspect"):
        frame_faces(SIZE, [], aspect=aspect)
