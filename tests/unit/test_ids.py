from __future__ import annotations

import hashlib
import re
import uuid

from eyebright.ids import RandomIds, image_id
from eyebright.testing.ids import SequentialIds

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_random_ids_are_lower_case_uuids_and_differ() -> None:
    ids = RandomIds()
    made = [ids.face(), ids.face(), ids.request(), ids.request()]
    assert len(set(made)) == 4
    assert all(_UUID.fullmatch(one) for one in made)


def test_the_same_image_has_the_same_id() -> None:
    one, other = hashlib.sha256(b"one").digest(), hashlib.sha256(b"other").digest()
    assert image_id(one) == image_id(one) != image_id(other)
    assert uuid.UUID(image_id(one)).version == 5


def test_sequential_ids_count_and_are_well_formed() -> None:
    first, second = SequentialIds(), SequentialIds()
    assert [first.face(), first.face()] == [second.face(), second.face()]
    assert first.face() != first.request()
    assert uuid.UUID(first.face()).version == 4
