"""Whoever keeps something in memory of what the database holds, and must let go of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Follower(Protocol):
    """Told after the commit, in the process that wrote; other processes find out by revisions."""

    def faces_left(self, collection_no: int, face_numbers: Sequence[int], /) -> None:
        """These faces are deleted."""
        ...

    def collection_left(self, collection_no: int, /) -> None:
        """This collection is deleted."""
        ...
