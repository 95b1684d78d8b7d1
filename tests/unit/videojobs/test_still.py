from __future__ import annotations

from fractions import Fraction

import numpy as np

from eyebright.video.values import Frame
from eyebright.videojobs.still import StillScene


def frame(level: int, second: int) -> Frame:
    return Frame(Fraction(second), np.full((90, 160, 3), level, np.uint8))


def test_an_unchanged_frame_is_not_asked_about_again_even_after_a_change_of_workers() -> None:
    asked: list[int] = []

    def ask(one: Frame) -> tuple[str, ...]:
        asked.append(one.milliseconds)
        return (f"grey {one.pixels[0, 0, 0]}",)

    scene = StillScene(tuple[str, ...], None)
    answers = [scene.answer(frame(level, n), ask) for n, level in enumerate((50, 51, 90))]
    later = StillScene(tuple[str, ...], scene.state())
    answers += [later.answer(frame(level, n), ask) for n, level in ((3, 90), (4, 20))]
    assert answers == [("grey 50",), ("grey 50",), ("grey 90",), ("grey 90",), ("grey 20",)]
    assert asked == [0, 2000, 4000]
