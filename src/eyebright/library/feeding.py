"""Sources with their libraries, of all accounts: who follows changes asks for these."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from eyebright.db.engine import Database
from eyebright.db.tables import libraries, library_sources
from eyebright.library.rows import library_value, source_value
from eyebright.library.values import Library, LibrarySource


@dataclass(frozen=True, slots=True)
class Fed:
    """A source and the library that it feeds."""

    library: Library
    source: LibrarySource


def fed_by(database: Database, *where: ColumnElement[bool]) -> list[Fed]:
    """The sources that match, of libraries that are not being deleted; two queries. where: over
    `library_sources`."""
    alive = libraries.c.condemned_at.is_(None)
    numbers = select(library_sources.c.library_no).where(*where)
    with database.read() as connection:
        sources = connection.execute(
            select(library_sources).where(*where).order_by(library_sources.c.source_no)
        ).all()
        owners = {
            row.library_no: library_value(row)
            for row in connection.execute(
                select(libraries).where(libraries.c.library_no.in_(numbers), alive)
            )
        }
    return [
        Fed(owners[row.library_no], source_value(row))
        for row in sources
        if row.library_no in owners
    ]


def watched_sources(database: Database) -> list[Fed]:
    """Those that are to be followed."""
    return fed_by(database, library_sources.c.is_watched, library_sources.c.kind != "upload")
