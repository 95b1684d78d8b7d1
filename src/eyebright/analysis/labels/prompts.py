"""From the name of a label to the sentence that an image-text model is asked about."""

from __future__ import annotations

from collections.abc import Iterable

from eyebright.errors import PackInvalid

PLACE = "{}"
"""Where the name goes."""


def sentences(names: Iterable[str], template: str) -> tuple[str, ...]:
    """One sentence a name, in the order of the names.

    Raises PackInvalid when the template has no place for the name, or several.
    """
    if template.count(PLACE) != 1:
        raise PackInvalid(f"The prompt {template!r} needs exactly one {PLACE} for the name.")
    before, after = template.split(PLACE)
    return tuple(f"{before}{name}{after}" for name in names)
