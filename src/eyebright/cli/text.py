"""`eyebright text`: what pictures say."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from eyebright.analysis.text.values import TextLine, TextWord
from eyebright.cli.pictures import Request, View, picture_options, show_pictures
from eyebright.cli.session import Session, pass_session
from eyebright.cli.terminal import Terminal
from eyebright.geometry.polygons import enclosing_box
from eyebright.imaging.draw import Mark

Lines = tuple[TextLine, ...]


@click.command("text")
@picture_options
@click.option("--words", "by_word", is_flag=True, help="Show and draw each word by itself.")
@pass_session
def command(
    session: Session,
    images: tuple[Path, ...],
    draw: Path | None,
    as_json: bool,
    by_word: bool,
) -> None:
    """Read what JPEG and PNG files say, or all of a folder."""
    view = View(
        look=lambda eyebright, path: eyebright.detect_text(path),
        table=partial(_table, by_word=by_word),
        json=_json,
        marks=partial(_marks, by_word=by_word),
    )
    show_pictures(session, view, Request(images, draw, as_json))


def _pieces(lines: Lines, *, by_word: bool) -> list[TextLine | TextWord]:
    """What is shown one by one, in reading order."""
    if by_word:
        return [word for line in lines for word in line.words]
    return list(lines)


def _table(terminal: Terminal, lines: Lines, *, by_word: bool) -> None:
    if not lines:
        terminal.say("No text found.")
        return
    rows = [[f"{piece.score:.0%}", piece.text] for piece in _pieces(lines, by_word=by_word)]
    terminal.table(("Sure", "Text"), rows, Sure="right")


def _json(lines: Lines) -> dict[str, Any]:
    return {
        "lines": [
            {**_piece(line), "words": [_piece(word) for word in line.words]} for line in lines
        ]
    }


def _piece(found: TextLine | TextWord) -> dict[str, Any]:
    corners = [[round(x, 1), round(y, 1)] for x, y in found.polygon_xy]
    return {"text": found.text, "score": round(found.score, 4), "polygon": corners}


def _marks(lines: Lines, *, by_word: bool) -> list[Mark]:
    return [
        Mark(enclosing_box(piece.polygon_xy), label=piece.text, polygon=piece.polygon_xy)
        for piece in _pieces(lines, by_word=by_word)
    ]
