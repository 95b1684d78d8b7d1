"""MoveNet's last steps, against a net that says where everything is."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from eyebright.analysis.equipment.pose import CELLS, LEFT_WRIST, NOSE, POINTS, PoseModel, decode
from eyebright.geometry.arrays import AnyArray
from eyebright.imaging.image import Image
from eyebright.runtime.session import Runtime


def outputs(
    *, wrist: tuple[int, int] = (30, 20), centre: tuple[int, int] = (24, 24)
) -> dict[str, AnyArray]:
    """Everything at the middle but the left wrist at (row, column); a stronger wrist far away."""
    heat = np.full((1, POINTS, CELLS, CELLS), 0.01, np.float32)
    heat[0, :, 24, 24] = 0.9
    heat[0, LEFT_WRIST] = 0.01
    heat[(0, LEFT_WRIST, *wrist)] = 0.6
    heat[0, LEFT_WRIST, 2, 45] = 0.8
    middle = np.zeros((1, 1, CELLS, CELLS), np.float32)
    middle[(0, 0, *centre)] = 0.5
    regression = np.zeros((1, 2 * POINTS, CELLS, CELLS), np.float32)
    at = (0, slice(2 * LEFT_WRIST, 2 * LEFT_WRIST + 2), *centre)
    regression[at] = (wrist[0] - centre[0], wrist[1] - centre[1])
    offsets = np.zeros_like(regression)
    offsets[(0, 2 * LEFT_WRIST, *wrist)] = 0.5
    offsets[(0, 2 * LEFT_WRIST + 1, *wrist)] = 0.25
    return {"heatmaps": heat, "centre": middle, "regression": regression, "offsets": offsets}


def test_a_point_is_taken_near_where_the_body_has_it_not_where_it_is_strongest() -> None:
    poses = decode(outputs())
    np.testing.assert_allclose(poses.points[0, LEFT_WRIST], [20.25 * 4, 30.5 * 4])
    assert poses.scores[0, LEFT_WRIST] == pytest.approx(0.6)
    np.testing.assert_allclose(poses.points[0, NOSE], [96, 96])


def test_of_several_people_the_one_nearest_to_the_middle_counts() -> None:
    both = outputs(centre=(24, 24))
    both["centre"][0, 0, 5, 5] = 0.9
    np.testing.assert_allclose(decode(both).points[0, NOSE], [96, 96])


def test_nobody_gives_no_poses() -> None:
    empty = {name: values[:0] for name, values in outputs().items()}
    assert decode(empty).points.shape == (0, POINTS, 2)


@pytest.fixture
def model(tmp_path_factory: pytest.TempPathFactory) -> PoseModel:
    """A net that answers the same for every picture."""
    path = tmp_path_factory.mktemp("pose") / "pose.onnx"
    said = outputs()
    nodes = [
        helper.make_node("Cast", ["images"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["floats"], ["each"], axes=[1, 2, 3], keepdims=1),
        helper.make_node("Mul", ["each", "zero"], ["nothing"]),
        *(helper.make_node("Add", [f"{name}_said", "nothing"], [name]) for name in said),
    ]
    constants = [numpy_helper.from_array(values, f"{name}_said") for name, values in said.items()]
    constants.append(numpy_helper.from_array(np.zeros((1, 1, 1, 1), np.float32), "zero"))
    graph = helper.make_graph(
        nodes,
        "pose",
        [helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", 192, 192, 3])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in said],
        constants,
    )
    opsets = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), path)
    return PoseModel(Runtime(slots=1).load(path))


def test_points_come_back_in_pixels_of_the_picture(model: PoseModel) -> None:
    image = Image(np.zeros((480, 640, 3), np.uint8), "PNG", b"", (640, 480))
    boxes = np.array([[100, 100, 140, 196], [300, 0, 492, 100]], np.float32)
    poses = model.run(image, boxes)
    assert poses.points.shape == (2, POINTS, 2)
    np.testing.assert_allclose(poses.points[:, NOSE], [[120, 148], [396, 50]], atol=1e-3)
    # the squares are 1.25 of the longer sides: 120 and 240 pixels
    wrist = (np.array([20.25, 30.5]) * 4 - 96)[None] * (np.array([[120], [240]]) / 192)
    np.testing.assert_allclose(
        poses.points[:, LEFT_WRIST], wrist + np.array([[120, 148], [396, 50]]), atol=1e-2
    )
    assert model.run(image, boxes[:0]).points.shape == (0, POINTS, 2)
