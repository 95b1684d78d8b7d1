"""What each stage finds: its type, for what is kept sealed."""

from __future__ import annotations

from collections.abc import Mapping

from eyebright.library.values import (
    Decoded,
    FacesFound,
    Grouped,
    Labels,
    Lanes,
    Moderated,
    Properties,
    TextFound,
)

DRAWN = "drawn"
"""No stage, but kept as one: faces that were seen once somebody had drawn boxes around them. A run
of stage "faces" lets them be."""
FINDINGS: Mapping[str, type] = {
    "decode": Decoded,
    "labels": Labels,
    "faces": FacesFound,
    DRAWN: FacesFound,
    "text": TextFound,
    "moderation": Moderated,
    "properties": Properties,
    "film-shots": Lanes,
    "film-sights": Lanes,
    "film-faces": Lanes,
    "group": Grouped,
}
"""Stage -> type. "publish" finds nothing."""
