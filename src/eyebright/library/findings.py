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

FINDINGS: Mapping[str, type] = {
    "decode": Decoded,
    "labels": Labels,
    "faces": FacesFound,
    "text": TextFound,
    "moderation": Moderated,
    "properties": Properties,
    "film-shots": Lanes,
    "film-sights": Lanes,
    "film-faces": Lanes,
    "group": Grouped,
}
"""Stage -> type. "publish" finds nothing."""
