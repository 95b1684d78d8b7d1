"""The average face that looks into the camera, from many meshes: what pose is measured against."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eyebright.analysis.faces.pose import RIGID_POINTS, face_rotation, pose_of_mesh
from eyebright.geometry.arrays import FloatArray

Points = NDArray[np.float64]
_ROUNDS = 8
_NEARLY_FRONTAL_DEGREES = 15.0
_OUTER_CORNERS = (33, 263)
_FOREHEAD, _BRIDGE = 10, 168


def average_frontal_face(meshes: FloatArray) -> FloatArray:
    """(len(RIGID_POINTS), 3), symmetric, looking ahead, from (N, 468, 3).

    Yaw and roll are zero by symmetry. Pitch is zero where the median face that looks roughly ahead
    has it: people on photographs look into the camera.
    """
    face = _oriented(_symmetric(_mean_shape(meshes)))
    tilt = np.radians(_median_pitch(meshes, face))
    cosine, sine = np.cos(-tilt), np.sin(-tilt)
    about_x = np.array([[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]])
    return np.asarray(face @ about_x.T, np.float32)


def _mean_shape(meshes: FloatArray) -> Points:
    shapes = [_normal(mesh[list(RIGID_POINTS)].astype(float)) for mesh in meshes]
    mean = shapes[0]
    for _ in range(_ROUNDS):
        turned = [shape @ _rotation_onto(shape, mean) for shape in shapes]
        mean = _normal(np.median(turned, axis=0))
    return mean


def _symmetric(face: Points) -> Points:
    """The mean of a face and its mirror image."""
    mirror, partners = face * [-1, 1, 1], np.arange(len(face))
    for _ in range(20):
        partners = ((face[:, None] - mirror[None]) ** 2).sum(axis=2).argmin(axis=1)
        turn = _rotation_onto(face, mirror[partners])
        mirror = mirror @ turn.T
    return _normal((face + mirror[partners]) / 2)


def _oriented(face: Points) -> Points:
    """Axes as in a picture: right along the eyes, down from the forehead, away from the camera."""
    place = {point: face[index] for index, point in enumerate(RIGID_POINTS)}
    right = place[_OUTER_CORNERS[1]] - place[_OUTER_CORNERS[0]]
    right = right / np.linalg.norm(right)
    down = place[_BRIDGE] - place[_FOREHEAD]
    down = down - right * (down @ right)
    down = down / np.linalg.norm(down)
    return np.asarray(face @ np.array([right, down, np.cross(right, down)]).T)


def _median_pitch(meshes: FloatArray, face: Points) -> float:
    frontal = face.astype(np.float32)
    poses = [pose_of_mesh(mesh, frontal) for mesh in meshes]
    ahead = [pose.pitch for pose in poses if abs(pose.yaw) < _NEARLY_FRONTAL_DEGREES]
    return float(np.median(ahead))


def _rotation_onto(shape: Points, target: Points) -> Points:
    """R with shape @ R as near as can be to target."""
    spread = np.zeros((468, 3), np.float32)
    spread[list(RIGID_POINTS)] = shape
    return np.asarray(face_rotation(spread, target.astype(np.float32)))


def _normal(shape: Points) -> Points:
    centred = shape - shape.mean(axis=0)
    return np.asarray(centred / np.sqrt((centred**2).sum(axis=1).mean()))
