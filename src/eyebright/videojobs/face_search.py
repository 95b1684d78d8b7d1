"""Face search: who of a collection is seen when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eyebright.geometry.arrays import FloatArray
from eyebright.ids import CollectionId
from eyebright.video.sampling import Policy, per_second
from eyebright.video.values import Frame
from eyebright.videojobs.codec import converted
from eyebright.videojobs.followed_faces import Alike, FollowedFace, FollowedFaces, following_rules
from eyebright.videojobs.values import VideoKind
from eyebright.videojobs.work import Context, Timed, Work

TWICE_A_SECOND = per_second(2)
MAX_MATCHES = 10
"""Faces of the collection that are told of each person, most alike first."""


@dataclass(frozen=True, slots=True)
class FaceSearchSettings:
    """min_percent: 0-100."""

    collection: CollectionId
    min_percent: float = 80.0


@dataclass(frozen=True, slots=True)
class FaceSearchWork:
    """A deleted collection fails the job, whether anybody was to be searched or not."""

    context: Context
    settings: FaceSearchSettings
    followed: FollowedFaces
    policy: Policy = TWICE_A_SECOND

    def look(self, frame: Frame) -> Sequence[Timed[FollowedFace]]:
        return self.followed.look(frame)

    def finish(self) -> Sequence[Timed[FollowedFace]]:
        self.context.collections.get(self.context.scope, self.settings.collection)
        return self.followed.finish()

    def state(self) -> bytes:
        return self.followed.state()


def _begin(context: Context, settings: Mapping[str, Any], state: bytes | None) -> FaceSearchWork:
    wanted = converted(settings, FaceSearchSettings)
    vision = context.sight.faces

    def ask(vector: FloatArray) -> tuple[Alike, ...]:
        matches = context.search.by_vector(
            context.scope,
            wanted.collection,
            vector,
            space=vision.space,
            max_faces=MAX_MATCHES,
            min_percent=wanted.min_percent,
        )
        return tuple(Alike(match.face.face_id, match.percent) for match in matches)

    context.collections.get(context.scope, wanted.collection)
    followed = FollowedFaces(vision, ask, rules=following_rules(wanted.min_percent), state=state)
    return FaceSearchWork(context, wanted, followed)


def _rank(found: Timed[FollowedFace]) -> tuple[int, int]:
    return found.item.person, found.at_ms


FACE_SEARCH = Work(VideoKind.FACE_SEARCH, FollowedFace, _begin, rank=_rank)
