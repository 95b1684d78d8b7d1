from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, save

from eyebright.analysis.text.recognise import (
    HEIGHT_PX,
    LEAST_WIDTH_PX,
    MOST_STEPS,
    MOST_WIDTH_PX,
    STEP_PX,
    TextRecogniser,
    batches,
    padded_width,
    strip_width,
)
from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.runtime.session import OnnxModel, Runtime


def quad(left: float, top: float, right: float, bottom: float) -> FloatArray:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def bars(*greys: int, height: int = 48) -> ByteArray:
    """White with bars of 48 pixels, one for each grey, side by side with gaps of 48."""
    pixels = np.full((height, 96 * len(greys) + 48, 3), 255, np.uint8)
    for place, grey in enumerate(greys):
        pixels[:, 96 * place + 48 : 96 * place + 96] = grey
    return pixels


def test_letters_are_read_in_order_with_their_places(recognition: OnnxModel) -> None:
    pixels = bars(0, 64, 0)
    whole = quad(0, 0, pixels.shape[1], 48)
    (reading,) = TextRecogniser(recognition).read(pixels, [whole])
    assert reading.text.rstrip() == "ABA"  # the grey that strips are filled up with is a space
    assert [one.place for one in reading.characters[:3]] == pytest.approx(
        [72 / 336, 168 / 336, 264 / 336], abs=0.01
    )
    assert reading.score > 0.9


def test_many_lines_are_read_in_the_order_given(recognition: OnnxModel) -> None:
    pixels = np.concatenate([bars(0, 64, 0, 0), bars(64, 64, 64, 64), bars(0, 255, 255, 255)])
    width = pixels.shape[1]
    quads = [quad(0, 0, width, 48), quad(0, 48, width, 96), quad(0, 96, 144, 144)]
    reader = TextRecogniser(recognition)
    assert [one.text.rstrip() for one in reader.read(pixels, quads)] == ["ABAA", "BBBB", "A"]
    assert [one.text.rstrip() for one in reader.read(pixels, quads[::-1])] == ["A", "BBBB", "ABAA"]
    assert reader.read(pixels, []) == []


def test_spaces_alone_count_for_nothing(recognition: OnnxModel) -> None:
    (reading,) = TextRecogniser(recognition).read(bars(160, 160), [quad(0, 0, 240, 48)])
    assert reading.text.strip() == ""
    assert reading.score == 0


def test_a_model_that_does_not_name_its_characters_is_refused(
    runtime: Runtime, tmp_path: Path
) -> None:
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("Cast", ["images"], ["probabilities"], to=TensorProto.FLOAT)],
        "mute",
        [info("images", TensorProto.UINT8, ["N", 48, "W", 3])],
        [info("probabilities", TensorProto.FLOAT, None)],
    )
    imports = [helper.make_opsetid("", 17)]
    save(helper.make_model(graph, opset_imports=imports, ir_version=8), tmp_path / "mute.onnx")
    with pytest.raises(PackInvalid, match="which characters"):
        TextRecogniser(runtime.load(tmp_path / "mute.onnx"))


@pytest.mark.parametrize(
    ("box", "width"),
    [
        ((0, 0, 100, 48), 100),
        ((0, 0, 100, 24), 200),
        ((0, 0, 0, 0), STEP_PX),
        ((0, 0, 9000, 10), MOST_WIDTH_PX),
    ],
)
def test_strips_are_as_long_as_their_quads_for_one_height(
    box: tuple[float, float, float, float], width: int
) -> None:
    assert strip_width(quad(*box)) == width
    assert HEIGHT_PX == 48


@given(st.lists(st.integers(STEP_PX, MOST_WIDTH_PX), max_size=60))
def test_every_strip_is_in_one_batch_of_its_width_and_none_is_too_large(widths: list[int]) -> None:
    made = batches(widths)
    assert sorted(place for batch in made for place in batch) == list(range(len(widths)))
    for batch in made:
        (width,) = {padded_width(widths[place]) for place in batch}
        assert width >= max(LEAST_WIDTH_PX, *(widths[place] for place in batch))
        assert len(batch) == 1 or len(batch) * width // STEP_PX <= MOST_STEPS
