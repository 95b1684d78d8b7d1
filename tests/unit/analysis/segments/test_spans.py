from __future__ import annotations

from collections.abc import Iterable

from eyebright.analysis.segments.spans import GAP, LONGEST, Span, SpanState


def spans(slow: Iterable[bool]) -> tuple[Span, ...]:
    state = SpanState()
    for number, one in enumerate(slow):
        state = state.after(number, one)
    return state.waiting


def marks(text: str) -> list[bool]:
    return [one == "#" for one in text]


def test_slow_frames_in_a_row_are_a_span_and_one_alone_is_noise() -> None:
    assert spans(marks("..#..###..#.")) == (Span(5, 7),)


def test_a_short_gap_does_not_end_a_span_and_a_long_one_does() -> None:
    assert spans(marks("##..##")) == (Span(0, 5),)
    assert spans(marks("##" + "." * GAP + "##")) == (Span(0, 1), Span(2 + GAP, 3 + GAP))


def test_what_goes_on_for_long_becomes_several_spans_without_holes() -> None:
    told = spans([True] * (2 * LONGEST + 20))
    assert len(told) == 3
    assert [one.start for one in told[1:]] == [one.last + 1 for one in told[:-1]]


def test_a_span_is_settled_when_enough_frames_have_come_after_it() -> None:
    state = SpanState(0, (Span(3, 9), Span(30, 40)))
    assert state.settled(21, 12) is None
    assert state.settled(22, 12) == Span(3, 9)
    assert state.without_first().settled(22, 12) is None
