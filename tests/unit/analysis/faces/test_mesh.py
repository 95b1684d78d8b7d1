import numpy as np

from eyebright.analysis.faces.mesh import decode
from eyebright.geometry.transforms import similarity, transform_points


def test_mesh_points_come_back_in_pixels_of_the_picture() -> None:
    matrix = similarity(scale=2.0, degrees=30, centre_xy=(100, 80), to_xy=(96, 96))
    truth = np.random.default_rng(0).uniform(50, 150, (468, 2)).astype(np.float32)
    depth = np.linspace(-5, 5, 468, dtype=np.float32)
    in_crop = np.column_stack([transform_points(matrix, truth), 2.0 * depth])[None]

    meshes = decode({"landmarks": in_crop, "presence": np.array([3.0])}, matrix[None])

    np.testing.assert_allclose(meshes.points[0, :, :2], truth, atol=1e-3)
    np.testing.assert_allclose(meshes.points[0, :, 2], depth, atol=1e-5)
    assert meshes.presence.tolist() == [3.0]


def test_no_faces_make_empty_meshes() -> None:
    outputs = {"landmarks": np.empty((0, 468, 3)), "presence": np.empty(0)}
    assert decode(outputs, np.empty((0, 2, 3))).points.shape == (0, 468, 3)
