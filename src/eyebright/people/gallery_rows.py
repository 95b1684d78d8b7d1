"""The queries that everything about celebrities begins with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, select
from sqlalchemy.sql.expression import Select

from eyebright.db.tables import celebrities, collections, users
from eyebright.governance.accounts import Scope
from eyebright.ids import CelebrityId


def select_celebrities() -> Select[Any]:
    """Celebrities with what is needed to open their boxes and to say where they are."""
    return (
        select(
            celebrities,
            users.c.face_count,
            collections.c.collection_id,
            collections.c.key_id,
            collections.c.condemned_at,
        )
        .join(users, users.c.user_no == celebrities.c.user_no)
        .join(collections, collections.c.collection_no == celebrities.c.collection_no)
    )


def is_celebrity(scope: Scope, celebrity_id: CelebrityId) -> ColumnElement[bool]:
    """The condition that a row of `celebrities` is this one."""
    return and_(
        celebrities.c.account_id == scope.account_id,
        celebrities.c.region == scope.region,
        celebrities.c.celebrity_id == celebrity_id,
    )


def celebrity_row(
    connection: Connection, scope: Scope, celebrity_id: CelebrityId
) -> Row[Any] | None:
    """None if there is no such celebrity."""
    return connection.execute(
        select_celebrities().where(is_celebrity(scope, celebrity_id))
    ).one_or_none()


def has_biography(connection: Connection, user_no: int) -> bool:
    """Whether a user is a celebrity."""
    query = select(celebrities.c.user_no).where(celebrities.c.user_no == user_no)
    return connection.scalar(query) is not None


def gallery_rows(connection: Connection, scope: Scope) -> Sequence[Row[Any]]:
    """The scope's collections that have celebrities, oldest first."""
    return connection.execute(
        select(collections)
        .where(
            collections.c.account_id == scope.account_id,
            collections.c.region == scope.region,
            collections.c.condemned_at.is_(None),
            exists().where(celebrities.c.collection_no == collections.c.collection_no),
        )
        .order_by(collections.c.collection_no)
    ).all()
