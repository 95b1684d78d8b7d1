"""Whole pictures, measured by the real code with a mask that is known."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from eyebright.analysis.properties.foreground import SIDE_PX, SalientForeground
from eyebright.analysis.properties.meter import PictureMeter
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.image import Image
from eyebright.runtime.session import Runtime
from eyebright.testing.pictures import BACKGROUND, PEOPLE, picture_of
from eyebright.testing.properties import METER_RULES, fake_meter

METER = fake_meter()


def image_of(pixels: ByteArray) -> Image:
    return Image(pixels, "PNG", b"", (pixels.shape[1], pixels.shape[0]))


class Mask:
    """The same mask for every picture."""

    def __init__(self, mask: ByteArray) -> None:
        self._mask = mask

    def find(self, pixels: ByteArray) -> ByteArray:
        return self._mask


def test_foreground_and_background_have_their_own_colours() -> None:
    found = METER.measure(picture_of("Ben"))
    assert found.foreground is not None
    assert found.background is not None
    assert [colour.rgb for colour in found.foreground.colours] == [PEOPLE["Ben"]]
    assert [colour.rgb for colour in found.background.colours] == [BACKGROUND]
    assert [colour.simplified for colour in found.colours] == ["grey", "green"]
    assert found.foreground.quality.contrast is None
    assert found.quality.contrast is not None


def test_a_picture_of_nothing_has_no_foreground() -> None:
    found = METER.measure(picture_of())
    assert found.foreground is None
    assert found.background is not None
    assert found.background.colours == found.colours


def test_a_picture_that_is_all_foreground_has_no_background() -> None:
    everything = replace(METER, foreground=Mask(np.full((192, 192), 255, np.uint8)))
    found = everything.measure(picture_of("Ada"))
    assert found.background is None
    assert found.foreground is not None
    assert found.foreground.colours == found.colours


def test_a_soft_mask_shares_pixels_out() -> None:
    half = PictureMeter(Mask(np.full((64, 64), 128, np.uint8)), METER_RULES, nullcontext)
    found = half.measure(picture_of("Ada"))
    assert found.foreground is not None
    assert found.background is not None
    assert found.foreground.colours == found.background.colours == found.colours


def test_the_number_of_colours_is_bounded() -> None:
    found = METER.measure(picture_of("Ada", "Ben", "Cleo"), max_colours=2)
    assert len(found.colours) == 2
    assert METER.measure(picture_of("Ada"), max_colours=0).colours == ()


@pytest.mark.parametrize("size_wh", [(1200, 300), (80, 80), (301, 1999)])
def test_turning_a_picture_changes_nothing(size_wh: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    blocks = rng.integers(0, 256, (3, 3, 3)).astype(np.uint8)
    rows = np.arange(size_wh[1]) * 3 // size_wh[1]
    columns = np.arange(size_wh[0]) * 3 // size_wh[0]
    pixels = blocks[rows][:, columns]
    upright = METER.measure(image_of(pixels), max_colours=20)
    turned = METER.measure(image_of(np.ascontiguousarray(np.rot90(pixels))), max_colours=20)
    shares = {colour.css_name: colour.share for colour in upright.colours}
    assert len(shares) > 3
    assert {one.css_name: one.share for one in turned.colours} == pytest.approx(shares, abs=0.01)
    assert turned.quality.brightness == pytest.approx(upright.quality.brightness, abs=0.002)
    assert turned.quality.sharpness == pytest.approx(upright.quality.sharpness, abs=0.01)


def test_a_box_has_the_colours_inside_it() -> None:
    image = picture_of("Ada", "Ben")
    (colour,) = METER.colours_of(image, (20, 40, 80, 100))
    assert colour.rgb == PEOPLE["Ada"]
    left_edge = METER.colours_of(image, (-50, -50, 10.5, 20.5))
    assert [one.rgb for one in left_edge] == [BACKGROUND]


@pytest.mark.parametrize("box", [(10, 10, 10, 50), (10, 10, 5, 50), (900, 10, 950, 50), (0,) * 4])
def test_a_box_without_area_has_no_colours(box: tuple[float, ...]) -> None:
    assert METER.colours_of(picture_of("Ada"), box) == ()


def test_the_mask_of_the_model_comes_as_whole_numbers(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Transpose", ["images"], ["planes"], perm=[0, 3, 1, 2]),
        helper.make_node("Cast", ["planes"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMax", ["floats"], ["most"], axes=[1], keepdims=1),
        helper.make_node("Div", ["most", "full"], ["mask"]),
    ]
    shape: list[str | int | None] = ["N", SIDE_PX, SIDE_PX, 3]
    graph = helper.make_graph(
        nodes,
        "brightest",
        [helper.make_tensor_value_info("images", TensorProto.UINT8, shape)],
        [helper.make_tensor_value_info("mask", TensorProto.FLOAT, None)],
        [helper.make_tensor("full", TensorProto.FLOAT, [], [255.0])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, tmp_path / "mask.onnx")
    finder = SalientForeground(Runtime(slots=1).load(tmp_path / "mask.onnx"))
    mask = finder.find(np.full((30, 70, 3), (7, 99, 12), np.uint8))
    assert mask.shape == (SIDE_PX, SIDE_PX)
    assert mask.dtype == np.uint8
    assert np.unique(mask).tolist() == [99]
