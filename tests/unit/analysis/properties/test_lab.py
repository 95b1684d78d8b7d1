"""Colour spaces, against published numbers."""

from __future__ import annotations

import numpy as np
import pytest

from eyebright.analysis.properties.lab import ciede2000, lab_of

PAIRS = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
    ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
    ((50, -0.001, 2.49), (50, 0.0009, -2.49), 4.8045),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (56, -27, -3), 31.9030),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]
"""Of the test data that Sharma, Wu and Dalal published with their paper."""


@pytest.mark.parametrize(("one", "other", "distance"), PAIRS)
def test_the_difference_of_two_colours_is_the_published_one(
    one: tuple[float, ...], other: tuple[float, ...], distance: float
) -> None:
    first, second = np.array(one, float), np.array(other, float)
    assert float(ciede2000(first, second)) == pytest.approx(distance, abs=5e-5)
    assert float(ciede2000(second, first)) == pytest.approx(distance, abs=5e-5)


def test_srgb_primaries_are_where_lab_has_them() -> None:
    found = lab_of(np.array([[255, 0, 0], [0, 0, 255], [255, 255, 255], [0, 0, 0]]))
    expected = [[53.24, 80.09, 67.20], [32.30, 79.19, -107.86], [100, 0, 0], [0, 0, 0]]
    assert np.abs(found - np.array(expected)).max() < 0.01
