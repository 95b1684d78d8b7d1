"""The table of what can be done with a video."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eyebright.videojobs.faces import FACE_DETECTION
from eyebright.videojobs.labels import LABEL_DETECTION
from eyebright.videojobs.moderation import CONTENT_MODERATION
from eyebright.videojobs.text import TEXT_DETECTION
from eyebright.videojobs.values import VideoKind
from eyebright.videojobs.work import Work

WORKS: Mapping[VideoKind, Work[Any]] = {
    work.kind: work
    for work in (FACE_DETECTION, LABEL_DETECTION, CONTENT_MODERATION, TEXT_DETECTION)
}
