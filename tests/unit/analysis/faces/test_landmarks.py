import numpy as np

from eyebright.analysis.faces.landmarks import (
    FIVE_NAMES,
    five_landmarks,
    five_points_of_mesh,
    thirty_landmarks,
)

POINTS = np.array([[30, 40], [70, 40], [50, 60], [35, 80], [65, 80]], np.float32)
PUPILS = np.array([[31, 41], [71, 39]], np.float32)
AWS_ORDER = [
    "eyeLeft",
    "eyeRight",
    "mouthLeft",
    "mouthRight",
    "nose",
    "leftEyeBrowLeft",
    "leftEyeBrowRight",
    "leftEyeBrowUp",
    "rightEyeBrowLeft",
    "rightEyeBrowRight",
    "rightEyeBrowUp",
    "leftEyeLeft",
    "leftEyeRight",
    "leftEyeUp",
    "leftEyeDown",
    "rightEyeLeft",
    "rightEyeRight",
    "rightEyeUp",
    "rightEyeDown",
    "noseLeft",
    "noseRight",
    "mouthUp",
    "mouthDown",
    "leftPupil",
    "rightPupil",
    "upperJawlineLeft",
    "midJawlineLeft",
    "chinBottom",
    "midJawlineRight",
    "upperJawlineRight",
]


def some_mesh() -> np.ndarray:
    return np.random.default_rng(1).uniform(0, 100, (468, 3)).astype(np.float32)


def test_five_landmarks_have_the_mouth_before_the_nose() -> None:
    named = five_landmarks(POINTS)
    assert tuple(named) == FIVE_NAMES
    assert named["nose"].tolist() == [50, 60]
    assert named["mouthRight"].tolist() == [65, 80]


def test_all_thirty_come_in_the_order_of_aws() -> None:
    assert list(thirty_landmarks(POINTS, some_mesh(), pupils=PUPILS)) == AWS_ORDER


def test_the_pupils_are_the_eyes_digit_for_digit() -> None:
    named = thirty_landmarks(POINTS, some_mesh(), pupils=PUPILS)
    assert named["leftPupil"].tolist() == named["eyeLeft"].tolist() == [31, 41]
    assert named["rightPupil"].tolist() == named["eyeRight"].tolist() == [71, 39]


def test_a_landmark_of_two_mesh_points_lies_between_them() -> None:
    mesh = some_mesh()
    named = thirty_landmarks(POINTS, mesh, pupils=PUPILS)
    np.testing.assert_allclose(named["noseLeft"], (mesh[97, :2] + mesh[98, :2]) / 2, rtol=1e-6)
    np.testing.assert_allclose(named["chinBottom"], mesh[152, :2])


def test_the_five_points_of_a_mesh_have_the_order_of_detections() -> None:
    mesh = some_mesh()
    points = five_points_of_mesh(mesh, pupils=PUPILS)
    assert points.shape == (5, 2)
    np.testing.assert_allclose(points[:2], PUPILS)
    np.testing.assert_allclose(points[2:], mesh[[1, 61, 291], :2])
