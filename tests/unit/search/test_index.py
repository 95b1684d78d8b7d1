"""The index on disk: what it promises to those who write, read, kill and damage it."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from eyebright.errors import StorageError
from eyebright.search import writing
from eyebright.search.damage import IndexBroken
from eyebright.search.index import MediaIndex
from eyebright.search.shelf import Shelf, State
from eyebright.search.values import FACETS, Document, Field, Query, Sort, Term


def a_document(number: int, label: str = "Dog", score: float = 0.9, **more: object) -> Document:
    return Document(number, f"key-{number}", "image", labels=(Term(label, score),), **more)  # type: ignore[arg-type]


def numbers_of(index: MediaIndex, text: str = "", **how: object) -> list[int]:
    return [hit.number for hit in index.search(Query(text, **how)).hits]  # type: ignore[arg-type]


def bytes_in(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in directory.rglob("*") if path.is_file())


@pytest.fixture
def index(tmp_path: Path) -> MediaIndex:
    return MediaIndex.open(tmp_path / "index")


def test_a_new_index_is_empty_and_has_no_stamp(index: MediaIndex) -> None:
    assert (index.stamp, index.count) == ("", 0)
    found = index.search(Query("dog"))
    assert (found.total, found.hits) == (0, ())
    assert set(found.facets) == set(FACETS)


def test_a_document_of_the_same_number_replaces_the_one_before(index: MediaIndex) -> None:
    index.apply([a_document(1)], (), "1")
    index.apply([a_document(1, "Cat")], (), "2")
    assert (numbers_of(index, "dog"), numbers_of(index, "cat")) == ([], [1])
    assert (index.stamp, index.count) == ("2", 1)


def test_another_index_over_the_folder_sees_a_change_at_once(index: MediaIndex) -> None:
    other = MediaIndex.open(index.directory)
    assert other.count == 0
    index.apply([a_document(1)], (), "7")
    assert (other.stamp, numbers_of(other, "dog")) == ("7", [1])
    other.apply((), [1], "8")
    assert (index.stamp, numbers_of(index)) == ("8", [])


def test_who_is_alone_keeps_other_writers_out(index: MediaIndex) -> None:
    other, done = MediaIndex.open(index.directory), threading.Event()
    index.apply([a_document(1)])

    def write() -> None:
        other.apply([a_document(2)])
        done.set()

    with index.alone():
        thread = threading.Thread(target=write)
        thread.start()
        assert not done.wait(0.2)
        index.apply([a_document(3)])  # the one inside goes on
    thread.join(20)
    assert sorted(numbers_of(index)) == [1, 2, 3]


def test_an_error_in_the_middle_changes_nothing(index: MediaIndex) -> None:
    index.apply([a_document(1)], (), "1")

    def broken() -> object:
        yield a_document(2)
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        index.apply(broken(), [1], "2")  # type: ignore[arg-type]
    assert (index.stamp, numbers_of(index)) == ("1", [1])
    index.apply([a_document(3)], (), "3")
    assert sorted(numbers_of(index)) == [1, 3]


KILLED = """
import sys, time
from pathlib import Path
from eyebright.search.index import MediaIndex
from eyebright.search.values import Document, Term

def documents():
    for number in range(100, 5000):
        yield Document(number, "new", "image", labels=(Term("Cat"),))
        if number == 2000:
            print("in the middle", flush=True)
            time.sleep(60)

