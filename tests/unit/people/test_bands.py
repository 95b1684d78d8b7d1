"""Bands against strangers drawn as the calibration says."""

from __future__ import annotations

import numpy as np
import pytest

from eyebright.geometry.arrays import DoubleArray
from eyebright.ids import UserId
from eyebright.people.bands import Band, Judge
from eyebright.people.strangers import Strangers
from eyebright.testing.analyser import FakeSimilarity

SCALE = FakeSimilarity()
PEOPLE = 20
STRANGERS = 2_000


def strangers(random: np.random.Generator) -> DoubleArray:
    """Their cosines with whom each is most like: a tenth of pairs reaches .1, a hundredth .2."""
    rates = random.uniform(size=(STRANGERS, PEOPLE)).min(axis=1)
    cosines: DoubleArray = np.minimum(-np.log10(rates) / 10.0, 1.0)
    return cosines


@pytest.mark.parametrize("unsure", [0, 80])
def test_likely_and_maybe_each_hold_as_few_strangers_as_promised(unsure: int) -> None:
    random = np.random.default_rng(0)
    wrong = {Band.LIKELY: 0, Band.MAYBE: 0}
    every = {Band.LIKELY: 0, Band.MAYBE: 0}
    for _ in range(30):
        cosines = strangers(random)
        right = np.concatenate([np.full(300, 0.9), random.uniform(0.285, 0.31, unsure)])
        judge = Judge(SCALE, PEOPLE).knowing(
            np.concatenate([cosines, right]), unknown=STRANGERS + len(right)
        )
        for band in wrong:
            wrong[band] += sum(judge.band_of(float(one)) is band for one in cosines)
            every[band] += sum(
                judge.band_of(float(one)) is band for one in np.concatenate([cosines, right])
            )
    assert 0 < wrong[Band.LIKELY] <= 0.1 * every[Band.LIKELY]
    if unsure:
        assert 0 < wrong[Band.MAYBE] <= 0.5 * every[Band.MAYBE]
    else:  # nobody is in between, so nobody is asked about
        assert every[Band.MAYBE] <= 3 * 30


def test_what_is_said_of_a_person_is_what_decides() -> None:
    hub, other = UserId("hub"), UserId("other")
    judge = Judge(SCALE, PEOPLE, strangers=Strangers({1: 0.25}, {hub: 0.25}))
    floors, plain = judge.floors_of(hub), judge.floors_of(other)
    assert plain == judge.floors
    for band in (Band.LIKELY, Band.MAYBE):
        assert floors[band] == pytest.approx(plain[band] + 25.0)
        assert judge.candidate(hub, floors[band] / 100 + 1e-6).band is band
        assert judge.candidate(hub, floors[band] / 100 - 1e-6).band is not band
    told, same = judge.candidate(hub, 0.5), judge.candidate(other, 0.25)
    assert told.percent == 50.0
    assert told.false_match_rate == pytest.approx(same.false_match_rate)
    counted = judge.counted(np.array([0.5, 0.5]), np.array([1, 2]))
    assert counted.tolist() == [judge.counted_with(1, 0.5), 0.5] == [0.25, 0.5]
