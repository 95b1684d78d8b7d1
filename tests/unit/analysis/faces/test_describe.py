"""The describer over tiny real models that always say the same."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from eyebright.analysis.faces.age import AgeSpread
from eyebright.analysis.faces.describe import FaceDescriber, answer_of, gender_of
from eyebright.analysis.faces.eyes import IrisModel
from eyebright.analysis.faces.features import Blocks, ExpressionReader, FaceresReader, Reader, Sight
from eyebright.analysis.faces.heads import LinearHead
from eyebright.analysis.faces.landmarks import FIVE_NAMES
from eyebright.analysis.faces.mesh import MeshModel
from eyebright.analysis.faces.observation import (
    ALL_ATTRIBUTES,
    YES_NO_ATTRIBUTES,
    Detections,
    FaceAttribute,
)
from eyebright.analysis.faces.pose import RIGID_POINTS
from eyebright.geometry.arrays import AnyArray
from eyebright.imaging.image import Image
from eyebright.runtime.session import OnnxModel, Runtime

IMAGE = Image(np.full((120, 160, 3), 90, np.uint8), "PNG", b"", (160, 120))
FIVE = np.array([[30, 40], [70, 40], [50, 60], [35, 80], [65, 80]], np.float32)
TWO_FACES = Detections(
    np.array([[10, 10, 90, 110], [110, 20, 150, 70]], np.float32),
    np.array([0.9, 0.8], np.float32),
    np.stack([FIVE, FIVE / 2 + [105, 15]]).astype(np.float32),
)
NOBODY = Detections(
    np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty((0, 5, 2), np.float32)
)


def steady_model(folder: Path, name: str, outputs: dict[str, AnyArray]) -> OnnxModel:
    """images (N, H, W, 3) -> each output repeated N times."""
    nodes = [
        helper.make_node("Cast", ["images"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["floats", "axes"], ["means"], keepdims=0),
        helper.make_node("Mul", ["means", "zero"], ["zeros"]),
    ]
    tensors = [
        numpy_helper.from_array(np.array([1, 2, 3], np.int64), "axes"),
        numpy_helper.from_array(np.zeros((), np.float32), "zero"),
    ]
    infos = []
    for output, value in outputs.items():
        rank = np.ndim(value)
        shape = np.array([-1] + [1] * rank, np.int64)
        tensors.append(numpy_helper.from_array(shape, f"{output}_shape"))
        tensors.append(numpy_helper.from_array(np.asarray(value, np.float32)[None], f"{output}_v"))
        nodes.append(helper.make_node("Reshape", ["zeros", f"{output}_shape"], [f"{output}_z"]))
        nodes.append(helper.make_node("Add", [f"{output}_z", f"{output}_v"], [output]))
        infos.append(
            helper.make_tensor_value_info(output, TensorProto.FLOAT, ["N", *np.shape(value)])
        )
    images = helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", "H", "W", 3])
    graph = helper.make_graph(nodes, name, [images], infos, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, folder / f"{name}.onnx")
    return Runtime().load(folder / f"{name}.onnx")


class CountingReader:
    """Says ones, and how often it was asked."""

    def __init__(self, name: str) -> None:
        self.reads = frozenset({name})
        self.asked = 0

    def read(self, sight: Sight) -> Blocks:
        self.asked += 1
        return {name: np.ones((len(sight.detections), 1), np.float32) for name in self.reads}


def face_mesh() -> AnyArray:
    mesh = np.random.default_rng(0).normal(96, 30, (468, 3)).astype(np.float32)
    mesh[[33, 133, 362, 263], :2] = [[60, 80], [85, 80], [107, 80], [132, 80]]
    return mesh


@pytest.fixture
def mesh_model(tmp_path: Path) -> MeshModel:
    return MeshModel(
        steady_model(tmp_path, "mesh", {"landmarks": face_mesh(), "presence": np.array(5.0)})
    )


@pytest.fixture
def iris_model(tmp_path: Path) -> IrisModel:
    eye = np.full((71, 3), 32, np.float32)
    eye[0, 0], eye[8, 0] = 18, 46
    return IrisModel(steady_model(tmp_path, "iris", {"eye": eye, "iris": np.full((5, 3), 32.0)}))


def head(block: str, bias: float) -> LinearHead:
    return LinearHead((block,), np.zeros((1, 1), np.float32), np.array([bias], np.float32))


def describer(mesh: MeshModel, iris: IrisModel, readers: tuple[Reader, ...]) -> FaceDescriber:
    heads = {attribute: head("looks", 1.0) for attribute in YES_NO_ATTRIBUTES}
    heads[FaceAttribute.MOUTH_OPEN] = head("mouth", -2.0)
    heads[FaceAttribute.GENDER] = head("looks", -1.0)
    heads[FaceAttribute.AGE_RANGE] = head("looks", 30.0)
    frontal = face_mesh()[list(RIGID_POINTS)]
    spread = AgeSpread(below=(2.0, 0.1), above=(3.0, 0.1))
    return FaceDescriber(mesh, iris, readers, heads, frontal, 1.0, spread)


@pytest.fixture
def readers(tmp_path: Path) -> tuple[CountingReader, CountingReader, ExpressionReader]:
    happy = np.array([-5, 5, -5, -5, -5, -5, -5], np.float32)
    also_happy = np.array([0, 0, 0, 1, 0, 0, 0], np.float32)
    expression = ExpressionReader(
        steady_model(tmp_path, "faceapi", {"logits": happy}),
        steady_model(tmp_path, "oarriaga", {"probabilities": also_happy}),
    )
    return CountingReader("looks"), CountingReader("mouth"), expression


Readers = tuple[CountingReader, CountingReader, ExpressionReader]


def test_by_default_there_are_pose_quality_and_five_points_and_no_head_runs(
    mesh_model: MeshModel, iris_model: IrisModel, readers: Readers
) -> None:
    found = describer(mesh_model, iris_model, readers).describe(
        IMAGE, TWO_FACES, wanted=frozenset()
    )
    assert len(found) == 2
    for face in found:
        assert tuple(face.landmarks) == FIVE_NAMES
        assert face.age is None
        assert face.gender is None
        assert face.answers == {}
        assert face.emotions == ()
        assert face.eye_direction is None
        assert (face.pose.yaw, face.pose.pitch) == pytest.approx((0, 0), abs=1)
    assert [reader.asked for reader in readers[:2]] == [0, 0]


def test_everything_is_said_when_all_is_asked(
    mesh_model: MeshModel, iris_model: IrisModel, readers: Readers
) -> None:
    found = describer(mesh_model, iris_model, readers).describe(
        IMAGE, TWO_FACES, wanted=ALL_ATTRIBUTES
    )
    assert len(found) == 2
    for face in found:
        assert len(face.landmarks) == 30
        assert face.age is not None
        assert (face.age.low, face.age.high) == (25, 36)
        assert face.gender is not None
        assert face.gender.value == "Female"
        assert tuple(face.answers) == YES_NO_ATTRIBUTES
        assert face.answers[FaceAttribute.SMILE].value
        assert not face.answers[FaceAttribute.MOUTH_OPEN].value
        assert face.emotions[0][0] == "HAPPY"
        assert len(face.emotions) == 8
        assert face.eye_direction is not None


def test_one_attribute_runs_only_what_it_needs(
    mesh_model: MeshModel, iris_model: IrisModel, readers: Readers
) -> None:
    found = describer(mesh_model, iris_model, readers).describe(
        IMAGE, TWO_FACES, wanted=frozenset({FaceAttribute.MOUTH_OPEN})
    )
    assert [tuple(face.answers) for face in found] == [(FaceAttribute.MOUTH_OPEN,)] * 2
    assert [reader.asked for reader in readers[:2]] == [0, 1]


def test_a_picture_without_faces_has_no_descriptions(
    mesh_model: MeshModel, iris_model: IrisModel, readers: Readers
) -> None:
    faces = describer(mesh_model, iris_model, readers)
    assert faces.describe(IMAGE, NOBODY, wanted=ALL_ATTRIBUTES) == []


def test_where_the_mesh_sees_no_face_the_detected_points_stay(
    tmp_path: Path, iris_model: IrisModel, readers: Readers
) -> None:
    blind = MeshModel(
        steady_model(tmp_path, "mesh", {"landmarks": face_mesh(), "presence": np.array(-5.0)})
    )
    [first, _] = describer(blind, iris_model, readers).describe(
        IMAGE, TWO_FACES, wanted=frozenset({FaceAttribute.LANDMARKS})
    )
    assert first.landmarks["nose"].tolist() == [50, 60]
    assert first.landmarks["leftPupil"].tolist() == first.landmarks["eyeLeft"].tolist() == [30, 40]


def test_an_answer_carries_the_probability_of_the_value_given() -> None:
    yes, no = answer_of(2.0), answer_of(-2.0)
    assert yes.value
    assert not no.value
    assert yes.confidence == no.confidence == pytest.approx(0.8808, abs=1e-4)
    assert gender_of(2.0).value == "Male"
    assert gender_of(-0.1).confidence == pytest.approx(0.525, abs=1e-3)


def test_faceres_features_have_one_length(tmp_path: Path, mesh_model: MeshModel) -> None:
    said = {
        "features": np.arange(1024, dtype=np.float32),
        "age": np.eye(100, dtype=np.float32)[40],
        "gender": np.array([0.5], np.float32),
    }
    reader = FaceresReader(steady_model(tmp_path, "faceres", said))
    blocks = reader.read(Sight(IMAGE, TWO_FACES, mesh_model.run(IMAGE, TWO_FACES), None))
    assert np.linalg.norm(blocks["faceres"], axis=1) == pytest.approx([32, 32], rel=1e-5)
    assert blocks["faceres_guess"][0] == pytest.approx([0.4, 0.0], abs=1e-6)
    assert blocks["faceres_ages"].shape == (2, 20)