MediaIndex.open(Path(sys.argv[1])).apply(documents(), [1], "2")
"""


def test_a_writer_that_is_killed_leaves_what_was_there_before(index: MediaIndex) -> None:
    index.apply([a_document(1), a_document(2)], (), "1")
    command = [sys.executable, "-c", KILLED, str(index.directory)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"in the middle\n"
        os.kill(process.pid, signal.SIGKILL)
    reopened = MediaIndex.open(index.directory)
    assert (reopened.stamp, sorted(numbers_of(reopened))) == ("1", [1, 2])
    reopened.apply([a_document(3)], (), "2")
    assert sorted(numbers_of(index)) == [1, 2, 3]


def test_a_writer_that_is_killed_after_its_commit_is_made_up_for(
    index: MediaIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.apply([a_document(1)], (), "1")

    def killed(_shelf: Shelf, _state: State) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Shelf, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        index.apply([a_document(2)], [1], "2")
    monkeypatch.undo()
    reopened = MediaIndex.open(index.directory)
    assert reopened.stamp == "1"  # so the rows since then are said again
    reopened.apply([a_document(2)], [1], "2")
    assert (index.stamp, numbers_of(index), index.count) == ("2", [2], 1)


@pytest.mark.parametrize("name", ["state.json", ".segment", ".dead"])
@pytest.mark.parametrize("damage", ["cut", "gone", "noise"])
def test_a_damaged_index_is_made_anew_and_nobody_sees_an_error(
    index: MediaIndex, name: str, damage: str
) -> None:
    index.apply([*(a_document(n) for n in range(4, 9)), a_document(1)], (), "0")
    index.apply([a_document(2, text=(Term("read me"),))], (), "0")
    index.apply((), [8], "1")
    path = next(path for path in index.directory.rglob("*") if path.name.endswith(name))
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    elif damage == "noise":
        path.write_bytes(random.Random(1).randbytes(len(content)))
    else:
        path.write_bytes(content[: len(content) // 2])
    opened = MediaIndex.open(index.directory)
    for use in (
        lambda: opened.search(Query("read dog")),
        lambda: opened.search(Query(sort=Sort.CONFIDENCE)),
        lambda: opened.apply([a_document(3)], [2], "2"),
        lambda: opened.purge(),
    ):
        with suppress(IndexBroken):
            use()
    if opened.stamp != "2":
        opened.apply([a_document(3)], (), "2")
    assert 3 in numbers_of(opened)


def test_an_index_of_another_schema_is_thrown_away(index: MediaIndex) -> None:
    index.apply([a_document(1)], (), "1")
    path = index.directory / "state.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": 0}))
    opened = MediaIndex.open(index.directory)
    assert (opened.stamp, opened.count) == ("", 0)
    assert len(list(index.directory.glob("g-*"))) == 1


def test_a_full_disk_says_so_and_changes_nothing(
    index: MediaIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.apply([a_document(1)], (), "1")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "save", full)
    with pytest.raises(StorageError, match="No space left"):
        index.apply([a_document(2)], (), "2")
    monkeypatch.undo()
    assert (index.stamp, numbers_of(index)) == ("1", [1])


def test_purging_takes_the_bytes_of_deleted_documents_off_the_disk(index: MediaIndex) -> None:
    canary = Document(
        2,
        "key-canaryword",
        "image",
        labels=(Term("Canaryword Label", 0.8, ("canaryword alias",)),),
        people=(Term("Canaryword Lovelace"),),
        text=(Term("this is canaryword", 0.7),),
        names=("canaryword.jpg",),
        sources=("/canaryword",),
    )
    index.apply([a_document(1), canary, a_document(3)], (), "1")
    assert b"canaryword" in bytes_in(index.directory).lower()
    index.apply((), [2], "2")
    assert numbers_of(index, "canaryword") == []
    assert index.owed == 1
    assert not index.purge(at_most=1)  # too large to do it now
    assert index.owed == 1
    assert index.purge()
    assert index.owed == 0
    assert b"canaryword" not in bytes_in(index.directory).lower()
    assert (index.stamp, sorted(numbers_of(index))) == ("2", [1, 3])
    assert index.suggest("canary") == ()


def test_an_index_can_be_replaced_while_it_is_searched(index: MediaIndex) -> None:
    index.apply([a_document(1)], (), "1")
    other = MediaIndex.open(index.directory)
    seen = []

    def documents() -> object:
        yield a_document(5)
        seen.append(numbers_of(other))
        yield a_document(6)

    index.replace(documents(), "9")  # type: ignore[arg-type]
    assert seen == [[1]]
    assert (other.stamp, sorted(numbers_of(other)), other.numbers()) == ("9", [5, 6], [6, 5])


HOSTILE = (
    '"',
    '""""',
    "-",
    "--",
    "- - -",
    ":",
    "label:",
    "label::",
    'label:"',
    "-label:",
    "AND OR NOT",
    "(((",
    "a* b? [c TO d]",
    "\\",
    "\x00\x01\x1b[31m",
    "\u202edog\u202c",
    "\ud800",
    "\N{DOG FACE}",
    "||||",
    "dog|l90",
    "=dog",
    "~dog",
    "<d",
    "+label_0",
    "media:",
    "date:",
    "date:zzz",
    "x" * 10_000,
    "dog " * 3_000,
    '"' + "dog " * 3_000,
    "-dog " * 300,
    "label:dog " * 300,
    "a_" * 5_000,
    "\n\t\v\u2028\u00a0",
    "e\u0301" * 500,
    "person:person:person:ada",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_question_is_an_error(index: MediaIndex, text: str) -> None:
    index.apply([a_document(1), a_document(2, "\N{DOG FACE} dog|l90 =dog")], (), "1")
    for typing in (True, False):
        for sort in Sort:
            index.search(Query(text, sort=sort, is_typing=typing, min_score=0.5))
    index.search(Query(only=dict.fromkeys(Field, (text,))))
    index.search(Query(without=dict.fromkeys(Field, (text,))))
    index.suggest(text)


