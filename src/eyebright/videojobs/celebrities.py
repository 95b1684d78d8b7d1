"""Celebrity recognition: who of the account's galleries is seen when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from eyebright.geometry.arrays import FloatArray
from eyebright.people.celebrities import LEAST_PERCENT
from eyebright.people.recognition import WANTED
from eyebright.video.sampling import Policy, per_second
from eyebright.video.values import Frame
from eyebright.videojobs.followed_faces import Alike, FollowedFace, FollowedFaces, following_rules
from eyebright.videojobs.values import VideoKind
from eyebright.videojobs.work import Context, Timed, Work

TWICE_A_SECOND = per_second(2)


@dataclass(frozen=True, slots=True)
class CelebrityWork:
    """Only faces of celebrities are kept; `alike` is the one celebrity."""

    followed: FollowedFaces
    policy: Policy = TWICE_A_SECOND

    def look(self, frame: Frame) -> Sequence[Timed[FollowedFace]]:
        return _known(self.followed.look(frame))

    def finish(self) -> Sequence[Timed[FollowedFace]]:
        return _known(self.followed.finish())

    def state(self) -> bytes:
        return self.followed.state()


def _known(found: Sequence[Timed[FollowedFace]]) -> list[Timed[FollowedFace]]:
    return [one for one in found if one.item.alike]


def _begin(context: Context, _settings: Mapping[str, Any], state: bytes | None) -> CelebrityWork:
    vision = context.sight.faces

    def ask(vector: FloatArray) -> tuple[Alike, ...]:
        found = context.celebrities.recognise(context.scope, vector[None, :], space=vision.space)
        return tuple(Alike(one.celebrity.celebrity_id, one.percent) for one in found if one)

    return CelebrityWork(
        FollowedFaces(
            vision, ask, rules=replace(following_rules(LEAST_PERCENT), wanted=WANTED), state=state
        )
    )


def _rank(found: Timed[FollowedFace]) -> tuple[str, int, int]:
    return found.item.alike[0].id, found.at_ms, found.item.person


CELEBRITY_RECOGNITION = Work(VideoKind.CELEBRITY_RECOGNITION, FollowedFace, _begin, rank=_rank)
