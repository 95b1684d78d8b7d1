"""What a film shows, says or should not show when: labels, text and moderation of one film, read
once from front to back on this machine.

The works are those of the server's jobs; what they find at each look is joined into stretches of
time. Nothing of the film is stored.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from eyebright.api.videos import (
    LONGEST_SIDE_PX,
    SHORTEST_BREAK_MS,
    Film,
    Tell,
    WhoProgress,
    step_ms,
)
from eyebright.app.rooms import Eyebright
from eyebright.governance.accounts import Scope
from eyebright.video.reader import VideoReader
from eyebright.video.sampling import Policy, per_second
from eyebright.video.values import Frame, VideoInfo
from eyebright.videojobs.labels import LABEL_DETECTION
from eyebright.videojobs.moderation import CONTENT_MODERATION
from eyebright.videojobs.readings import Readings
from eyebright.videojobs.stretches import Moment, Run, runs
from eyebright.videojobs.text import TEXT_DETECTION
from eyebright.videojobs.work import Context, FrameWork, Timed, Work

ONCE_A_SECOND = per_second(1)
_MISSED_LOOKS = 1.5
"""What was not seen for longer than this many looks has gone."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something that a film shows without a break.

    name: the label, or the text. parents: of a label all ancestors, nearest first; of a moderation
    label the one above it. score: the surest, 0-1, at best_ms.
    """

    name: str
    start_ms: int
    end_ms: int
    score: float
    best_ms: int
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FilmSightings:
    """In order of time. looks: frames that were looked at. broke_off: why the film was not read to
    its end, or nothing."""

    film: str
    info: VideoInfo
    length_ms: int
    looks: int
    sightings: tuple[Sighting, ...]
    elapsed: float
    broke_off: str = ""


@dataclass(frozen=True, slots=True)
class SightingOptions:
    """policy: which frames are looked at. min_score: 0-1, what is less sure is left out."""

    policy: Policy = ONCE_A_SECOND
    min_score: float = 0.5


Said: TypeAlias = tuple[str, float, tuple[str, ...]]
"""Name, score and parents."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a film. settings: those of the work. said: what an item says, or None for
    items that are not told. keys: makes what names one thing from what an item is called."""

    work: Work[Any]
    settings: Callable[[SightingOptions], dict[str, Any]]
    said: Callable[[Any], Said | None]
    keys: Callable[[], Callable[[str], str]] = lambda: str


def _label(item: Any) -> Said:
    return item.name, item.score, item.parents


def _moderated(item: Any) -> Said:
    label = item.label
    return label.name, label.score, (label.parent,) if label.parent else ()


def _line(item: Any) -> Said | None:
    return (item.text, item.score, ()) if item.type == "LINE" else None


LABELS = Question(LABEL_DETECTION, lambda options: {"min_score": options.min_score}, _label)
MODERATION = Question(
    CONTENT_MODERATION, lambda options: {"min_score": options.min_score}, _moderated
)
TEXT = Question(
    TEXT_DETECTION,
    lambda options: {"word_filter": {"least_score": options.min_score}},
    _line,
    keys=lambda: Readings().key,
)


def film_sightings(
    rooms: Eyebright,
    scope: Scope,
    film: Film,
    *,
    question: Question,
    options: SightingOptions,
    tell: Tell = lambda _progress: None,
) -> FilmSightings:
    """Raises InvalidVideo, VideoTooLarge, PackNotInstalled, OSError."""
    began = time.monotonic()
    with VideoReader.open(film) as video:
        context = Context(
            scope=scope,
            sight=rooms.sight,
            collections=rooms.collections,
            search=rooms.search,
            celebrities=rooms.celebrities,
            info=video.info,
        )
        work = question.work.begin(context, question.settings(options), None)
        view = _View(str(film), video.info, began, tell)
        frames = video.frames(options.policy, longest_side=LONGEST_SIDE_PX)
        step = step_ms(options.policy, video.info)
        found = runs(
            _moments(view.found(work, frames), question),
            longest_gap_ms=max(_MISSED_LOOKS * step, SHORTEST_BREAK_MS),
        )
        return FilmSightings(
            film=str(film),
            info=video.info,
            length_ms=view.length_ms,
            looks=view.looks,
            sightings=_sightings(found, question, step=step, length_ms=view.length_ms),
            elapsed=time.monotonic() - began,
            broke_off=video.ended_early,
        )


class _View:
    """How far a film was looked through."""

    def __init__(self, film: str, info: VideoInfo, began: float, tell: Tell) -> None:
        self.looks = 0
        self._last_ms = 0
        self._film = film
        self._began = began
        self._tell = tell
        self._total = None if info.duration_seconds is None else float(info.duration_seconds)

    @property
    def length_ms(self) -> int:
        return self._last_ms if self._total is None else max(self._last_ms, int(self._total * 1000))

    def found(self, work: FrameWork[Any], frames: Iterator[Frame]) -> Iterator[Timed[Any]]:
        for frame in frames:
            yield from work.look(frame)
            self.looks += 1
            self._last_ms = frame.milliseconds
            elapsed = time.monotonic() - self._began
            self._tell(WhoProgress(self._film, float(frame.seconds), self._total, elapsed))
        yield from work.finish()


def _moments(found: Iterator[Timed[Any]], question: Question) -> Iterator[Moment[Any]]:
    key = question.keys()
    for one in found:
        said = question.said(one.item)
        if said is not None:
            yield Moment(one, key(said[0]), said[1])


def _order(one: Sighting) -> tuple[int, float, int, str]:
    """By time; what is surest first, then what is above the others."""
    return one.start_ms, -one.score, len(one.parents), one.name


def _sightings(
    found: list[Run[Any]], question: Question, *, step: int, length_ms: int
) -> tuple[Sighting, ...]:
    """Things come and go between two looks, on average half-way. One key has one name."""
    surest: dict[str, Moment[Any]] = {}
    for one in found:
        known = surest.get(one.best.key)
        surest[one.best.key] = one.best if known is None or one.best.score > known.score else known
    told = []
    for one in found:
        said = question.said(surest[one.best.key].at.item)
        assert said is not None  # or it would be no moment
        told.append(
            Sighting(
                name=said[0],
                start_ms=max(0, one.first_ms - step // 2),
                end_ms=max(one.last_ms, min(one.last_ms + step // 2, length_ms)),
                score=one.best.score,
                best_ms=one.best.at.at_ms,
                parents=said[2],
            )
        )
    return tuple(sorted(told, key=_order))
