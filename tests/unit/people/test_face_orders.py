"""Pages of a person's faces: each face once, in order, even when some come or go in between."""

from __future__ import annotations

import numpy as np
import pytest

from eyebright.errors import InvalidCursor
from eyebright.people.face_orders import FaceOrder, Likeness, Remembered, leave_one_out
from eyebright.people.values import Position
from eyebright.testing.rooms import unit_vector


def order_of(keys: list[int], numbers: list[int]) -> FaceOrder:
    return FaceOrder.of(np.array(keys, np.int64), np.array(numbers, np.int64))


def pages(order: FaceOrder, limit: int) -> list[int]:
    found: list[int] = []
    after: Position | None = None
    while True:
        some, after = order.page(after, limit)
        found += some
        if after is None:
            return found


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_hold_every_face_once_in_order(limit: int) -> None:
    random = np.random.default_rng(limit)
    keys, numbers = random.integers(0, 5, 40).tolist(), random.permutation(40).tolist()
    wanted = [n for _, n in sorted(zip(keys, numbers, strict=True))]
    assert pages(order_of(keys, numbers), limit) == wanted


def test_a_page_goes_on_where_the_last_one_ended_though_faces_came_and_went() -> None:
    _, after = order_of([1, 1, 2, 3], [10, 11, 12, 13]).page(None, 2)
    changed = order_of([1, 1, 1, 2, 3], [9, 10, 99, 12, 13])  # 11 went, 9 and 99 came
    assert changed.page(after, 10) == ([99, 12, 13], None)


def test_nothing_else_is_a_position() -> None:
    for position in ((1,), (1, "two"), (1, 2, 3)):
        with pytest.raises(InvalidCursor):
            order_of([1], [1]).page(position, 1)
    assert order_of([], []).page(None, 5) == ([], None)


def test_each_face_is_compared_with_the_mean_of_the_others() -> None:
    vectors = np.stack([unit_vector(seed) for seed in range(7)])
    found = leave_one_out(vectors)
    for at in range(7):
        others = np.delete(vectors, at, axis=0).astype(np.float64).mean(axis=0)
        wanted = vectors[at] @ (others / np.linalg.norm(others))
        assert found[at] == pytest.approx(wanted, abs=1e-5)


def test_many_faces_are_looked_up_like_one() -> None:
    likeness = Likeness(np.array([2, 5, 7]), np.array([0.9, np.nan, 0.2], np.float32))
    wanted = [7, 1, 2, 5, 9, 7]
    assert likeness.of_all(wanted) == [likeness.of(number) for number in wanted]
    assert likeness.of_all([]) == []
    nothing = Likeness(np.array([], np.int64), np.array([], np.float32))
    assert nothing.of_all([1, 2]) == [None, None]


def test_faces_without_a_vector_come_behind_those_that_can_be_compared() -> None:
    likeness = Likeness(np.array([2, 5]), np.array([0.9, 0.2], np.float32))
    numbers = np.array([1, 2, 3, 5])
    order = FaceOrder.of(likeness.keys(numbers), numbers)
    assert order.numbers.tolist() == [2, 5, 1, 3]
    assert likeness.of(1) is None
    assert likeness.of(2) == pytest.approx(0.9)
    assert likeness.of(9) is None


def test_what_is_remembered_is_made_again_when_its_stamp_changes() -> None:
    kept: Remembered[int] = Remembered(most=2)
    made: list[int] = []

    def make() -> int:
        made.append(len(made))
        return made[-1]

    assert [kept.get("a", stamp, make) for stamp in (1, 1, 2, 2)] == [0, 0, 1, 1]
    kept.get("b", 1, make)
    kept.get("c", 1, make)
    assert kept.get("a", 2, make) == 4  # it had to go
