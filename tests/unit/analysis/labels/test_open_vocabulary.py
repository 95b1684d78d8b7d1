"""The towers of the tiny pack, installed from archives that lie in the cache already."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from eyebright.analysis.labels.image_text import (
    ImageTower,
    TextTower,
    likeness,
    text_space,
    unit,
)
from eyebright.analysis.labels.likeness import Likeness
from eyebright.analysis.labels.open_vocabulary import OpenVocabularyClassifier, label_sentences
from eyebright.errors import PackInvalid
from eyebright.imaging.image import Image
from eyebright.packs.install import Installation
from eyebright.packs.pack import Pack
from eyebright.packs.recipe import read_recipe
from eyebright.runtime.session import Runtime
from eyebright.testing.extended_pack import BIAS, SCALE, WORDS, tiny_files, write_recipe


def installed(tmp_path: Path, changed: Mapping[str, bytes] | None = None) -> Pack:
    files = tiny_files() | dict(changed or {})
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    for name, data in files.items():
        (downloads / name).write_bytes(data)
    folder = write_recipe(tmp_path / "recipe", "https://example.org", files)
    installation = Installation(
        tmp_path / "packs", downloads, run=lambda model, feed: Runtime().load(model).run(feed)
    )
    return installation.install(read_recipe(folder))


def picture(*colour: int) -> Image:
    return Image(np.full((30, 50, 3), colour, np.uint8), "PNG", b"", (50, 30))


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return installed(tmp_path)


def test_a_picture_and_a_sentence_of_its_colour_point_the_same_way(pack: Pack) -> None:
    runtime = Runtime()
    image = ImageTower.load(pack, runtime).embed(picture(0, 0, 255).pixels)
    blue, red = TextTower.load(pack, runtime).embed(["Blue", "red"])
    assert float(image @ blue) == pytest.approx(1.0, abs=0.01)
    assert float(image @ red) == pytest.approx(0.0, abs=0.01)


def test_scores_are_the_packs_own_curve(pack: Pack) -> None:
    assert likeness(pack) == Likeness(SCALE, BIAS)
    scores = likeness(pack).scores(np.array([0.7, 1.0, -1.0]))
    np.testing.assert_allclose(scores, 1 / (1 + np.exp([0, -6, 34])), rtol=1e-5)


def test_names_below_the_floor_are_left_out(pack: Pack, tmp_path: Path) -> None:
    names = ["Red", "Green", "Red Door"]
    vision = OpenVocabularyClassifier.load(pack, Runtime(), names=names, home=tmp_path)
    seen = vision.classify(picture(255, 0, 0))
    assert set(seen.scores) == {"Red", "Red Door"}
    assert seen.features.dtype == np.float32
    assert np.linalg.norm(seen.features) == pytest.approx(1.0)


def test_the_text_tower_is_not_loaded_when_all_vectors_are_kept(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = Runtime()
    OpenVocabularyClassifier.load(pack, runtime, names=["Red"], home=tmp_path)

    def refused(*_given: object) -> TextTower:
        raise AssertionError("The text tower was loaded again.")

    monkeypatch.setattr(TextTower, "load", refused)
    vision = OpenVocabularyClassifier.load(pack, runtime, names=["Red"], home=tmp_path)
    assert vision.classify(picture(255, 0, 0)).scores["Red"] > 0.9


def test_another_text_tower_is_another_space(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    words = (*WORDS[:5], "door", "blue", "photo", "scarlet")
    one = installed(tmp_path / "one")
    other = installed(tmp_path / "other", tiny_files(words=words))
    assert text_space(one) != text_space(other)
    home = tmp_path / "home"
    for pack in (one, other):
        vision = OpenVocabularyClassifier.load(pack, Runtime(), names=["Blue"], home=home)
        assert vision.classify(picture(0, 0, 255)).scores["Blue"] > 0.9
    assert len(list((home / "name-vectors").glob("*.npz"))) == 1


def test_the_prompt_of_the_pack_is_used(pack: Pack) -> None:
    assert label_sentences(pack, ["Red Door"]) == ("photo Red Door",)


def test_a_vector_without_a_direction_is_refused() -> None:
    for values in ([[0.0, 0.0]], [[np.nan, 1.0]], [[np.inf, 1.0]]):
        with pytest.raises(PackInvalid, match="without a direction"):
            unit(np.array(values, np.float32))


def test_a_pack_of_other_models_is_refused(tmp_path: Path, pack: Pack) -> None:
    image, text = pack.model_path("image.onnx"), pack.model_path("text.onnx")
    image_bytes, text_bytes = image.read_bytes(), text.read_bytes()
    image.write_bytes(text_bytes)
    text.write_bytes(image_bytes)
    with pytest.raises(PackInvalid, match="no picture tower"):
        ImageTower.load(pack, Runtime())
    with pytest.raises(PackInvalid, match="no text tower"):
        TextTower.load(pack, Runtime())
