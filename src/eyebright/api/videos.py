"""Who is on camera when: one film, read once from front to back on this machine.

Nothing of it is stored: faces, vectors and pictures are gone when the answer is there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from eyebright.analysis.faces.selection import overall_quality
from eyebright.app.rooms import Eyebright
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId
from eyebright.imaging.crops import resize
from eyebright.imaging.encode import encode_jpeg
from eyebright.people.values import Box
from eyebright.video.reader import VideoReader
from eyebright.video.sampling import Every, EveryFrame, Policy
from eyebright.video.values import Frame, VideoInfo
from eyebright.videojobs.followed_faces import (
    Alike,
    FollowedFace,
    FollowedFaces,
    FollowingRules,
    following_rules,
)
from eyebright.videojobs.work import Timed

Film: TypeAlias = Path | str
"""Where a file is, or a URL that FFmpeg opens."""
LONGEST_SIDE_PX = 1920
EVERY_SIX_SECONDS = Every(Fraction(6))
THUMBNAIL_PX = 96
_MARGIN = 0.35
"""Of the face's size, that a thumbnail shows on each side."""
_MISSED_LOOKS = 1.5
"""Someone unseen for longer than this many looks has gone..."""
SHORTEST_BREAK_MS = 1000
"""...but nobody goes for less than this."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """Someone on camera without a break.

    person: the user's id; for a face without a user its external image id or face id; for a
    stranger "unknown N". known: whether it is somebody of the collection. percent: the best
    similarity, 0-100; None for strangers. best_ms: when the face is seen best. thumbnail: that
    face as a JPEG, if thumbnails were asked for.
    """

    person: str
    known: bool
    start_ms: int
    end_ms: int
    percent: float | None
    best_ms: int
    thumbnail: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class WhoProgress:
    """seconds: of the film, looked through so far; total: its length, if the film says."""

    film: str
    seconds: float
    total: float | None
    elapsed: float

    @property
    def speed(self) -> float:
        """Times real time."""
        return self.seconds / max(self.elapsed, 1e-6)


@dataclass(frozen=True, slots=True)
class WhoIsOnCamera:
    """In order of time. looks: frames that were looked at. broke_off: why the film was not read to
    its end, or nothing."""

    film: str
    info: VideoInfo
    length_ms: int
    looks: int
    appearances: tuple[Appearance, ...]
    elapsed: float
    broke_off: str = ""


@dataclass(frozen=True, slots=True)
class WhoOptions:
    """policy: which frames are looked at. min_percent: least similarity to name somebody.
    strangers: whether people whom nobody knows are told too. thumbnails: whether to cut faces."""

    policy: Policy = EVERY_SIX_SECONDS
    min_percent: float = 80.0
    strangers: bool = False
    thumbnails: bool = False


Tell: TypeAlias = Callable[[WhoProgress], None]


def who_is_on_camera(
    rooms: Eyebright,
    scope: Scope,
    film: Film,
    *,
    collection: CollectionId,
    options: WhoOptions,
    tell: Tell = lambda _progress: None,
) -> WhoIsOnCamera:
    """Follow the people of a film and ask the collection about each.

    Raises CollectionNotFound, InvalidVideo, VideoTooLarge, OSError.
    """
    rooms.collections.get(scope, collection)
    ask = _asking(rooms, scope, collection, options.min_percent)
    began = time.monotonic()
    with VideoReader.open(film) as video:
        followed = FollowedFaces(rooms.vision, ask, rules=_rules(options, video.info))
        view = _View(followed, options, video.info)
        total = video.info.duration_seconds
        for frame in video.frames(options.policy, longest_side=LONGEST_SIDE_PX):
            view.look(frame)
            tell(
                WhoProgress(
                    str(film),
                    float(frame.seconds),
                    None if total is None else float(total),
                    time.monotonic() - began,
                )
            )
        appearances = view.ended()
        return WhoIsOnCamera(
            film=str(film),
            info=video.info,
            length_ms=view.length_ms,
            looks=view.looks,
            appearances=appearances,
            elapsed=time.monotonic() - began,
            broke_off=video.ended_early,
        )


class _View:
    """What was seen of one film so far: who is there now, and who was."""

    def __init__(self, followed: FollowedFaces, options: WhoOptions, info: VideoInfo) -> None:
        self.looks = 0
        self.last_ms = 0
        self.info = info
        self._followed = followed
        self._options = options
        self._step_ms = step_ms(options.policy, info)
        self._running: dict[str, Appearance] = {}
        self._worth: dict[str, float] = {}
        self._done: list[Appearance] = []
        self._pictures: dict[tuple[int, int], bytes] = {}
        """(at_ms, person) -> the face as a JPEG, while it is not known who it is."""

    @property
    def length_ms(self) -> int:
        total = self.info.duration_seconds
        return self.last_ms if total is None else max(self.last_ms, int(total * 1000))

    def look(self, frame: Frame) -> None:
        self.looks += 1
        self.last_ms = frame.milliseconds
        certain = self._followed.look(frame)
        if self._options.thumbnails:
            for held in self._followed.held:
                if held.at_ms == frame.milliseconds:
                    picture = face_jpeg(frame.pixels, held.face.box_xyxy)
                    self._pictures[held.at_ms, held.face.person] = picture
        for one in certain:
            self._add(one)

    def ended(self) -> tuple[Appearance, ...]:
        """Everybody, in order of time; the film is over.

        People come and go between two looks, on average half-way.
        """
        for one in self._followed.finish():
            self._add(one)
        everybody = (*self._done, *self._running.values())
        half = self._step_ms // 2
        ended = [
            replace(
                one,
                start_ms=max(0, one.start_ms - half),
                end_ms=max(one.end_ms, min(one.end_ms + half, self.length_ms)),
            )
            for one in everybody
        ]
        return tuple(sorted(ended, key=lambda one: (one.start_ms, one.person)))

    def _add(self, one: Timed[FollowedFace]) -> None:
        """Go on with an appearance, or begin one; end_ms is that of the last look for now."""
        picture = self._pictures.pop((one.at_ms, one.item.person), None)
        known = bool(one.item.alike)
        if not known and not self._options.strangers:
            return
        name = one.item.alike[0].id if known else f"unknown {one.item.person + 1}"
        percent = one.item.alike[0].percent if known else None
        worth = _worth(one.item)
        now = Appearance(name, known, one.at_ms, one.at_ms, percent, one.at_ms, picture)
        before = self._running.get(name)
        if before is None or one.at_ms - before.end_ms > max(
            _MISSED_LOOKS * self._step_ms, SHORTEST_BREAK_MS
        ):
            if before is not None:
                self._done.append(before)
            self._running[name], self._worth[name] = now, worth
            return
        best = now if worth > self._worth[name] else before
        self._worth[name] = max(worth, self._worth[name])
        self._running[name] = replace(
            best,
            start_ms=before.start_ms,
            end_ms=one.at_ms,
            percent=max((before.percent or 0.0, percent or 0.0)) if known else None,
        )


def step_ms(policy: Policy, info: VideoInfo) -> int:
    """Between two looks at a film, roughly: a keyframe every five seconds is usual."""
    if isinstance(policy, Every):
        return int(policy.seconds * 1000)
    if isinstance(policy, EveryFrame):
        return int(1000 / info.frame_rate) if info.frame_rate else 40
    return 5000


def face_jpeg(pixels: ByteArray, box_xyxy: Box) -> bytes:
    """A square around a face, THUMBNAIL_PX wide."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = box_xyxy
    half = (0.5 + _MARGIN) * max(right - left, bottom - top)
    half = max(1.0, min(half, width / 2, height / 2))
    x = min(max((left + right) / 2, half), width - half)
    y = min(max((top + bottom) / 2, half), height - half)
    square = pixels[round(y - half) : round(y + half), round(x - half) : round(x + half)]
    return encode_jpeg(resize(square, (THUMBNAIL_PX, THUMBNAIL_PX)), quality=80)


