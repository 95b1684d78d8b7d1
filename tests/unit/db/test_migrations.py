from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, Table, UniqueConstraint, text

from eyebright.db.engine import Database
from eyebright.db.migrations import STEPS, bring_up_to_date
from eyebright.db.tables import metadata


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'eyebright.db'}")


def test_the_steps_lead_to_the_tables_of_today(database: Database) -> None:
    database.migrate()
    present = MetaData()
    with database.read() as connection:
        present.reflect(connection)
    assert set(metadata.tables) == set(present.tables) - {"schema_version", "sqlite_sequence"}
    for name, table in metadata.tables.items():
        assert shape(present.tables[name]) == shape(table), name


def test_a_database_that_is_up_to_date_is_left_alone(database: Database) -> None:
    database.migrate()
    with database.read() as connection:
        before = connection.execute(text("PRAGMA schema_version")).scalar()
    database.migrate()
    with database.read() as connection:
        assert connection.execute(text("PRAGMA schema_version")).scalar() == before


def test_only_missing_steps_are_applied(database: Database) -> None:
    applied: list[int] = []

    def step(number: int) -> Any:
        return lambda _connection: applied.append(number)

    with database.write() as connection:
        bring_up_to_date(connection, steps=[step(1), step(2)])
    with database.write() as connection:
        bring_up_to_date(connection, steps=[step(1), step(2), step(3), step(4)])
    assert applied == [1, 2, 3, 4]


def test_a_step_that_fails_leaves_the_database_as_it_was(database: Database) -> None:
    database.migrate()

    def broken(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE half (x INTEGER)"))
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"), database.write() as connection:
        bring_up_to_date(connection, steps=[*STEPS, broken])
    with database.read() as connection:
        names = connection.scalars(text("SELECT name FROM sqlite_master")).all()
        version = connection.execute(text("SELECT version FROM schema_version")).scalar()
    assert "accounts" in names
    assert "half" not in names
    assert version == len(STEPS)


def test_rows_of_the_first_version_are_still_there(database: Database) -> None:
    assert database.path is not None
    database.path.touch()
    with database.write() as connection:
        bring_up_to_date(connection, steps=STEPS[:1])
        connection.execute(
            text("INSERT INTO accounts VALUES ('123456789012', 'first', 0, 0, NULL)")
        )
    database.migrate()
    with database.read() as connection:
        assert connection.scalars(text("SELECT name FROM accounts")).all() == ["first"]
        assert connection.scalar(text("SELECT count(*) FROM celebrities")) == 0


def shape(table: Table) -> dict[str, Any]:
    """What two tables must share to be the same; names of constraints are the engine's business."""
    return {
        "columns": [
            (column.name, column.type._type_affinity, column.nullable, column.primary_key)
            for column in table.columns
        ],
        "references": {(key.parent.name, key.target_fullname) for key in table.foreign_keys},
        "indexes": {tuple(index.columns.keys()) for index in table.indexes},
        "unique": {
            tuple(constraint.columns.keys())
            for constraint in table.constraints
            if isinstance(constraint, UniqueConstraint)
        }
        | {(column.name,) for column in table.columns if column.unique},
    }
