"""The heads and rules that come with Eyebright fit the code that reads them."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from eyebright.analysis.equipment.covers import HEADS_FILE, LOWER_FACE, UPPER_FACE, blocks_of
from eyebright.analysis.equipment.summary import LEAST_SCORE
from eyebright.analysis.faces.heads import read_head
from eyebright.packs.recipe import read_recipe

FOLDER = Path(str(resources.files("eyebright.packs"))) / "recipes/equipment"


@pytest.mark.parametrize(
    ("name", "block"), [("WORN", LOWER_FACE), ("COVERS", LOWER_FACE), ("HAT", UPPER_FACE)]
)
def test_each_head_reads_a_block_of_the_texture(name: str, block: str) -> None:
    with np.load(FOLDER / HEADS_FILE) as arrays:
        head = read_head(dict(arrays), name)
    (model,) = [file for file in read_recipe(FOLDER).files if file.file == "face_texture.onnx"]
    shape = [int(side) for side in model.outputs[0].shape]
    blocks = blocks_of(np.zeros((2, *shape), np.float32))
    assert head.blocks == (block,)
    assert head.probabilities(blocks).shape == (2, 1)


def test_the_rules_are_in_an_order_that_makes_sense() -> None:
    covers = read_recipe(FOLDER).parameters["covers"]
    assert 0 < covers["worn_absent"] < covers["worn_found"] < 1
    assert covers["worn_found"] >= LEAST_SCORE
    assert 0 < covers["hat_absent"] < 0.1