def _worth(face: FollowedFace) -> float:
    left, top, right, bottom = face.box_xyxy
    return overall_quality(face.description, side_px=min(right - left, bottom - top))


def _rules(options: WhoOptions, info: VideoInfo) -> FollowingRules:
    """Long steps need more patience: a person has gone when several looks missed them."""
    step = step_ms(options.policy, info) / 1000
    return replace(
        following_rules(options.min_percent), away=max(2.0, 2 * step), hold=max(10.0, 5 * step)
    )


def _asking(
    rooms: Eyebright, scope: Scope, collection: CollectionId, min_percent: float
) -> Callable[[FloatArray], tuple[Alike, ...]]:
    """Who somebody is: the user most alike, else the face, by what is remembered of its photo."""
    search, space = rooms.search, rooms.vision.space

    def ask(vector: FloatArray) -> tuple[Alike, ...]:
        users = search.users_by_vector(
            scope, collection, vector, space=space, max_users=1, min_percent=min_percent
        )
        if users:
            return (Alike(users[0].user.user_id, users[0].percent),)
        matches = search.by_vector(
            scope, collection, vector, space=space, max_faces=1, min_percent=min_percent
        )
        return tuple(
            Alike(one.face.user_id or one.face.external_image_id or one.face.face_id, one.percent)
            for one in matches
        )

    return ask
