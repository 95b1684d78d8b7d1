"""Drawn test pictures, as stations send them and as they come out of codecs."""

from __future__ import annotations

import numpy as np
import pytest

from eyebright.analysis.segments.cues import CueFinder, CueRules, bars_score, black_score
from eyebright.analysis.segments.values import Cue, CueKind
from eyebright.geometry.arrays import ByteArray

RULES = CueRules()
BARS = [(1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1)]


def picture(colour: tuple[int, int, int] = (0, 0, 0)) -> ByteArray:
    return np.full((108, 192, 3), colour, np.uint8)


def bars(level: int = 191, *, lower: bool = True, end: int = 192, start: int = 0) -> ByteArray:
    """SMPTE's seven bars, over the castellation and the pluge when `lower`."""
    drawn = picture((16, 16, 16))
    edges = np.linspace(start, end, len(BARS) + 1).round().astype(int)
    for colour, left, right in zip(BARS, edges, edges[1:], strict=False):
        drawn[:, left:right] = np.array(colour) * level
    if lower:
        drawn[72:] = (30, 60, 90)
        drawn[84:, :60] = (235, 235, 235)
    return drawn


def noisy(drawn: ByteArray, deviation: float) -> ByteArray:
    noise = np.random.default_rng(1).normal(0, deviation, drawn.shape)
    return np.clip(drawn + noise, 0, 255).astype(np.uint8)


def run(film: list[ByteArray], rules: CueRules = RULES) -> list[Cue]:
    finder = CueFinder(rules=rules)
    found: list[Cue] = []
    for number, frame in enumerate(film):
        found += finder.add(frame, 40 * number)
    return [*found, *finder.finish()]


@pytest.mark.parametrize(
    "shown",
    [
        bars(),
        bars(255, lower=False),
        bars(lower=False, end=168),  # EBU: a black bar at the end
        bars(start=24, end=168),  # between black edges, for narrower pictures
        noisy(bars(), 4.0),
    ],
)
def test_colour_bars_are_known(shown: ByteArray) -> None:
    score = bars_score(shown, RULES)
    assert score is not None
    assert 0.5 <= score <= 1.0


@pytest.mark.parametrize(
    "shown",
    [
        picture(),
        picture((200, 200, 200)),
        np.ascontiguousarray(bars()[:, ::-1]),
        np.ascontiguousarray(np.rot90(bars(lower=False))[:108, :108]),
        bars(60),
        noisy(bars(), 40.0),
        np.random.default_rng(2).integers(0, 255, (108, 192, 3)).astype(np.uint8),
    ],
)
def test_other_pictures_are_no_colour_bars(shown: ByteArray) -> None:
    assert bars_score(shown, RULES) is None


def test_a_frame_is_black_up_to_the_threshold_and_from_the_coverage_on() -> None:
    grey = picture((50, 50, 50))
    assert black_score(grey, CueRules(max_luma=0.2)) == 1.0
    assert black_score(grey, CueRules(max_luma=0.19)) is None
    half = picture()
    half[:54] = 255
    assert black_score(half, RULES) is None
    assert black_score(half, CueRules(min_coverage=0.5)) == 0.5
    assert black_score(half, CueRules(min_coverage=0.51)) is None
    assert black_score(half, CueRules(min_coverage=0.0, max_luma=0.0)) == 0.5


def test_stretches_have_their_first_and_last_frames() -> None:
    film = [bars()] * 10 + [picture()] * 5 + [picture((120, 80, 40))] * 6 + [picture()] * 4
    assert [
        (one.kind, one.start_frame, one.end_frame, one.start_ms, one.end_ms) for one in run(film)
    ] == [
        (CueKind.COLOUR_BARS, 0, 9, 0, 360),
        (CueKind.BLACK, 10, 14, 400, 560),
        (CueKind.BLACK, 21, 24, 840, 960),
    ]


def test_one_black_frame_is_no_stretch() -> None:
    bright = [picture((120, 80, 40))] * 5
    assert run([*bright, picture(), *bright]) == []


def test_a_finder_that_is_replaced_after_every_frame_finds_the_same() -> None:
    film = [bars()] * 10 + [picture()] * 5 + [picture((120, 80, 40))] * 6 + [picture()] * 4
    finder = CueFinder()
    found: list[Cue] = []
    for number, frame in enumerate(film):
        found += finder.add(frame, 40 * number)
        finder = CueFinder(state=finder.state())
    assert found + list(finder.finish()) == run(film)
