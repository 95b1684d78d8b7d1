from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eyebright.errors import PackInvalid
from eyebright.packs.converters.convert import convert
from eyebright.packs.converters.interface import InputSpec, OutputSpec
from eyebright.packs.fields import Fields
from eyebright.packs.fixture import (
    Fixture,
    check_fixture,
    fixture_from_values,
    fixture_pictures,
    make_fixture,
    run_reference,
)
from eyebright.packs.hashing import sha256_of_bytes


def write_model(path: Path, tiny_model: bytes, picture: InputSpec) -> Path:
    outputs = [OutputSpec("embedding", "features", (4,))]
    path.write_bytes(convert("onnx", {"m": tiny_model}, picture=picture, outputs=outputs))
    return path


@pytest.fixture
def model(tmp_path: Path, tiny_model: bytes) -> Path:
    return write_model(tmp_path / "m.onnx", tiny_model, InputSpec((8, 8), scale=1 / 255))


def test_the_picture_of_a_seed_never_changes() -> None:
    pictures = fixture_pictures("seed", (12, 20))
    assert pictures.shape == (2, 12, 20, 3)
    assert (pictures[0, 0, 0] == pictures[0, 7, 7]).all()
    assert sha256_of_bytes(pictures.tobytes()).startswith("6f1655534bd3c312")


def test_a_model_fulfils_its_own_fixture(model: Path) -> None:
    fixture = make_fixture(model, seed="s", size_hw=(8, 8))
    assert fixture.outputs["embedding"].shape == (2, 4)
    assert check_fixture(model, fixture) < 1e-6
    again = fixture_from_values(Fields(fixture.values(), "fixture"))
    assert again == fixture


@pytest.mark.parametrize(
    "picture",
    [
        InputSpec((8, 8), scale=1 / 255, channels="bgr"),
        InputSpec((8, 8), scale=1 / 255, mean=(2.0,)),
        InputSpec((8, 8), scale=1 / 250),
    ],
    ids=["channels swapped", "mean forgotten", "scale a little off"],
)
def test_a_wrong_preparation_is_found(
    model: Path, tmp_path: Path, tiny_model: bytes, picture: InputSpec
) -> None:
    fixture = make_fixture(model, seed="s", size_hw=(8, 8))
    other = write_model(tmp_path / "other.onnx", tiny_model, picture)
    with pytest.raises(PackInvalid, match=r"numbers of embedding differ by"):
        check_fixture(other, fixture)


def test_an_output_of_another_name_or_shape_is_found(model: Path) -> None:
    fixture = make_fixture(model, seed="s", size_hw=(8, 8))
    with pytest.raises(PackInvalid, match="answers"):
        check_fixture(model, Fixture("s", (8, 8), {}))
    shaped = replace(fixture.outputs["embedding"], shape=(2, 5))
    with pytest.raises(PackInvalid, match="shape"):
        check_fixture(model, Fixture("s", (8, 8), {"embedding": shaped}))


def test_a_runtime_that_answers_not_a_number_is_found(model: Path) -> None:
    fixture = make_fixture(model, seed="s", size_hw=(8, 8))

    def broken(path: Path, pictures: object) -> dict[str, np.ndarray]:
        return {"embedding": np.full((2, 4), np.nan, np.float32)}

    with pytest.raises(PackInvalid, match="differ"):
        check_fixture(model, fixture, run=broken)


def test_the_reference_runs_any_batch(model: Path) -> None:
    pictures = np.zeros((5, 8, 8, 3), np.uint8)
    assert run_reference(model, pictures)["embedding"].shape == (5, 4)
