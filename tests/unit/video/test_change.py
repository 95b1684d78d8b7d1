from __future__ import annotations

import numpy as np

from eyebright.video.change import ChangeGate, ChangeRules


def still(noise: float, seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    generator = np.random.default_rng(seed)
    scene = np.linspace(40, 200, 320)[None, :, None] + generator.normal(0, noise, (180, 320, 3))
    return np.clip(scene, 0, 255).astype(np.uint8)


def test_a_still_scene_with_noise_passes_once() -> None:
    gate = ChangeGate()
    assert [gate.lets_through(still(4.0, seed)) for seed in range(5)] == [True] + [False] * 4


def test_a_small_newcomer_is_a_change() -> None:
    gate = ChangeGate()
    empty, visited = still(2.0, 1), still(2.0, 2)
    visited[60:90, 100:125] = (180, 140, 120)
    assert gate.lets_through(empty)
    assert gate.lets_through(visited)
    assert gate.lets_through(empty)


def test_a_slow_fade_adds_up() -> None:
    gate = ChangeGate()
    frames = [np.full((90, 160, 3), level, np.uint8) for level in range(40, 80)]
    passed = [gate.lets_through(frame) for frame in frames]
    assert passed[0]
    assert 4 <= sum(passed) <= 10


def test_smaller_blocks_see_smaller_things() -> None:
    before = still(0.0, 1)
    after = before.copy()
    after[60:66, 100:104] += 40
    told = []
    for rules in (ChangeRules(), ChangeRules(level=4.0, blocks_wh=(32, 18))):
        gate = ChangeGate(rules)
        gate.lets_through(before)
        told.append(gate.lets_through(after))
    assert told == [False, True]
