"""Timecodes against a counter that walks frame by frame, and against published names."""

from __future__ import annotations

from fractions import Fraction

import pytest

from eyebright.video.timecode import Timecode

NTSC = Fraction(30000, 1001)


@pytest.mark.parametrize(
    ("rate", "frame", "name"),
    [
        (NTSC, 0, "00:00:00;00"),
        (NTSC, 299, "00:00:09;29"),
        (NTSC, 1799, "00:00:59;29"),
        (NTSC, 1800, "00:01:00;02"),
        (NTSC, 17981, "00:09:59;29"),
        (NTSC, 17982, "00:10:00;00"),
        (NTSC, 107892, "01:00:00;00"),
        (Fraction(60000, 1001), 3600, "00:01:00;04"),
        (Fraction(60000, 1001), 215784, "01:00:00;00"),
        (Fraction(24), 697, "00:00:29:01"),
        (Fraction(24000, 1001), 24, "00:00:01:00"),
        (Fraction(25), 90_000, "01:00:00:00"),
        (Fraction(2997, 100), 1800, "00:01:00;02"),
        (Fraction(30), 1800, "00:01:00:00"),
        (Fraction(25, 2), 13, "00:00:01:00"),
        (Fraction(0), 25, "00:00:01:00"),
    ],
)
def test_frames_have_the_names_that_editors_know(rate: Fraction, frame: int, name: str) -> None:
    assert Timecode.of(rate).name(frame) == name


@pytest.mark.parametrize("rate", [NTSC, 2 * NTSC, Fraction(24000, 1001), Fraction(25), Fraction(8)])
def test_every_frame_of_twelve_minutes_is_named_as_a_counter_names_it(rate: Fraction) -> None:
    code = Timecode.of(rate)
    minutes, number = 0, 0
    while minutes < 12:
        for second in range(60):
            left_out = code.dropped if second == 0 and minutes % 10 else 0
            for frames in range(left_out, code.per_second):
                expected = f"00:{minutes:02}:{second:02}{';' if code.dropped else ':'}{frames:02}"
                assert code.name(number) == expected
                number += 1
        minutes += 1


@pytest.mark.parametrize("rate", [NTSC, 2 * NTSC, Fraction(24), Fraction(25)])
def test_a_name_leads_back_to_its_frame(rate: Fraction) -> None:
    code = Timecode.of(rate)
    for frame in [*range(0, 2000, 7), *range(17_900, 18_100), 107_892, 987_654]:
        assert code.frame(code.name(frame)) == frame


@pytest.mark.parametrize("rate", [NTSC, 2 * NTSC])
def test_drop_frame_names_keep_to_the_clock_within_two_frames_for_a_day(rate: Fraction) -> None:
    code = Timecode.of(rate)
    for frame in range(0, int(86_000 * rate), 99_991):
        hours, minutes, seconds, frames = (
            int(p) for p in code.name(frame).replace(";", ":").split(":")
        )
        named = hours * 3600 + minutes * 60 + seconds + Fraction(frames, code.per_second)
        assert abs(named - frame / rate) < Fraction(1, 10)


@pytest.mark.parametrize(
    "name", ["", "00:00:00", "00:01:00;00", "00:00:61;00", "a:b:c:d", "00:00:00;30"]
)
def test_what_names_no_frame_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="timecode"):
        Timecode.of(NTSC).frame(name)


def test_there_is_no_frame_before_the_first() -> None:
    with pytest.raises(ValueError, match="no frame -1"):
        Timecode.of(NTSC).name(-1)
