from __future__ import annotations

import io

import pytest
from rich.console import Console

from eyebright.cli.terminal import Terminal, make_terminal

_ESCAPE = "\x1b"


def _terminal(*, tty: bool) -> tuple[Terminal, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()
    consoles = [Console(file=file, force_terminal=tty, width=40) for file in (out, err)]
    return Terminal(*consoles), out, err


def test_text_from_outside_is_shown_as_it_is() -> None:
    terminal, out, err = _terminal(tty=False)
    terminal.table(("Name [bold]",), [("[red]file[/red].jpg",)])
    terminal.error("no [such] file")
    assert "[red]file[/red].jpg" in out.getvalue()
    assert err.getvalue() == "Error: no [such] file\n"


def test_an_error_is_one_line_in_a_log_and_wrapped_for_a_person() -> None:
    long = "word " * 30
    for tty, lines in ((False, 1), (True, 4)):
        terminal, _, err = _terminal(tty=tty)
        terminal.error(long)
        assert len(err.getvalue().strip().splitlines()) >= lines
        assert (len(err.getvalue().strip().splitlines()) == 1) is not tty


def test_without_a_terminal_there_are_no_control_codes_and_no_bars() -> None:
    terminal, out, err = _terminal(tty=False)
    with terminal.progress() as bar:
        bar.add_task("work", total=3)
    terminal.table(("A", "B"), [(1, 2)], A="right")
    terminal.warn("careful")
    assert _ESCAPE not in out.getvalue() + err.getvalue()
    assert "work" not in err.getvalue()


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert make_terminal().out.no_color
    assert make_terminal().err.no_color


def test_json_is_read_back_and_refuses_what_is_no_json(capsys: pytest.CaptureFixture[str]) -> None:
    make_terminal().json({"name": "Zoë"})
    assert capsys.readouterr().out == '{\n  "name": "Zoë"\n}\n'
    with pytest.raises(ValueError, match="not JSON compliant"):
        make_terminal().json(float("nan"))
