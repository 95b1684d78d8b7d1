"""The real tokenizer library on a vocabulary of a few words."""

from __future__ import annotations

import builtins
import json
from pathlib import Path
from typing import Any

import pytest

from eyebright.errors import ConfigurationError, PackInvalid
from eyebright.runtime.tokens import TextShape, load_words
from eyebright.testing.extended_pack import WORDS, tokenizer

SHAPE = TextShape(length=6, pad=0, end=1, below=len(WORDS), lower=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "tokenizer.json"
    file.write_bytes(tokenizer(WORDS))
    return file


def test_text_becomes_ids_with_an_end_and_filling(path: Path) -> None:
    ids = load_words(path, SHAPE).ids(["a RED door", "", "red"])
    assert ids.tolist() == [[2, 3, 6, 1, 0, 0], [1, 0, 0, 0, 0, 0], [3, 1, 0, 0, 0, 0]]


def test_long_text_is_cut_and_keeps_its_end(path: Path) -> None:
    (ids,) = load_words(path, SHAPE).ids(["red green blue red green blue red"]).tolist()
    assert ids == [3, 4, 5, 3, 4, 1]


def test_the_files_own_filling_and_cutting_do_not_count(tmp_path: Path) -> None:
    document = json.loads(tokenizer(WORDS))
    document["truncation"] = {
        "direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0
    }  # fmt: skip
    document["padding"] = {
        "strategy": {"Fixed": 9}, "direction": "Left", "pad_to_multiple_of": None,
        "pad_id": 7, "pad_type_id": 0, "pad_token": "photo",
    }  # fmt: skip
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(document))
    assert load_words(path, SHAPE).ids(["red green blue"]).tolist() == [[3, 4, 5, 1, 0, 0]]


@pytest.mark.parametrize("text", [b"", b"{}", b'{"model": {"type": "Virus"}}', b"\xff\xfe", b"[1]"])
def test_a_broken_vocabulary_is_named(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_bytes(text)
    with pytest.raises(PackInvalid, match="is no tokenizer"):
        load_words(path, SHAPE)


def test_a_vocabulary_of_another_model_is_refused(path: Path) -> None:
    small = TextShape(length=6, pad=0, end=1, below=4, lower=True)
    with pytest.raises(PackInvalid, match="do not belong together"):
        load_words(path, small).ids(["door"])


def test_without_the_extra_its_name_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "tokenizers":
            raise ImportError(name)
        return usual(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigurationError, match=r"pip install 'eyebright\[extended\]'"):
        load_words(path, SHAPE)
