from __future__ import annotations

from eyebright.analysis.segments.programme import content_of, is_break
from eyebright.analysis.segments.values import Cue, CueKind


def cue(kind: CueKind, start: int, end: int, score: float = 0.8) -> Cue:
    """At 25 frames a second."""
    times = (40 * start, 40 * end)
    around = {"before_ms": 40 * (start - 1), "after_ms": 40 * (end + 1)}
    return Cue(kind, start, end, *times, score, **around)


def content(*breaks: Cue, frames: int = 1000) -> list[tuple[int, int, int, int]]:
    told = content_of(breaks, last_frame=frames - 1, last_ms=40 * (frames - 1))
    assert all(one.kind is CueKind.CONTENT for one in told)
    return [(one.start_frame, one.end_frame, one.start_ms, one.end_ms) for one in told]


def test_a_film_without_breaks_is_programme_from_end_to_end() -> None:
    assert content() == [(0, 999, 0, 39960)]


def test_the_programme_lies_between_what_comes_before_and_after_it() -> None:
    bars, ending = cue(CueKind.COLOUR_BARS, 0, 99), cue(CueKind.END_CREDITS, 800, 999)
    assert content(bars, ending) == [(100, 799, 4000, 31960)]


def test_black_parts_the_programme_in_two() -> None:
    dark = cue(CueKind.BLACK, 400, 449)
    assert content(dark) == [(0, 399, 0, 15960), (450, 999, 18000, 39960)]


def test_breaks_may_overlap() -> None:
    breaks = (cue(CueKind.END_CREDITS, 700, 950), cue(CueKind.BLACK, 900, 999))
    assert content(*breaks) == [(0, 699, 0, 27960)]
    within = (cue(CueKind.END_CREDITS, 700, 999), cue(CueKind.BLACK, 800, 820))
    assert content(*within) == [(0, 699, 0, 27960)]


def test_what_is_left_for_less_than_a_second_is_not_told() -> None:
    assert content(cue(CueKind.COLOUR_BARS, 0, 99), cue(CueKind.BLACK, 120, 999)) == []


def test_a_film_without_frames_has_no_programme() -> None:
    assert content_of((), last_frame=-1, last_ms=0) == []


def test_it_is_as_sure_as_the_less_sure_of_its_neighbours() -> None:
    breaks = (cue(CueKind.COLOUR_BARS, 0, 99, 1.0), cue(CueKind.END_CREDITS, 800, 999, 0.6))
    (told,) = content_of(breaks, last_frame=999, last_ms=39960)
    assert told.score == 0.6


def test_a_blink_of_black_is_no_break() -> None:
    assert not is_break(cue(CueKind.BLACK, 100, 105))
    assert is_break(cue(CueKind.BLACK, 100, 130))
    assert is_break(cue(CueKind.SLATE, 100, 105))
