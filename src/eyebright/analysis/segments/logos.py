"""Studios' logos: an emblem that stands still for a while between frames of plain ground.

A picture on a plain ground may be anything. What makes it a logo is where it stands, that it comes
out of nothing and goes back, and what is written there: the name of a studio, or next to nothing.
Logos that move from end to end, or that fill the picture, are not found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from eyebright.analysis.segments.cards import CREDIT_WORDS, SLATE_WORDS, words_of
from eyebright.analysis.segments.emblems import (
    Emblem,
    EmblemRules,
    emblem_of,
    is_drawing,
    unwritten,
    within,
)
from eyebright.analysis.segments.values import Candidate, Cue, CueKind
from eyebright.analysis.text.values import TextLine
from eyebright.geometry.arrays import BoolArray, ByteArray
from eyebright.imaging.detail import luma

Read = Callable[[], tuple[Sequence[TextLine], tuple[int, int]]]
"""Reads the frame that was just added: its lines, and the width and height they were read at."""

_OF_STUDIOS = """
BROADCASTING CINEMA CINEMAS ENTERTAINMENT FILM FILMS FILMWORKS MEDIA MOVIES NETWORK PICTURES
PRODUCTIONS STUDIO STUDIOS TELEVISION
"""
STUDIO_WORDS = frozenset(_OF_STUDIOS.split())
"""What studios call themselves."""
_ALSO_NAMES = frozenset({"ANIMATION", "CAMERA", "FEATURE", "MUSIC", "PRODUCTION", "SOUND"})
"""Words of credits that studios have in their names."""
_NO_NAMES = (CREDIT_WORDS | SLATE_WORDS | {"BY"}) - _ALSO_NAMES - STUDIO_WORDS


@dataclass(frozen=True, slots=True)
class LogoRules:
    """same: the share of the smaller drawing that the larger has, from one frame to the next.
    still: grey levels that the mean pixel of the drawing may change by while it stands still, and
    still_ms: for how long it does. shortest_ms, longest_ms: of a logo. bare: frames of plain ground
    that make a side bare. most_words: more is no logo; most_written: the share of the drawing that
    an emblem without a studio's name may have written on. most_reads: of one film.
    """

    emblems: EmblemRules = EmblemRules()  # noqa: RUF009 (frozen)
    same: float = 0.7
    still: float = 4.0
    still_ms: int = 500
    shortest_ms: int = 800
    longest_ms: int = 20_000
    bare: int = 2
    most_words: int = 6
    most_written: float = 0.5
    most_reads: int = 10


class Side(StrEnum):
    """What lies beside a drawing: plain ground, the film's end, or another picture."""

    BARE = "BARE"
    EDGE = "EDGE"
    CUT = "CUT"


@dataclass(frozen=True, slots=True)
class Logo(Candidate):
    """A drawing that may be a logo. named: a studio's name is written there."""

    before: Side
    after: Side = Side.CUT
    named: bool = False

    def cue(self) -> Cue:
        bare = (self.before is Side.BARE) + (self.after is Side.BARE)
        return self.told_as(CueKind.STUDIO_LOGO, 0.65 + 0.08 * bare + 0.12 * self.named)


@dataclass(frozen=True, slots=True)
class Run:
    """Drawings in a row that go over into each other. ink: the last one's, packed. anchor: the grey
    picture that it has stood still since anchor_ms; still_ms: the longest it did. read: whether it
    was, is_logo: what that said. bare: frames of plain ground behind it."""

    logo: Logo
    ink: bytes
    anchor: bytes
    anchor_ms: int
    still_ms: int = 0
    read: bool = False
    is_logo: bool = False
    bare: int = 0


@dataclass(frozen=True, slots=True)
class LogoState:
    """count: frames that have come. lit: those of them that are neither black nor bars. bare: plain
    frames just before. reads: pictures that were read."""

    count: int = 0
    lit: int = 0
    bare: int = 0
    reads: int = 0
    last_ms: int = 0
    open: Run | None = None
    kept: tuple[Logo, ...] = ()


