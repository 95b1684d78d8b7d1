"""Faces that a person drew where none was seen: boxes with a person, and no vector.

They are in a table of their own, so that no search, list or count of faces knows of them. A tag
that is taken back belongs to nobody and stays for the undo; it goes with its picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from eyebright.db.tables import drawn_tags, users
from eyebright.errors import InvalidInput
from eyebright.ids import ImageId, UserId
from eyebright.people.names import require_external_image_id
from eyebright.people.rows import CollectionRow, batches
from eyebright.people.values import Box


@dataclass(frozen=True, slots=True)
class NewTag:
    """box_xyxy: pixels of the picture, whose width and height are image_size_wh."""

    image_id: ImageId
    external_image_id: str | None
    box_xyxy: Box
    image_size_wh: tuple[int, int]


@dataclass(frozen=True, slots=True)
class DrawnTag:
    """A drawn face. Nothing finds it by likeness."""

    tag_id: str
    user_id: UserId
    drawn: NewTag


def require_tag(tag: NewTag) -> None:
    """Raises InvalidInput for a box that is empty or outside its picture."""
    require_external_image_id(tag.external_image_id)
    left, top, right, bottom = tag.box_xyxy
    width, height = tag.image_size_wh
    if not (0 <= left < right <= width and 0 <= top < bottom <= height):
        raise InvalidInput(
            f"The box {tag.box_xyxy} is empty or not within the {width} x {height} picture."
        )


def insert_tag(
    connection: Connection, collection: CollectionRow, tag: NewTag, *, tag_id: str, now_ms: int
) -> int:
    """A tag of nobody; its number."""
    left, top, right, bottom = tag.box_xyxy
    values = {
        "collection_no": collection.number,
        "tag_id": tag_id,
        "image_id": tag.image_id,
        "external_image_id": tag.external_image_id,
        "left_px": left,
        "top_px": top,
        "right_px": right,
        "bottom_px": bottom,
        "image_width": tag.image_size_wh[0],
        "image_height": tag.image_size_wh[1],
        "created_at": now_ms,
    }
    number = connection.scalar(drawn_tags.insert().returning(drawn_tags.c.tag_no), values)
    assert number is not None
    return int(number)


def tags_by_id(
    connection: Connection, collection_no: int, tag_ids: Sequence[str]
) -> dict[int, UserId | None]:
    """Whose the tags are, by number; those that are there."""
    found: dict[int, UserId | None] = {}
    for some in batches(tag_ids):
        query = (
            select(drawn_tags.c.tag_no, users.c.user_id)
            .outerjoin(users, users.c.user_no == drawn_tags.c.user_no)
            .where(drawn_tags.c.collection_no == collection_no, drawn_tags.c.tag_id.in_(some))
        )
        found.update((no, UserId(who) if who else None) for no, who in connection.execute(query))
    return found


def tag_ids(connection: Connection, numbers: Sequence[int]) -> list[str]:
    """Of those that are there, in the order they were drawn."""
    found: list[str] = []
    for some in batches(numbers):
        query = select(drawn_tags.c.tag_id).where(drawn_tags.c.tag_no.in_(some))
        found += connection.scalars(query.order_by(drawn_tags.c.tag_no))
    return found


def tags_in(
    connection: Connection, collection_no: int, image_ids: Sequence[ImageId]
) -> list[DrawnTag]:
    """The tags of these pictures that are somebody's, in the order they were drawn."""
    found: list[DrawnTag] = []
    for some in batches(image_ids):
        query = _somebodys().where(
            drawn_tags.c.collection_no == collection_no, drawn_tags.c.image_id.in_(some)
        )
        found += [_tag(row) for row in connection.execute(query.order_by(drawn_tags.c.tag_no))]
    return found


def taken_back_in(
    connection: Connection, collection_no: int, image_ids: Sequence[ImageId]
) -> list[NewTag]:
    """What was drawn in these pictures and is nobody's any more."""
    found: list[NewTag] = []
    for some in batches(image_ids):
        query = select(drawn_tags).where(
            drawn_tags.c.collection_no == collection_no,
            drawn_tags.c.image_id.in_(some),
            drawn_tags.c.user_no.is_(None),
        )
        found += [_drawn(row) for row in connection.execute(query)]
    return found


def tags_of(connection: Connection, user_no: int) -> list[DrawnTag]:
    """The drawn tags of a user."""
    query = _somebodys().where(drawn_tags.c.user_no == user_no).order_by(drawn_tags.c.tag_no)
    return [_tag(row) for row in connection.execute(query)]


def has_tags(connection: Connection, user_no: int) -> bool:
    """Whether a user has a drawn tag."""
    query = select(drawn_tags.c.tag_no).where(drawn_tags.c.user_no == user_no).limit(1)
    return connection.scalar(query) is not None


def remove_tags(connection: Connection, collection_no: int, image_ids: Sequence[ImageId]) -> int:
    """Remove all tags of pictures that go, those that were taken back among them; how many."""
    removed = 0
    for some in batches(image_ids):
        removed += connection.execute(
            delete(drawn_tags).where(
                drawn_tags.c.collection_no == collection_no, drawn_tags.c.image_id.in_(some)
            )
        ).rowcount
    return removed


def remove_tags_of_user(connection: Connection, user_no: int) -> list[bytes]:
    """Remove a user's tags; their ids, which may not be found afterwards."""
    mine = drawn_tags.c.user_no == user_no
    ids = connection.scalars(select(drawn_tags.c.tag_id).where(mine)).all()
    connection.execute(delete(drawn_tags).where(mine))
    return [tag_id.encode() for tag_id in ids]


def _somebodys() -> Any:
    return select(drawn_tags, users.c.user_id).join(users, users.c.user_no == drawn_tags.c.user_no)


def _tag(row: Row[Any]) -> DrawnTag:
    return DrawnTag(row.tag_id, UserId(row.user_id), _drawn(row))


def _drawn(row: Row[Any]) -> NewTag:
    return NewTag(
        ImageId(row.image_id),
        row.external_image_id,
        (row.left_px, row.top_px, row.right_px, row.bottom_px),
        (row.image_width, row.image_height),
    )
