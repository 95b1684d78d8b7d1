from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from eyebright.db.engine import Database
from eyebright.db.tables import revisions
from eyebright.errors import ConfigurationError, StorageError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "eyebright.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{path}", busy_seconds=0.3)
    opened.migrate()
    yield opened
    opened.close()


def note(database: Database, name: str, value: int = 0) -> None:
    with database.write() as connection:
        connection.execute(revisions.insert().values(name=name, value=value))


def notes(database: Database) -> set[str]:
    with database.read() as connection:
        return set(connection.scalars(revisions.select().with_only_columns(revisions.c.name)))


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1), ("foreign_keys", 1)],
)
def test_every_connection_keeps_the_promises(
    database: Database, pragma: str, value: object
) -> None:
    with database.read() as connection:
        assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_only_the_owner_can_read_the_file_and_its_log(database: Database, path: Path) -> None:
    note(database, "written")
    files = list(path.parent.glob("eyebright.db*"))
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_write_that_fails_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            connection.execute(revisions.insert().values(name="half", value=1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert "half" not in notes(database)


def test_a_write_inside_a_write_is_part_of_it(database: Database) -> None:
    def fail() -> None:
        with database.write():
            note(database, "inner")
            assert "inner" in notes(database)  # its own writes are visible to its reads
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert "inner" not in notes(database)


def test_a_write_inside_a_read_is_refused(database: Database) -> None:
    with database.read(), pytest.raises(StorageError, match="begin with the write"):
        note(database, "late")


def test_a_read_sees_one_moment(database: Database) -> None:
    with database.read() as connection:
        count = text("SELECT count(*) FROM revisions")
        before = connection.execute(count).scalar()
        writer = threading.Thread(target=note, args=(database, "meanwhile"))
        writer.start()
        writer.join()
        assert connection.execute(count).scalar() == before
    assert "meanwhile" in notes(database)


def test_actions_run_after_the_commit_in_order(database: Database) -> None:
    seen: list[tuple[str, bool]] = []
    with database.write():
        note(database, "done")
        database.after_commit(lambda: seen.append(("first", "done" in notes(database))))
        database.after_commit(lambda: seen.append(("second", "done" in notes(database))))
        assert not seen
    assert seen == [("first", True), ("second", True)]


def test_actions_of_a_failed_write_do_not_run(database: Database) -> None:
    seen: list[str] = []

    def fail() -> None:
        with database.write():
            database.after_commit(lambda: seen.append("ran"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    note(database, "next")
    assert not seen


def test_actions_need_a_write(database: Database) -> None:
    with pytest.raises(StorageError, match="inside a write"):
        database.after_commit(lambda: None)


def test_many_threads_write_without_losing_anything(database: Database, path: Path) -> None:
    patient = Database(f"sqlite:///{path}")
    names = {f"{thread}-{turn}" for thread in range(8) for turn in range(10)}

    def write(thread: int) -> None:
        for turn in range(10):
            note(patient, f"{thread}-{turn}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    patient.close()
    assert names <= notes(database)


def test_a_scrub_takes_deleted_bytes_out_of_all_files(database: Database, path: Path) -> None:
    secret = "unforgettable" * 50
    note(database, secret)
    assert found_in(path, secret)
    with database.write() as connection:
        connection.execute(revisions.delete().where(revisions.c.name == secret))
    assert database.scrub()
    assert not found_in(path, secret)


def test_a_reader_in_the_way_postpones_the_scrub_to_the_next_write(
    database: Database, path: Path
) -> None:
    secret = "unforgettable" * 50
    note(database, secret)
    with database.write() as connection:
        connection.execute(revisions.delete().where(revisions.c.name == secret))
    with database.read() as connection:
        connection.execute(text("SELECT count(*) FROM revisions"))
        other = threading.Thread(target=lambda: database.scrub(patience_seconds=0.0))
        other.start()
        other.join()
        assert found_in(path, secret)
    note(database, "next")
    assert not found_in(path, secret)


def test_opening_takes_out_what_a_killed_process_left(database: Database, path: Path) -> None:
    secret = "unforgettable" * 50
    note(database, secret)
    with database.write() as connection:
        connection.execute(revisions.delete().where(revisions.c.name == secret))
    assert found_in(path, secret)
    again = Database(f"sqlite:///{path}")
    again.migrate()
    again.close()
    assert not found_in(path, secret)


def test_the_change_mark_moves_with_everybodys_commits_only(database: Database, path: Path) -> None:
    first = database.change_mark()
    notes(database)
    assert database.change_mark() == first
    note(database, "mine")
    second = database.change_mark()
    assert second != first
    other = Database(f"sqlite:///{path}")
    note(other, "theirs")
    other.close()
    assert database.change_mark() not in (first, second)


def test_two_processes_may_start_at_once(path: Path) -> None:
    program = (
        "import sys; from eyebright.db.engine import Database\n"
        "database = Database(f'sqlite:///{sys.argv[1]}'); database.migrate(); print('up')"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in started:
        out, errors = process.communicate(timeout=300)
        assert (out, errors) == ("up\n", "")


def test_a_database_of_a_newer_eyebright_is_refused(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE schema_version SET version = 999"))
    with pytest.raises(StorageError, match="install the newer Eyebright"):
        database.migrate()


def test_a_file_that_is_no_database_is_named_so(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"these are my holiday notes, not a database" * 100)
    with pytest.raises(StorageError, match="not a database"):
        Database(f"sqlite:///{path}").migrate()
    assert path.read_bytes().startswith(b"these are my holiday notes")


def test_a_damaged_file_is_named_so(database: Database, path: Path) -> None:
    for number in range(200):
        note(database, f"{number}" * 100)
    database.scrub()
    database.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(StorageError, match="damaged"):
        notes(Database(f"sqlite:///{path}"))


def test_another_process_that_does_not_stop_writing_is_an_error_in_time(
    database: Database, path: Path
) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked by another process"):
        note(database, "never")
    other.execute("ROLLBACK")
    other.close()
    note(database, "now")
    assert "never" not in notes(database)


def test_a_full_disk_loses_nothing_and_says_so(database: Database) -> None:
    note(database, "before")
    there = notes(database)

    def fill() -> None:
        with database.write() as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar()
            connection.execute(text(f"PRAGMA max_page_count = {pages}"))
            try:
                for number in range(100):
                    connection.execute(revisions.insert().values(name=f"{number}" * 5_000, value=0))
            finally:
                connection.execute(text("PRAGMA max_page_count = 1073741823"))

    with pytest.raises(StorageError, match="disk is full"):
        fill()
    assert notes(database) == there
    note(database, "after")


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="needs a file"):
        Database("sqlite://")


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no database URL"):
        Database("somewhere over there")


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be created"):
        Database(f"sqlite:///{tmp_path / 'file' / 'eyebright.db'}").migrate()


def found_in(path: Path, secret: str) -> bool:
    files = list(path.parent.glob("eyebright.db*"))
    assert files
    return any(secret.encode() in file.read_bytes() for file in files)