class LogoFinder:
    """Takes the frames of one film in order. Not shared."""

    def __init__(
        self, *, aspect: float, rules: LogoRules | None = None, state: LogoState | None = None
    ) -> None:
        """aspect: the film's width over its height. state: what an earlier finder remembered."""
        self._aspect = aspect
        self._rules = rules or LogoRules()
        self._state = state or LogoState()

    def state(self) -> LogoState:
        return self._state

    @property
    def showing(self) -> bool:
        """Whether the last frame that came belongs to what is probably a logo."""
        run = self._state.open
        return run is not None and run.is_logo and run.bare == 0

    def add(self, thumbnail: ByteArray, at_ms: int, *, lit: bool, read: Read | None) -> None:
        """lit: neither black nor bars. read: None where logos are not looked for."""
        now = self._state
        seen = emblem_of(thumbnail, self._rules.emblems)
        if seen is None or seen.bare:
            now = self._without(now, at_ms, bare=seen is not None)
        else:
            now = self._with(now, seen, luma(thumbnail), at_ms, lit)
            now = self._read(now, seen.ink, read)
        self._state = replace(now, count=now.count + 1, lit=now.lit + lit, last_ms=at_ms)

    def finish(self) -> list[Logo]:
        """What may be logos, in order."""
        now = self._state
        if now.open is not None:
            now = self._closed(now, now.open, Side.EDGE)
        self._state = replace(now, open=None, kept=())
        return list(now.kept)

    def _without(self, now: LogoState, at_ms: int, *, bare: bool) -> LogoState:
        run, before = now.open, now.bare + 1 if bare else 0
        if run is None:
            return replace(now, bare=before)
        if run.bare == 0:
            run = replace(run, logo=replace(run.logo, after_ms=at_ms))
        run = replace(run, bare=run.bare + 1)
        if not bare:
            now = self._closed(now, run, Side.CUT)
        elif run.bare >= self._rules.bare:
            now = self._closed(now, run, Side.BARE)
        else:
            now = replace(now, open=run)
        return replace(now, bare=before)

    def _with(
        self, now: LogoState, seen: Emblem, grey: ByteArray, at_ms: int, lit: bool
    ) -> LogoState:
        run = now.open
        if run is not None and within(_unpacked(run.ink, grey.shape), seen.ink) < self._rules.same:
            now, run = self._closed(now, run, Side.CUT), None
        if run is None:
            return replace(now, bare=0, open=self._begun(now, seen, grey, at_ms, lit))
        logo = replace(
            run.logo, end_frame=now.count, end_ms=at_ms, after_ms=at_ms, lit_after=now.lit + lit
        )
        anchor = np.frombuffer(run.anchor, np.uint8).reshape(grey.shape)
        moved = np.abs(grey[seen.ink].astype(np.int16) - anchor[seen.ink]).mean()
        run = replace(run, logo=logo, ink=_packed(seen.ink), bare=0)
        if moved > self._rules.still:
            run = replace(run, anchor=grey.tobytes(), anchor_ms=at_ms)
        run = replace(run, still_ms=max(run.still_ms, at_ms - run.anchor_ms))
        return replace(now, bare=0, open=run)

    def _begun(self, now: LogoState, seen: Emblem, grey: ByteArray, at_ms: int, lit: bool) -> Run:
        here, before_ms = now.count, now.last_ms if now.count else at_ms
        bare = Side.BARE if now.bare >= self._rules.bare else Side.CUT
        logo = Logo(
            start_frame=here,
            end_frame=here,
            start_ms=at_ms,
            end_ms=at_ms,
            before_ms=before_ms,
            after_ms=at_ms,
            lit_before=now.lit,
            lit_after=now.lit + lit,
            before=Side.EDGE if here == now.bare and bare is Side.CUT else bare,
        )
        return Run(logo, _packed(seen.ink), grey.tobytes(), at_ms)

    def _read(self, now: LogoState, ink: BoolArray, read: Read | None) -> LogoState:
        run, rules = now.open, self._rules
        if run is None or run.read or read is None or now.reads == rules.most_reads:
            return now
        if run.still_ms < rules.still_ms:
            return now
        read_lines, size_wh = read()
        # a star or a ring is read as a sign now and then
        lines = [line for line in read_lines if words_of(line.text)]
        words = [word for line in lines for word in words_of(line.text)]
        named = not STUDIO_WORDS.isdisjoint(words)
        is_logo = len(words) <= rules.most_words and _NO_NAMES.isdisjoint(words)
        if is_logo and not named:
            free = unwritten(ink, lines, size_wh)
            drawn = is_drawing(ink, rules.emblems, aspect=self._aspect)
            is_logo = drawn and free >= 1 - rules.most_written
        logo = replace(run.logo, named=named)
        run = replace(run, logo=logo, read=True, is_logo=is_logo)
        return replace(now, reads=now.reads + 1, open=run)

    def _closed(self, now: LogoState, run: Run, after: Side) -> LogoState:
        logo, rules = replace(run.logo, after=after), self._rules
        lasts = rules.shortest_ms <= logo.end_ms - logo.start_ms <= rules.longest_ms
        if run.is_logo and lasts and _set_off(logo):
            return replace(now, open=None, kept=(*now.kept, logo))
        return replace(now, open=None)


def _set_off(logo: Logo) -> bool:
    """A studio's name needs one side to be bare or the film's end; a mere emblem both, and one of
    them bare: somebody before a dark wall is there from cut to cut."""
    sides = (logo.before, logo.after)
    if logo.named:
        return sides != (Side.CUT, Side.CUT)
    return Side.CUT not in sides and Side.BARE in sides


def _packed(ink: BoolArray) -> bytes:
    return np.packbits(ink).tobytes()


def _unpacked(ink: bytes, shape: tuple[int, ...]) -> BoolArray:
    flat = np.unpackbits(np.frombuffer(ink, np.uint8), count=int(np.prod(shape)))
    return flat.reshape(shape).astype(bool)
