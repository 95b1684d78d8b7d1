"""Real onnxruntime on graphs of a few nodes."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import onnx
import psutil
import pytest
from onnx import TensorProto, helper

from eyebright.errors import ConfigurationError, PackInvalid
from eyebright.geometry.arrays import AnyArray
from eyebright.runtime.session import OnnxModel, Runtime, usable_processors


def save(path: Path, nodes: list[onnx.NodeProto], inputs: list[str], outputs: list[str]) -> Path:
    """A graph from uint8 pictures (N, H, W, 3) to float outputs of any shape."""
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(n, TensorProto.UINT8, ["n", "h", "w", 3]) for n in inputs],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in outputs],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path)
    return path


def cast(source: str, target: str) -> onnx.NodeProto:
    return helper.make_node("Cast", [source], [target], to=TensorProto.FLOAT)


@pytest.fixture
def doubling(tmp_path: Path) -> OnnxModel:
    nodes = [cast("images", "x"), helper.make_node("Add", ["x", "x"], ["doubled"])]
    return Runtime().load(save(tmp_path / "doubling.onnx", nodes, ["images"], ["doubled"]))


@pytest.fixture
def adding(tmp_path: Path) -> OnnxModel:
    nodes = [
        cast("left", "a"),
        cast("right", "b"),
        helper.make_node("Add", ["a", "b"], ["sum"]),
        helper.make_node("Sub", ["a", "b"], ["difference"]),
    ]
    path = save(tmp_path / "adding.onnx", nodes, ["left", "right"], ["sum", "difference"])
    return Runtime().load(path)


def pictures(*shape: int) -> AnyArray:
    return np.random.default_rng(0).integers(0, 255, (*shape, 3)).astype(np.uint8)


def test_outputs_come_by_name(doubling: OnnxModel) -> None:
    images = pictures(2, 4, 5)
    outputs = doubling.run(images)
    assert list(outputs) == ["doubled"]
    assert (outputs["doubled"] == images.astype(np.float32) * 2).all()


def test_a_view_with_gaps_is_accepted(doubling: OnnxModel) -> None:
    images = pictures(1, 8, 8)[:, ::2, ::-1]
    assert (doubling.run(images)["doubled"] == images.astype(np.float32) * 2).all()


def test_several_inputs_are_given_by_name(adding: OnnxModel) -> None:
    left, right = pictures(1, 2, 2), pictures(1, 2, 2)[:, ::-1]
    outputs = adding.run({"left": left, "right": np.ascontiguousarray(right)})
    assert (outputs["difference"] == left.astype(np.float32) - right.astype(np.float32)).all()


def test_one_array_for_several_inputs_is_refused_with_their_names(adding: OnnxModel) -> None:
    with pytest.raises(ValueError, match=r"left, right"):
        adding.run(pictures(1, 2, 2))


def test_many_threads_share_one_model(doubling: OnnxModel) -> None:
    right: list[bool] = []

    def work(number: int) -> None:
        images = np.full((1, 16 + number, 16, 3), number, np.uint8)
        right.extend((doubling.run(images)["doubled"] == 2 * number).all() for _ in range(20))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(right) == 160
    assert all(right)


def test_memory_does_not_grow_with_the_number_of_shapes(doubling: OnnxModel) -> None:
    random = np.random.default_rng(1)
    process = psutil.Process()

    def peak(runs: int) -> int:
        resident = []
        for height, width in random.integers(64, 700, (runs, 2)):
            doubling.run(np.zeros((1, height, width, 3), np.uint8))
            resident.append(process.memory_info().rss)
        return int(max(resident))

    settled = peak(100)
    assert peak(200) - settled < 100_000_000  # kept outputs would be a thousand


def test_a_file_is_loaded_once_for_all_who_ask(tmp_path: Path) -> None:
    nodes = [cast("images", "x"), helper.make_node("Add", ["x", "x"], ["doubled"])]
    path = save(tmp_path / "doubling.onnx", nodes, ["images"], ["doubled"])
    runtime = Runtime()
    first = runtime.load(path)
    assert runtime.load(tmp_path / "." / "doubling.onnx") is first
    assert Runtime().load(path) is not first


def test_a_broken_file_names_itself(tmp_path: Path) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(b"not a model")
    with pytest.raises(PackInvalid, match=r"broken\.onnx"):
        Runtime().load(path)


def test_a_missing_file_names_itself(tmp_path: Path) -> None:
    with pytest.raises(PackInvalid, match=r"absent\.onnx"):
        Runtime().load(tmp_path / "absent.onnx")


def test_a_missing_provider_is_an_error_and_never_the_processor_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "onnxruntime.capi.onnxruntime_pybind11_state.get_available_providers",
        lambda: ["CPUExecutionProvider"],
    )
    with pytest.raises(ConfigurationError, match="CUDAExecutionProvider"):
        Runtime(provider="cuda")


@pytest.mark.filterwarnings("ignore:Specified provider")
def test_a_provider_that_is_listed_but_does_not_start_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """onnxruntime itself warns and falls back to the processor."""
    path = save(tmp_path / "cast.onnx", [cast("images", "x")], ["images"], ["x"])
    monkeypatch.setattr(
        "onnxruntime.capi.onnxruntime_pybind11_state.get_available_providers",
        lambda: ["CUDAExecutionProvider", "CPUExecutionProvider"],
    )
    runtime = Runtime(provider="cuda")
    with pytest.raises(ConfigurationError, match="CUDAExecutionProvider"):
        runtime.load(path)


def test_slots_default_to_the_processors() -> None:
    assert Runtime().slots == usable_processors() >= 1
    assert Runtime(slots=7).slots == 7


def test_loading_a_model_leaves_the_arithmetic_of_the_caller_alone(doubling: OnnxModel) -> None:
    doubling.run(pictures(1, 2, 2))
    subnormal = np.asarray([1e-40], np.float32)
    assert (subnormal * np.float32(1.0) > 0).all()


def test_a_slot_is_held_for_the_block() -> None:
    runtime = Runtime(slots=1)
    with runtime.slot():
        pass
    with runtime.slot():
        pass
