"""The table of what can be done with a video."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eyebright.videojobs.faces import FACE_DETECTION
from eyebright.videojobs.values import VideoKind
from eyebright.videojobs.work import Work

WORKS: Mapping[VideoKind, Work[Any]] = {work.kind: work for work in (FACE_DETECTION,)}
