"""The table of what can be done with a video."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eyebright.videojobs.celebrities import CELEBRITY_RECOGNITION
from eyebright.videojobs.face_search import FACE_SEARCH
from eyebright.videojobs.faces import FACE_DETECTION
from eyebright.videojobs.labels import LABEL_DETECTION
from eyebright.videojobs.moderation import CONTENT_MODERATION
from eyebright.videojobs.persons import PERSON_TRACKING
from eyebright.videojobs.segments import SEGMENT_DETECTION
from eyebright.videojobs.text import TEXT_DETECTION
from eyebright.videojobs.values import VideoKind
from eyebright.videojobs.work import Work

WORKS: Mapping[VideoKind, Work[Any]] = {
    work.kind: work
    for work in (
        CELEBRITY_RECOGNITION,
        CONTENT_MODERATION,
        FACE_DETECTION,
        FACE_SEARCH,
        LABEL_DETECTION,
        PERSON_TRACKING,
        SEGMENT_DETECTION,
        TEXT_DETECTION,
    )
}
