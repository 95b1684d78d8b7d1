from __future__ import annotations

from eyebright.library.likeness import UNRELATED_COSINE, percent_of


def test_percents_rise_with_the_cosine_from_unrelated_to_the_same() -> None:
    cosines = [-1.0, 0.0, UNRELATED_COSINE, 0.4, 0.7, 0.99, 1.0, 1.0000001]
    percents = [percent_of(cosine) for cosine in cosines]
    assert percents == sorted(percents)
    assert percents[:3] == [0.0, 0.0, 0.0]
    assert percents[-2:] == [100.0, 100.0]
    assert 0 < percents[3] < percents[4] < 100
