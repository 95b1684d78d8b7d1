from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from eyebright.analysis.moderation.nudity import (
    NSFWJS_FILE,
    OPEN_NSFW_FILE,
    NudityNets,
    NudityRules,
    middle_square,
    softer,
)
from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray, ByteArray
from eyebright.packs.pack import Pack
from eyebright.runtime.session import Runtime

RULES = NudityRules(calm=-2.5, explicit=(1.2, -2.88), least=0.3)
PICTURE = np.zeros((240, 320, 3), np.uint8)


@dataclass
class Says:
    """A net that answers one number after the other, one a call, whatever it sees."""

    odds: Sequence[float]
    views: list[ByteArray] = field(default_factory=list)

    def __call__(self, views: ByteArray) -> AnyArray:
        said = self.odds[min(len(self.views), len(self.odds) - 1)]
        self.views.append(views)
        return np.full(len(views), said)


def nets(first: float, second: float) -> NudityNets:
    return NudityNets(Says([first]), Says([second]), RULES)


def test_of_two_that_agree_the_common_value_is_kept() -> None:
    assert softer(1.5, 1.5) == pytest.approx(1.5)


@pytest.mark.parametrize(("one", "other"), [(-3.0, 4.0), (0.0, 9.0), (2.0, 2.5)])
def test_of_two_that_differ_hardly_more_than_the_lower_is_kept(one: float, other: float) -> None:
    kept = softer(one, other)
    assert one <= kept <= one + math.log(2)
    assert kept == pytest.approx(softer(other, one))


def explicit(first: float, second: float) -> float:
    return RULES.score(nets(first, second).agreement(PICTURE))


def test_explicit_needs_both_nets() -> None:
    assert explicit(6.0, 6.0) > 0.98
    for one, other in ((6.0, 0.5), (0.5, 6.0), (9.0, -2.0), (9.0, -5.0)):
        assert explicit(one, other) == 0.0


def test_explicit_is_said_at_even_odds_where_an_ordinary_picture_is_hardly_ever() -> None:
    assert explicit(2.4, 2.4) == pytest.approx(0.5)


def test_what_is_not_sure_enough_is_not_said() -> None:
    assert explicit(1.7, 1.7) > 0.3
    assert explicit(1.6, 1.6) == 0.0


def test_a_calm_net_settles_it_with_one_view() -> None:
    first, second = Says([-4.0]), Says([9.0])
    assert NudityNets(first, second, RULES).agreement(PICTURE) < -3.0
    assert [len(views) for views in first.views] == [1]
    assert not second.views


def test_a_suspect_is_looked_at_whole_in_the_middle_and_mirrored() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (224, 448, 3), np.uint8)
    first, second = Says([1.0, 3.0]), Says([1.0, 3.0])
    assert NudityNets(first, second, RULES).agreement(pixels) == pytest.approx(3.0)
    whole, middle, mirrored, turned = second.views[1]
    np.testing.assert_array_equal(middle, pixels[:, 112:336])
    np.testing.assert_array_equal(mirrored, whole[:, ::-1])
    np.testing.assert_array_equal(turned, middle[:, ::-1])


@pytest.mark.parametrize("shape", [(7, 4), (4, 7), (5, 5), (1, 9)])
def test_the_middle_square_lies_in_the_middle(shape: tuple[int, int]) -> None:
    pixels = np.zeros((*shape, 3), np.uint8)
    side = min(shape)
    assert middle_square(pixels).shape == (side, side, 3)


def net_file(path: Path, weights: AnyArray, bias: AnyArray) -> None:
    """A net of the pack's interface whose probabilities follow from the mean colour."""
    nodes = [
        helper.make_node("Cast", ["images"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["floats"], ["means"], axes=[1, 2], keepdims=0),
        helper.make_node("MatMul", ["means", "w"], ["product"]),
        helper.make_node("Add", ["product", "b"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=-1),
    ]
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", 224, 224, 3])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", len(bias)])],
        [numpy_helper.from_array(weights, "w"), numpy_helper.from_array(bias, "b")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())


def red_net(path: Path, classes: int, explicit: int) -> None:
    """Sure that red is explicit."""
    weights = np.zeros((3, classes), np.float32)
    weights[0, explicit] = 0.08
    bias = np.zeros(classes, np.float32)
    bias[explicit] = -8.0
    net_file(path, weights, bias)


def test_two_real_sessions_judge_by_what_they_see(
    tmp_path: Path, pack_of: Callable[..., Pack]
) -> None:
    red_net(tmp_path / OPEN_NSFW_FILE, 2, 1)
    red_net(tmp_path / NSFWJS_FILE, 5, 3)
    loaded = NudityNets.load(pack_of(tmp_path), Runtime())
    red = np.zeros((100, 150, 3), np.uint8)
    red[..., 0] = 255
    assert loaded.rules.score(loaded.agreement(red)) > 0.9
    assert loaded.rules.score(loaded.agreement(red[..., ::-1].copy())) == 0.0


def test_a_rule_that_is_no_line_is_refused(pack_of: Callable[..., Pack], tmp_path: Path) -> None:
    with pytest.raises(PackInvalid, match="slope and an intercept"):
        NudityRules.of(pack_of(tmp_path, explicit=[1.0]))


def test_a_missing_rule_is_refused(pack_of: Callable[..., Pack], tmp_path: Path) -> None:
    with pytest.raises(PackInvalid, match=r"nudity\.calm"):
        NudityRules.of(pack_of(tmp_path, calm=None))
