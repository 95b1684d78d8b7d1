"""Drawn test pictures, as stations send them and as they come out of codecs."""

from __future__ import annotations

import av
import numpy as np
import pytest

from eyebright.analysis.segments.cues import CueFinder, CueRules, bars_score, black_score
from eyebright.analysis.segments.values import THUMBNAIL_WH, Cue, CueKind
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.crops import resize
from eyebright.video.thumbnails import thumbnail

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


STANDARDS = ("smptebars", "smptehdbars", "pal75bars", "pal100bars")


def as_sent(standard: str, pixel_format: str = "yuv420p") -> ByteArray:
    """FFmpeg's own drawing of a standard's bars."""
    with av.open(f"{standard}=size=640x360", format="lavfi") as source:
        frame = next(source.decode(video=0)).reformat(format=pixel_format)
        assert isinstance(frame, av.VideoFrame)
        return thumbnail(frame, THUMBNAIL_WH)


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p10le", "rgb24"])
@pytest.mark.parametrize("standard", STANDARDS)
def test_the_bars_of_each_standard_are_known(standard: str, pixel_format: str) -> None:
    score = bars_score(as_sent(standard, pixel_format), RULES)
    assert score is not None
    assert score > 0.8


@pytest.mark.parametrize(
    "source", ["testsrc", "testsrc2", "rgbtestsrc", "yuvtestsrc", "mandelbrot"]
)
def test_other_test_pictures_are_no_colour_bars(source: str) -> None:
    assert bars_score(as_sent(source), RULES) is None


def test_bars_with_a_name_across_them_or_between_black_edges_are_known() -> None:
    named = as_sent("smptebars").copy()
    named[14:20, 34:62] = 8
    named[15:19, 36:60:3] = 235
    assert bars_score(named, RULES) is not None
    boxed = np.zeros_like(named)
    boxed[7:47] = resize(as_sent("pal75bars"), (96, 40))
    assert bars_score(boxed, RULES) is not None


@pytest.mark.parametrize(
    ("max_luma", "min_coverage", "frames"),
    [
        (0.0, 1.0, (0, 4)),
        (0.2, 1.0, (0, 9)),
        (0.2, 0.99, (0, 14)),
        (0.2, 0.5, (0, 19)),
        (1.0, 1.0, (0, 24)),
        (0.0, 0.0, (0, 24)),
    ],
)
def test_limits_of_black_frames_are_honoured_to_the_frame(
    max_luma: float, min_coverage: float, frames: tuple[int, int]
) -> None:
    dark, dotted, half = picture((51, 51, 51)), picture(), picture()
    dotted[0, :100] = 255
    half[:54] = 255
    film = [picture()] * 5 + [dark] * 5 + [dotted] * 5 + [half] * 5 + [picture((255,) * 3)] * 5
    told = run(film, CueRules(max_luma=max_luma, min_coverage=min_coverage))
    assert told
    assert (told[0].start_frame, told[0].end_frame) == frames


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
