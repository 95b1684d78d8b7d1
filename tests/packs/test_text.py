"""The text pack as it is installed on this machine: its numbers, and that it reads."""

from __future__ import annotations

import dataclasses
import hashlib
import os

import cv2
import numpy as np
import pytest

from eyebright.analysis.text.reader import DETECTOR_FILE, RECOGNISER_FILE, PaddleReader
from eyebright.app.sight import InstalledPacks
from eyebright.errors import ConfigurationError, PackNotInstalled
from eyebright.imaging.image import Image
from eyebright.packs.fixture import check_fixture, fixture_pictures
from eyebright.packs.pack import Pack, load_pack
from eyebright.packs.recipe import bundled_recipe
from eyebright.packs.verify import verify_files
from eyebright.runtime.session import Runtime
from eyebright.settings import read_settings

pytestmark = pytest.mark.pack


@pytest.fixture(scope="module")
def pack() -> Pack:
    try:
        return load_pack(read_settings(os.environ).packs_directory, "text")
    except PackNotInstalled as error:
        pytest.fail(error.message)


@pytest.fixture(scope="module")
def reader(pack: Pack) -> PaddleReader:
    return PaddleReader.load(pack, Runtime())


def page(*lines: str, quarters: int = 0) -> Image:
    """White paper with printed lines, turned anticlockwise by quarters."""
    pixels = np.full((120 * len(lines) + 40, 900, 3), 255, np.uint8)
    for row, line in enumerate(lines):
        at = (40, 120 * row + 90)
        cv2.putText(pixels, line, at, cv2.FONT_HERSHEY_SIMPLEX, 2, (0, 0, 0), 5, cv2.LINE_AA)
    pixels = np.ascontiguousarray(np.rot90(pixels, quarters))
    height, width = pixels.shape[:2]
    digest = hashlib.sha256(pixels.tobytes()).digest()
    return Image(pixels=pixels, format="PNG", content_sha256=digest, full_size_wh=(width, height))


def test_the_pack_was_made_from_the_present_recipe(pack: Pack) -> None:
    recipe = bundled_recipe("text")
    assert pack.manifest.recipe_digest == recipe.digest, "run: eyebright packs install text"
    verify_files(pack.directory, pack.manifest)


@pytest.mark.parametrize("name", [DETECTOR_FILE, RECOGNISER_FILE])
def test_the_runtime_gives_the_pinned_numbers(pack: Pack, name: str) -> None:
    runtime = Runtime()
    fixture = bundled_recipe("text").pins.fixtures[name]
    check_fixture(
        pack.model_path(name), fixture, run=lambda path, given: runtime.load(path).run(given)
    )
    assert fixture_pictures(fixture.seed, fixture.size_hw).shape[0] == 2


def test_the_recogniser_names_its_characters(reader: PaddleReader) -> None:
    alphabet = reader.recogniser.alphabet
    assert len(alphabet) == 18_710
    assert (alphabet[0], alphabet[-1]) == ("", " ")
    assert set("Aaéß0$Ω東あ") <= set(alphabet)


@pytest.mark.parametrize("quarters", range(4))
def test_printed_lines_are_read_however_they_are_turned(
    reader: PaddleReader, quarters: int
) -> None:
    lines = reader.read(page("Hello world 2026", "Second line", quarters=quarters))
    assert sorted(line.text for line in lines) == ["Hello world 2026", "Second line"]
    words = [word.text for line in lines for word in line.words]
    assert sorted(words) == ["2026", "Hello", "Second", "line", "world"]
    assert min(word.score for line in lines for word in line.words) > 0.8


def test_columns_are_lines_of_their_own(reader: PaddleReader) -> None:
    lines = reader.read(page("Coffee            3.20", "Tea                 2.80"))
    assert [line.text for line in lines] == ["Coffee", "3.20", "Tea", "2.80"]


def test_a_blank_page_says_nothing(reader: PaddleReader) -> None:
    assert reader.read(page("")) == ()


def test_languages_that_are_missing_are_said_when_the_reader_is_loaded(
    pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    settings = dataclasses.replace(read_settings(os.environ), text_languages="kor")
    with pytest.raises(ConfigurationError, match="tesseract-ocr-kor"):
        InstalledPacks(settings, Runtime()).text()
    assert pack.id == "text"
