"""Page sizes."""

from __future__ import annotations

import pytest

from eyebright.rekognition import limits


@pytest.mark.parametrize(
    ("asked", "faces", "users"),
    [(None, 1000, 500), (0, 1000, 500), (1, 1, 1), (4096, 4096, 500), (10**6, 4096, 500)],
)
def test_a_page_is_as_large_as_asked_for_up_to_the_most(
    asked: int | None, faces: int, users: int
) -> None:
    assert limits.faces_per_page(asked) == faces
    assert limits.collections_per_page(asked) == faces
    assert limits.users_per_page(asked) == users
