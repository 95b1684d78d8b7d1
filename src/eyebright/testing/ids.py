"""Ids that count instead of being random."""

from __future__ import annotations

import itertools
import uuid

from eyebright.ids import FaceId, JobId


class SequentialIds:
    """Implements `eyebright.ids.Ids`; UUIDs are well-formed, version 4."""

    def __init__(self) -> None:
        self._faces = itertools.count(1)
        self._requests = itertools.count(1)
        self._jobs = itertools.count(1)
        self._others = itertools.count(1)

    def face(self) -> FaceId:
        return FaceId(_numbered(0xFACE, next(self._faces)))

    def request(self) -> str:
        return _numbered(0xCA11, next(self._requests))

    def job(self) -> JobId:
        return JobId(f"{next(self._jobs):064x}")

    def uuid(self) -> str:
        return _numbered(0xA55E, next(self._others))


def _numbered(kind: int, number: int) -> str:
    return str(uuid.UUID(int=(kind << 112) | number, version=4))
