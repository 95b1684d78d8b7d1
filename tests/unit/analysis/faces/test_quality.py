import cv2
import numpy as np
import pytest

from eyebright.analysis.faces.observation import Detections
from eyebright.analysis.faces.quality import qualities, quality_of_crop, sharpness
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.image import Image


def face_like(seed: int = 0) -> ByteArray:
    """Smooth shading with fine structure on top, as skin, lashes and hair make it."""
    rng = np.random.default_rng(seed)
    coarse = cv2.resize(rng.uniform(60, 190, (7, 7)).astype(np.float32), (112, 112))
    fine = cv2.GaussianBlur(rng.normal(0, 60, (112, 112)).astype(np.float32), (0, 0), 1.0)
    return np.repeat(np.clip(coarse + fine, 0, 255)[..., None], 3, axis=2).astype(np.uint8)


@pytest.mark.parametrize("seed", range(5))
def test_sharpness_falls_with_blur(seed: int) -> None:
    picture = face_like(seed)
    blurred = [
        np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)
        for sigma in (0.7, 1.2, 2, 3, 5)
    ]
    values = [quality_of_crop(crop).sharpness for crop in (picture, *blurred)]
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.6
    assert values[-1] < 0.1


@pytest.mark.parametrize("seed", range(5))
def test_sharpness_falls_with_resolution(seed: int) -> None:
    picture = face_like(seed)
    values = []
    for side in (112, 56, 28, 14):
        small = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
        again = np.asarray(cv2.resize(small, (112, 112)), np.uint8)
        values.append(quality_of_crop(again).sharpness)
    assert values == sorted(values, reverse=True)


def test_brightness_is_the_mean_luma_and_does_not_touch_sharpness_much() -> None:
    picture = face_like()
    dark = (picture // 3).astype(np.uint8)
    assert quality_of_crop(np.full((112, 112, 3), 51, np.uint8)).brightness == pytest.approx(0.2)
    assert quality_of_crop(dark).brightness < quality_of_crop(picture).brightness
    assert quality_of_crop(dark).sharpness == pytest.approx(
        quality_of_crop(picture).sharpness, abs=0.15
    )


def test_a_flat_picture_is_not_sharp() -> None:
    assert sharpness(np.full((93, 86), 120, np.float32)) < 0.01


def test_each_face_has_its_own_quality() -> None:
    pixels = np.zeros((120, 240, 3), np.uint8)
    pixels[:, 120:] = 200
    points = np.array([[40, 40], [80, 40], [60, 60], [45, 85], [75, 85]], np.float32)
    faces = Detections(
        np.array([[10, 10, 110, 110], [130, 10, 230, 110]], np.float32),
        np.ones(2, np.float32),
        np.stack([points, points + np.array([120, 0])]).astype(np.float32),
    )
    found = qualities(Image(pixels, "PNG", b"", (240, 120)), faces)
    assert [round(quality.brightness, 2) for quality in found] == [0.0, 0.78]
