"""Text to the numbers that text models take. The only user of `tokenizers`, an optional extra.

A pack brings its own vocabulary as the `tokenizer.json` that it was trained with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eyebright.errors import ConfigurationError, PackInvalid
from eyebright.geometry.arrays import AnyArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True, slots=True)
class TextShape:
    """How a model wants its text.

    length: ids in a text; what is shorter is filled with `pad`, what is longer is cut.
    end: the id after the last word. below: ids are 0 to `below` - 1.
    lower: the model has seen small letters only.
    """

    length: int
    pad: int
    end: int
    below: int
    lower: bool


class Words:
    """Texts as ids. Immutable, safe from any thread."""

    def __init__(self, tokenizer: Tokenizer, shape: TextShape) -> None:
        self._tokenizer = tokenizer
        self._shape = shape

    def ids(self, texts: Sequence[str]) -> AnyArray:
        """(N, length) int64. Raises PackInvalid when the vocabulary is larger than the model's."""
        shape = self._shape
        ids = np.full((len(texts), shape.length), shape.pad, np.int64)
        for row, text in zip(ids, texts, strict=True):
            words = self._tokenizer.encode(
                text.lower() if shape.lower else text, add_special_tokens=False
            ).ids[: shape.length - 1]
            row[: len(words)] = words
            row[len(words)] = shape.end
        if ids.size and ids.max() >= shape.below:
            raise PackInvalid(
                f"The pack's tokenizer gives the id {ids.max()}, and its model knows "
                f"{shape.below}: they do not belong together. Install the pack again."
            )
        return ids


def load_words(path: Path, shape: TextShape) -> Words:
    """Raises ConfigurationError when the extra is missing, PackInvalid when the file is broken."""
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ConfigurationError(
            "Open vocabulary needs the package `tokenizers`. Install it with: "
            "pip install 'eyebright[extended]'"
        ) from error
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing more special
        raise PackInvalid(f"{path} is no tokenizer: {error}. Install the pack again.") from error
    # A file may ask for cutting and filling of its own, and for text that nobody wrote.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return Words(tokenizer, shape)
