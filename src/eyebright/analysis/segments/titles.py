"""Opening credits, end credits and slates: stretches of cards, told when the film has ended.

Where such a stretch lies and what is written there decides. What is written is read in a few
frames only: reading takes as long as looking at several hundred thumbnails.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile
from typing import TypeAlias

from eyebright.analysis.segments.cards import (
    CREDIT_WORDS,
    SLATE_WORDS,
    CardRules,
    CardText,
    card_text,
    different,
    ground_of,
    rises,
)
from eyebright.analysis.segments.logos import Logo
from eyebright.analysis.segments.overlays import Overlay
from eyebright.analysis.segments.values import Candidate, Cue, CueKind
from eyebright.analysis.text.values import TextLine
from eyebright.geometry.arrays import ByteArray

Read = Callable[[], tuple[Sequence[TextLine], tuple[int, int]]]
"""Reads the frame that was just added: its lines, and the width and height they were read at."""

READ_AFTER_MS = (1_000, 1_500, 4_000, 8_000, 8_500, 20_000, 60_000, 180_000)
"""Since a stretch began. Two are half a second apart, twice: what moves has moved a little."""
UNWRITTEN_AFTER_MS = (1_000, 4_000, 20_000)
"""As long as nothing was read: rolling credits begin with nothing, and so do walls."""


@dataclass(frozen=True, slots=True)
class TitleRules:
    """gap_ms: how long nothing may be written between two cards of one stretch. same_ground: grey
    levels that their colours may differ by. shortest_ms, shortest_end_ms: of slates and opening
    credits, and of end credits. dark: grey level that credits are written on at most.

    head, tail: the shares of a film at either end in which they are looked for, but no less than
    least_head_ms and least_tail_ms, and no more than far_ms. patience_ms: how much later a stretch
    is first read behind the head: end credits are longer than other cards. most_reads: of one film.
    rest: frames of programme that may
    follow end credits, and that must lie before them or after opening credits. slate_words: fields
    that a slate has at least.
    """

    cards: CardRules = CardRules()  # noqa: RUF009 (frozen)
    gap_ms: int = 1_500
    same_ground: int = 24
    shortest_ms: int = 1_000
    shortest_end_ms: int = 3_000
    dark: int = 60
    head: float = 0.25
    tail: float = 0.35
    least_head_ms: int = 20_000
    least_tail_ms: int = 60_000
    far_ms: int = 1_200_000
    patience_ms: int = 1_500
    most_reads: int = 30
    rest: int = 50
    slate_words: int = 3

    def head_ms(self, length_ms: int) -> float:
        """Where the beginning of a film so long ends."""
        return min(max(self.head * length_ms, self.least_head_ms), self.far_ms)


@dataclass(frozen=True, slots=True)
class Stretch(Candidate):
    """Cards in a row. ground: of the first."""

    ground: int
    texts: tuple[CardText, ...] = ()


@dataclass(frozen=True, slots=True)
class TitleState:
    """count: frames that have come. lit: those of them that are neither black nor bars. reads:
    pictures that were read. open: the stretch that may go on; kept: those with writing."""

    count: int = 0
    lit: int = 0
    reads: int = 0
    last_ms: int = 0
    open: Stretch | None = None
    kept: tuple[Stretch, ...] = ()


Part: TypeAlias = Stretch | Logo | Overlay


class TitleFinder:
    """Takes the frames of one film in order. Not shared."""

    def __init__(
        self,
        *,
        length_ms: int | None,
        rules: TitleRules | None = None,
        state: TitleState | None = None,
    ) -> None:
        """length_ms: None when the film does not say. state: what an earlier finder remembered."""
        self._rules = rules or TitleRules()
        self._length_ms = length_ms
        self._state = state or TitleState()

    def state(self) -> TitleState:
        return self._state

    def add(
        self, thumbnail: ByteArray, at_ms: int, *, showing: Collection[CueKind], read: Read
    ) -> None:
        """showing: what the frame is already known for. A little writing leaves it black."""
        now, lit = self._state, is_lit(showing)
        known = not {CueKind.COLOUR_BARS, CueKind.STUDIO_LOGO}.isdisjoint(showing)
        ground = None if known else ground_of(thumbnail, self._rules.cards)
        open_ = now.open
        if open_ is not None and at_ms - open_.end_ms > self._rules.gap_ms:
            now, open_ = self._closed(now, open_), None
        if ground is not None:
            if open_ is not None and abs(ground - open_.ground) > self._rules.same_ground:
                now, open_ = self._closed(now, _followed(open_, at_ms)), None
            grown = self._grown(now, open_, at_ms, ground, lit)
            now, open_ = self._read(now, grown, thumbnail, read)
        elif open_ is not None:
            open_ = _followed(open_, at_ms)
        self._state = replace(
            now,
            count=now.count + 1,
            lit=now.lit + lit,
            last_ms=at_ms,
            open=open_,
        )

    def finish(self, logos: Sequence[Logo] = (), overlays: Sequence[Overlay] = ()) -> list[Cue]:
        """What the stretches are, in order. logos, overlays: what may be logos and credits over
        pictures, of the same frames."""
        now = self._state
        if now.open is not None:
            now = self._closed(now, now.open)
        self._state = replace(now, open=None, kept=())
        shown = _without_logos(now.kept, logos)
        there = [one for one in logos if self._is_at_an_end(one, [*shown, *logos])]
        if len(there) < len(logos):
            shown = _without_logos(now.kept, there)
        others: list[Part] = [*shown, *there, *overlays]
        cues = [self._judged(one, others) for one in shown]
        cues += [self._judged_overlay(one, others) for one in overlays]
        told = [*(one for one in cues if one is not None), *(one.cue() for one in there)]
        return _joined(sorted(told, key=lambda cue: cue.start_frame), self._rules.gap_ms)

    @property
    def has_card(self) -> bool:
        """Whether the last frame that came has a plain ground with something on it."""
        return self._state.open is not None and self._state.open.end_frame == self._state.count - 1

    def is_near_an_end(self, at_ms: int) -> bool:
        """Whether titles are looked for at this time."""
        return any(self._zones(at_ms))

    def _grown(
        self, now: TitleState, open_: Stretch | None, at_ms: int, ground: int, lit: bool
    ) -> Stretch:
        after = now.lit + lit
        if open_ is None:
            here, before_ms = now.count, now.last_ms if now.count else at_ms
            return Stretch(here, here, at_ms, at_ms, before_ms, at_ms, now.lit, after, ground)
        return replace(open_, end_frame=now.count, end_ms=at_ms, after_ms=at_ms, lit_after=after)

    def _read(
        self, now: TitleState, open_: Stretch, thumbnail: ByteArray, read: Read
    ) -> tuple[TitleState, Stretch]:
        tried, at_ms = len(open_.texts), open_.end_ms
        written = any(text.words for text in open_.texts)
        after_ms = READ_AFTER_MS if written else UNWRITTEN_AFTER_MS
        if tried >= len(after_ms) or now.reads == self._rules.most_reads:
            return now, open_
        in_head, in_tail = self._zones(at_ms)
        late = 0 if in_head else self._rules.patience_ms
        due = at_ms - open_.start_ms >= after_ms[tried] + late
        if not due or not (in_head or in_tail):
            return now, open_
        text = replace(card_text(*read(), thumbnail, self._rules.cards), at_ms=at_ms)
        return replace(now, reads=now.reads + 1), replace(open_, texts=(*open_.texts, text))

    def _zones(self, at_ms: int) -> tuple[bool, bool]:
        """Whether a time is near the beginning of the film, and whether it is near the end."""
        if self._length_ms is None:
            return True, True
        rules, length = self._rules, self._length_ms
        tail = min(max(rules.tail * length, rules.least_tail_ms), rules.far_ms)
        return at_ms <= rules.head_ms(length), length - at_ms <= tail

    def _closed(self, now: TitleState, done: Stretch) -> TitleState:
        long_enough = done.end_ms - done.start_ms >= self._rules.shortest_ms
        if long_enough and any(text.words for text in done.texts):
            return replace(now, kept=(*now.kept, done), open=None)
        return replace(now, open=None)

    def _around(self, one: Part, others: Sequence[Part]) -> tuple[int, int]:
        """Frames of programme before and after."""
        earlier = sum(other.lit for other in others if other.end_frame < one.start_frame)
        later = sum(other.lit for other in others if other.start_frame > one.end_frame)
        return one.lit_before - earlier, self._state.lit - one.lit_after - later

    def _is_at_an_end(self, logo: Logo, others: Sequence[Part]) -> bool:
        before, after = self._around(logo, others)
        return min(before, after) <= self._rules.rest

    def _judged_overlay(self, one: Overlay, others: Sequence[Part]) -> Cue | None:
        before, after = self._around(one, others)
        if after <= self._rules.rest <= before:
            return one.cue(CueKind.END_CREDITS)
        opens = one.start_ms <= self._rules.head_ms(self._state.last_ms) and before < after
        return one.cue(CueKind.OPENING_CREDITS) if opens and after >= self._rules.rest else None

    def _judged(self, one: Stretch, others: Sequence[Part]) -> Cue | None:
        before, after = self._around(one, others)
        head_ms = self._rules.head_ms(self._state.last_ms)
        opens = one.start_ms <= head_ms and after >= self._rules.rest
        fields = max(len(text.words & SLATE_WORDS) for text in one.texts)
        if opens and fields >= self._rules.slate_words:
            return one.told_as(CueKind.SLATE, min(0.6 + 0.08 * (fields - 2), 0.99))
        written = list(dropwhile(lambda text: not text.words, one.texts))
        cards = sum(text.is_card for text in written if text.words)
        if one.ground > self._rules.dark or 2 * cards < len(written):
            return None
        if after <= self._rules.rest <= before:
            long_enough = one.end_ms - one.start_ms >= self._rules.shortest_end_ms
            score = _end_score(one) if long_enough else None
            return None if score is None else one.told_as(CueKind.END_CREDITS, score)
        score = _opening_score(one) if opens else None
        return None if score is None else one.told_as(CueKind.OPENING_CREDITS, score)


def _followed(open_: Stretch, at_ms: int) -> Stretch:
    """With the time of the first frame after it."""
    return replace(open_, after_ms=at_ms) if open_.after_ms == open_.end_ms else open_


def _joined(cues: Sequence[Cue], gap_ms: int) -> list[Cue]:
    """Credits of one kind that follow each other are one: over pictures first, then over black."""
    joined: list[Cue] = []
    for cue in cues:
        last = joined[-1] if joined else None
        if last is None or last.kind is not cue.kind or cue.start_ms - last.end_ms > gap_ms:
            joined.append(cue)
        elif cue.kind in (CueKind.OPENING_CREDITS, CueKind.END_CREDITS):
            joined[-1] = replace(
                last,
                end_frame=max(last.end_frame, cue.end_frame),
                end_ms=max(last.end_ms, cue.end_ms),
                after_ms=max(last.after_ms, cue.after_ms),
                score=max(last.score, cue.score),
            )
        else:
            joined.append(cue)
    return joined


def is_lit(showing: Collection[CueKind]) -> bool:
    """Whether a frame that is known for this is neither black nor bars."""
    return CueKind.BLACK not in showing and CueKind.COLOUR_BARS not in showing


def _without_logos(kept: Sequence[Stretch], logos: Sequence[Logo]) -> list[Stretch]:
    """What is left of stretches before and after logos, where something was read."""
    left = list(kept)
    for logo in logos:
        left = [part for one in left for part in _parted(one, logo)]
    return left


def _parted(one: Stretch, logo: Logo) -> list[Stretch]:
    if logo.end_frame < one.start_frame or logo.start_frame > one.end_frame:
        return [one]
    before = replace(
        one,
        end_frame=logo.start_frame - 1,
        end_ms=logo.before_ms,
        after_ms=logo.start_ms,
        lit_after=logo.lit_before,
        texts=tuple(text for text in one.texts if text.at_ms < logo.start_ms),
    )
    after = replace(
        one,
        start_frame=logo.end_frame + 1,
        start_ms=logo.after_ms,
        before_ms=logo.end_ms,
        lit_before=logo.lit_after,
        texts=tuple(text for text in one.texts if text.at_ms > logo.end_ms),
    )
    parts = (before, after)
    return [part for part in parts if part.texts and part.end_frame >= part.start_frame]


def _credit_words(one: Stretch) -> int:
    return len(frozenset().union(*(text.words for text in one.texts)) & CREDIT_WORDS)


def _rolls(one: Stretch) -> bool:
    pairs = zip(one.texts, one.texts[1:], strict=False)
    return any(rises(*pair) for pair in pairs if pair[1].at_ms - pair[0].at_ms <= 1_000)


def _end_score(one: Stretch) -> float | None:
    """Writing that rolls, several cards, or the words of credits. None when it is none of them."""
    words, cards = _credit_words(one), different(one.texts)
    if not (_rolls(one) or cards >= 2 or words):
        return None
    return min(0.55 + 0.2 * _rolls(one) + 0.1 * (cards >= 2) + 0.07 * min(words, 3), 0.99)


def _opening_score(one: Stretch) -> float | None:
    """The words of credits: a title, a motto or a date over black is not credits."""
    words = _credit_words(one)
    if not words:
        return None
    return min(0.55 + 0.1 * min(words, 3) + 0.1 * (different(one.texts) >= 2), 0.99)
