"""Which tracks are one person: bodies are followed by place and clothes, faces by their looks.

A face is the better proof. It joins what a cut or a gap tore apart, and it parts two people of whom
one took the other's place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from eyebright.geometry.arrays import FloatArray
from eyebright.tracking.tracker import Track

_ESTABLISHED = 2
"""Looks that make a face one that a person is known by. The half-way picture of a dissolve is like
both people, and seen once: it must not lead from one to the other."""


@dataclass(frozen=True, slots=True, eq=False)
class SeenPerson:
    """One person in one frame. body: the body's track. face: the face's track, if a face is seen;
    vector: its look, of unit length."""

    body: int
    face: int | None = None
    vector: FloatArray | None = None


@dataclass(slots=True)
class Identities:
    """All that is known is in its members: keep them to go on later.

    of_body, of_face: track -> person. begun: persons so far, who are counted from 0.
    """

    of_body: dict[int, int] = field(default_factory=dict)
    of_face: dict[int, int] = field(default_factory=dict)
    begun: int = 0

    def name(
        self, seen: Sequence[SeenPerson], *, faces: Sequence[Track], other: float
    ) -> list[int]:
        """The person of each; two in one frame are never the same one.

        faces: the tracks of faces as they are known. other: cosine below which two faces are two
        people whatever else speaks for one.
        """
        looks = {track.index: track for track in faces if track.vector is not None}
        named: dict[int, int] = {}
        by_face = [place for place, one in enumerate(seen) if one.face in self.of_face]
        for place in (*by_face, *(place for place in range(len(seen)) if place not in by_face)):
            one = seen[place]
            free = [who for who in self._candidates(one, looks, other) if who not in named.values()]
            named[place] = person = free[0] if free else self._new()
            self.of_body[one.body] = person
            if one.face is not None:
                self.of_face.setdefault(one.face, person)
        return [named[place] for place in range(len(seen))]

    def forget(self, bodies: Sequence[Track], faces: Sequence[Track]) -> None:
        """Keep what belongs to these tracks only."""
        known, seen = ({track.index for track in tracks} for tracks in (bodies, faces))
        self.of_body = {body: who for body, who in self.of_body.items() if body in known}
        self.of_face = {face: who for face, who in self.of_face.items() if face in seen}

    def _candidates(self, one: SeenPerson, looks: Mapping[int, Track], other: float) -> list[int]:
        """Best first."""
        found = []
        if one.face is not None and one.face in self.of_face:
            found.append(self.of_face[one.face])
        person = self.of_body.get(one.body)
        if person is not None and not self._contradicts(one, person, looks, other):
            found.append(person)
        return found

    def _contradicts(
        self, one: SeenPerson, person: int, looks: Mapping[int, Track], other: float
    ) -> bool:
        """Whether the person is known to have another face: by those seen often enough, if any."""
        own = [looks[face] for face, who in self.of_face.items() if who == person and face in looks]
        own = [track for track in own if track.observations >= _ESTABLISHED] or own
        vectors = [track.vector for track in own if track.vector is not None]
        if one.vector is None or not vectors:
            return False
        return float(max(np.stack(vectors) @ one.vector)) < other

    def _new(self) -> int:
        self.begun += 1
        return self.begun - 1
