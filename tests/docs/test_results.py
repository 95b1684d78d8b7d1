from __future__ import annotations

from pathlib import Path

from bench.evidence import RESULTS
from bench.report import CHAPTERS, FRONT, MEASURED, README, ROWS, front, newest, renewed, section


def test_the_results_on_the_pages_are_those_of_the_newest_files() -> None:
    results = newest(RESULTS)
    for path, text in ((README, front(results)), (MEASURED, section(results))):
        page = path.read_text(encoding="utf-8")
        assert renewed(page, text) == page, "run `python -m bench.report`"


def test_the_rows_of_the_front_page_are_rows() -> None:
    labels = [row.label for row in ROWS]
    assert set(FRONT) <= set(labels)
    assert all(labels.count(label) == 1 for label in FRONT)


def test_the_newest_file_of_a_benchmark_counts(tmp_path: Path) -> None:
    (tmp_path / "server-2026-01-01.json").write_text('{"date": "old"}')
    (tmp_path / "server-2026-02-01.json").write_text('{"date": "new"}')
    (tmp_path / "notes.json").write_text("{}")
    assert newest(tmp_path) == {"server": {"date": "new"}}


def test_a_row_without_a_result_is_left_out() -> None:
    assert "No results yet" in section({})
    result = {
        "date": "2026-01-01",
        "commit": "abc",
        "machine": {"processor": "p", "processors": 2},
        "added_p50_ms": 1.234,
    }
    text = section({"server": result})
    assert "| Added by the server, p50 | 1.23 ms | 2026-01-01, abc |" in text
    assert "Signature" not in text


def test_every_row_has_a_chapter() -> None:
    assert ROWS
    known = {name for names in CHAPTERS.values() for name in names}
    assert {row.benchmark for row in ROWS} <= known
