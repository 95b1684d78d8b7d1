"""Cards: writing over one plain colour, as credits and slates are.

The look of a thumbnail says that a frame may be one; what is read in the picture says what it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eyebright.analysis.text.values import TextLine
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.detail import luma

_OF_SLATES = """
AGENCY ASPECT AUDIO CLIENT CLOCK DATE DIRECTOR DURATION EPISODE FORMAT HOUSE ISCI LENGTH PROD
PRODUCT PRODUCTION PROGRAM PROGRAMME PROJECT RATIO REEL ROLL RUNTIME SCENE SERIES SLATE STANDARD
STEREO TAKE TAPE TIMECODE TITLE TRT VERSION
"""
_OF_CREDITS = """
ANIMATION ASSISTANT CAMERA CAST CASTING CINEMATOGRAPHY COMPOSER COSTUME CREDITS CREW DESIGNER
DIRECTED DIRECTION DIRECTOR EDITED EDITING EDITOR EXECUTIVE FEATURING FILMED MUSIC
PHOTOGRAPHY PRESENTS PRODUCED PRODUCER PRODUCERS PRODUCTION SCREENPLAY SCRIPT SOUND STARRING WRITER
WRITTEN
"""
_OF_ROLES = """
CATERING COLORIST COLOURIST CONSTRUCTION COORDINATOR DECORATOR EFFECTS GAFFER GRIP HAIR LIGHTING
LOCATION MAKEUP MANAGER MIXER OPERATOR PROPS RUNNER STORY STUNT STUNTS SUPERVISOR VISUAL WARDROBE
"""
_BETWEEN_ROLES = """
AND ART ASSOCIATE BEST BOY BY CHIEF CO FIRST FOR KEY LINE OF ORIGINAL SECOND SET THE UNIT
"""
SLATE_WORDS = frozenset(_OF_SLATES.split())
"""What the fields of a slate are called."""
CREDIT_WORDS = frozenset(_OF_CREDITS.split())
"""What people did for a film, in English."""
ROLE_WORDS = CREDIT_WORDS | frozenset(_OF_ROLES.split())
"""And what only lists of credits say."""
_BINS = 32
_WIDE = 256 // _BINS
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class CardRules:
    """A frame may be a card when a `plain` share of it, 0-1, is within `near` grey levels of its
    commonest grey, and a share from least_ink to most_ink differs from that by `ink` or more.

    It is one when a `written` share of that lies where something was read (`reach` pixels of the
    thumbnail around it count), and half of the lines or more lie between top and bottom, shares of
    the height: what is written below or above that is a caption or a mark.
    """

    plain: float = 0.5
    near: int = 5
    ink: int = 30
    least_ink: float = 0.002
    most_ink: float = 0.45
    written: float = 0.6
    reach: int = 2
    top: float = 0.1
    bottom: float = 0.82


@dataclass(frozen=True, slots=True)
class CardText:
    """What was read at a time. lines: each one's letters, and how far down the middle of it is, as
    a share of the height. is_card: whether that is all there is to see."""

    at_ms: int
    lines: tuple[tuple[str, float], ...]
    is_card: bool = True

    @property
    def words(self) -> frozenset[str]:
        return frozenset(word for text, _ in self.lines for word in words_of(text))


def words_of(text: str) -> list[str]:
    """In capitals, without figures and single letters."""
    return _WORD.findall(text.upper())


def role_of(text: str) -> frozenset[str]:
    """What a line names as work for a film: "Director of Photography", "Directed by Ada". None of
    it for sentences that happen to have such a word."""
    words = words_of(text)
    roles = ROLE_WORDS.intersection(words)
    if roles and roles.union(_BETWEEN_ROLES.split()).issuperset(words):
        return frozenset(roles)
    is_phrase = len(words) > 2 and words[0] in ROLE_WORDS and "BY" in words[1:3]
    return frozenset(words[:1]) if is_phrase else frozenset()


def ground_of(thumbnail: ByteArray, rules: CardRules) -> int | None:
    """The grey level, 0-255, of what a card is written on; None when the frame is none."""
    greys = luma(thumbnail)
    counts = np.bincount(greys.reshape(-1) // _WIDE, minlength=_BINS)
    common = int(counts.argmax())
    close = (greys >= (common - 1) * _WIDE) & (greys < (common + 2) * _WIDE)
    if np.count_nonzero(close) < rules.plain * greys.size:
        return None  # most pictures, at little cost
    ground = int(np.median(greys[close]))
    away = np.abs(greys.astype(np.int16) - ground)
    plain = np.count_nonzero(away <= rules.near) / greys.size
    inked = np.count_nonzero(away >= rules.ink) / greys.size
    return ground if plain >= rules.plain and rules.least_ink <= inked <= rules.most_ink else None


def card_text(
    lines: Sequence[TextLine], size_wh: tuple[int, int], thumbnail: ByteArray, rules: CardRules
) -> CardText:
    """Of lines that were read in a picture of this size, at time 0. The surest forty are enough."""
    kept = sorted(lines, key=lambda line: -line.score)[:40]
    placed = tuple(
        (line.text, round(sum(y for _, y in line.polygon_xy) / 4 / size_wh[1], 4)) for line in kept
    )
    inside = sum(rules.top < down < rules.bottom for _, down in placed)
    is_card = 2 * inside >= len(placed) and _written(lines, size_wh, thumbnail, rules)
    return CardText(0, placed, is_card)


def _written(
    lines: Sequence[TextLine], size_wh: tuple[int, int], thumbnail: ByteArray, rules: CardRules
) -> bool:
    """Whether most of what stands out lies where something was read."""
    ground = ground_of(thumbnail, rules)
    if ground is None:
        return False
    inked = np.abs(luma(thumbnail).astype(np.int16) - ground) >= rules.ink
    scale_xy = np.array(inked.shape[::-1]) / size_wh
    covered = np.zeros_like(inked)
    for line in lines:
        corners = np.array(line.polygon_xy) * scale_xy
        left, top = np.maximum(corners.min(axis=0).astype(int) - rules.reach, 0)
        right, bottom = np.ceil(corners.max(axis=0)).astype(int) + rules.reach
        covered[top:bottom, left:right] = True
    return bool(np.count_nonzero(inked & covered) >= rules.written * np.count_nonzero(inked))


def rises(before: CardText, after: CardText) -> bool:
    """Whether most of the lines that can be read both times stand higher the second time."""
    moves = _moves(before, after)
    return bool(moves) and sum(move > 0.008 for move in moves) > len(moves) / 2


def risen(before: CardText, after: CardText) -> float:
    """How far up the line went that rose most, as a share of the height, whatever else is written
    in the picture; 0 when none did."""
    return max((move for move in _moves(before, after) if move > 0.008), default=0.0)


def _moves(before: CardText, after: CardText) -> list[float]:
    """How far up each line went that can be read both times, as a share of the height."""
    first = {text: down for text, down in before.lines if len(text) >= 4}
    return [first[text] - down for text, down in after.lines if text in first]


def different(texts: Sequence[CardText]) -> int:
    """How many texts there are that share less than half of their words."""
    kept: list[frozenset[str]] = []
    for words in (text.words for text in texts):
        if words and all(2 * len(words & one) < len(words | one) for one in kept):
            kept.append(words)
    return len(kept)
