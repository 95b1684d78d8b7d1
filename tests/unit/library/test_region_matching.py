"""Which region that somebody drew is which face."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.library.region_matching import iou, match_regions

FACE = (0.2, 0.2, 0.3, 0.35)
OTHER = (0.6, 0.2, 0.7, 0.35)


def pairs(regions: list[tuple[float, float, float, float]], *faces: object) -> list[object]:
    found = match_regions(regions, list(faces))  # type: ignore[arg-type]
    return [(one.region, one.face) for one in found.matches]


def test_the_same_box_is_the_same_face() -> None:
    assert pairs([OTHER, FACE], FACE, OTHER) == [(0, 1), (1, 0)]


def test_a_box_around_the_whole_head_is_the_face_s() -> None:
    head = (0.13, 0.12, 0.37, 0.43)
    assert iou(head, FACE) < 0.4
    assert pairs([head], FACE, OTHER) == [(0, 0)]


@pytest.mark.parametrize(
    ("region", "why"),
    [
        ((0.0, 0.8, 0.1, 0.9), "no face was seen there"),
        ((0.0, 0.0, 1.0, 1.0), "the face there has quite another size"),
        ((0.24, 0.27, 0.26, 0.28), "the face there has quite another size"),
        ((0.3, 0.2, 0.4, 0.35), "no face was seen there"),  # beside it
    ],
)
def test_a_region_elsewhere_is_nobody_s(
    region: tuple[float, float, float, float], why: str
) -> None:
    found = match_regions([region], [FACE, OTHER])
    assert not found.matches
    assert [one.why for one in found.unmatched] == [why]
    assert [one.is_free for one in found.unmatched] == [why == "no face was seen there"]


def test_a_region_that_holds_two_faces_is_nobody_s() -> None:
    left, right = (0.40, 0.4, 0.48, 0.5), (0.50, 0.4, 0.58, 0.5)
    both = (0.39, 0.37, 0.59, 0.53)
    close = match_regions([both], [(0.42, 0.4, 0.5, 0.5), (0.48, 0.4, 0.56, 0.5)])
    assert [one.why for one in close.unmatched] == ["it holds 2 faces"]
    assert not match_regions([both], [left, right]).matches


def test_two_regions_of_one_face_name_it_once_and_the_better_one_does() -> None:
    shifted = (0.22, 0.2, 0.32, 0.35)
    found = match_regions([shifted, FACE], [FACE])
    assert [(one.region, one.face) for one in found.matches] == [(1, 0)]
    assert [one.why for one in found.unmatched] == ["its face has another region already"]


BOXES = st.lists(
    st.tuples(*[st.floats(-0.5, 1)] * 2, *[st.floats(0.001, 1)] * 2).map(
        lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
    ),
    max_size=8,
)


@given(BOXES, BOXES)
def test_everything_is_matched_once_or_told(
    regions: list[tuple[float, float, float, float]], faces: list[tuple[float, float, float, float]]
) -> None:
    found = match_regions(regions, faces)
    told = [one.region for one in found.matches] + [one.region for one in found.unmatched]
    assert sorted(told) == list(range(len(regions)))
    assert len({one.face for one in found.matches}) == len(found.matches)
