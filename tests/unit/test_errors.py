from __future__ import annotations

import inspect
import re

import pytest

from eyebright import errors

_CLASSES = [
    thing
    for _, thing in inspect.getmembers(errors, inspect.isclass)
    if thing.__module__ == errors.__name__
]


def test_every_error_is_one_tree() -> None:
    assert len(_CLASSES) > 20
    assert all(issubclass(thing, errors.EyebrightError) for thing in _CLASSES)


@pytest.mark.parametrize("thing", _CLASSES, ids=lambda thing: thing.__name__)
def test_the_drawing_shows_every_error(thing: type[errors.EyebrightError]) -> None:
    assert re.search(rf"\b{thing.__name__}\b", errors.__doc__ or "")
    assert thing.__doc__


def test_the_message_is_kept_as_it_was_said() -> None:
    caught = errors.CollectionNotFound("no such thing")
    assert (caught.message, str(caught)) == ("no such thing", "no such thing")