def test_documents_with_strange_names_are_found_and_counted(index: MediaIndex) -> None:
    strange = "a|b\x00c\ud800 \u202e d\ne"
    document = Document(
        1,
        strange,
        "image",
        labels=(Term(strange, 0.5, (strange,)), Term("", 0.4)),
        people=(Term("x" * 70_000),),
        text=(Term("word " * 5_000),),
        names=(strange, "", "\udcff.jpg"),
        sources=(strange, ""),
        date=-(10**17),
    )
    index.apply([document], (), "1")
    found = index.search(Query(only={Field.LABEL: (strange,)}))
    assert found.total == 1
    assert [count for _, count in found.facets[Field.LABEL]] == [1]
    assert index.search(Query("word")).total == 1


def test_numbers_out_of_any_reason_are_no_error(index: MediaIndex) -> None:
    index.apply([a_document(1, date=0)], (), "1")
    assert index.search(Query(date_from=-(10**30), date_to=10**30)).total == 1
    assert index.search(Query(limit=-5, offset=-7)).total == 1
    assert index.search(Query(min_score=7.0)).facets[Field.LABEL] == ()
    assert index.search(Query("dog", min_score=-3.0, offset=10**6)).hits == ()


def test_suggestions_are_counted_without_what_was_deleted(index: MediaIndex) -> None:
    index.apply([a_document(n, "Golden Retriever") for n in range(5)])
    index.apply([a_document(9, "Goldfish", people=(Term("Ada Golding"),))])
    index.apply((), [0, 1], "2")
    found = [(one.field, one.value, one.count) for one in index.suggest("gol")]
    assert found == [
        (Field.LABEL, "Golden Retriever", 3),
        (Field.LABEL, "Goldfish", 1),
        (Field.PERSON, "Ada Golding", 1),
    ]
    assert [one.value for one in index.suggest("retr")] == ["Golden Retriever"]
    assert index.suggest("  ") == ()


def test_facets_are_remembered_until_something_changes(index: MediaIndex) -> None:
    index.apply([a_document(1)], (), "1")
    assert index.search(Query("dog")).facets[Field.LABEL] == (("Dog", 1),)
    assert index.search(Query("dog")).facets[Field.LABEL] == (("Dog", 1),)
    index.apply([a_document(2)], (), "2")
    assert index.search(Query("dog")).facets[Field.LABEL] == (("Dog", 2),)


def test_many_threads_search_while_one_writes(index: MediaIndex) -> None:
    index.apply([a_document(0)])
    failures: list[BaseException] = []
    stop = time.monotonic() + 0.7

    def search() -> None:
        try:
            while time.monotonic() < stop:
                found = index.search(Query("dog"))
                assert found.total == dict(found.facets[Field.LABEL])["Dog"]
        except BaseException as error:  # noqa: BLE001 - told to the main thread
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 8):
        index.apply([a_document(number)], (), str(number))
    for thread in threads:
        thread.join()
    assert failures == []
    assert index.count == 8
