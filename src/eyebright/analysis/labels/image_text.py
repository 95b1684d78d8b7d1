"""Pictures and sentences in one space: the two towers of an image-text model.

The layout of SigLIP: a picture tower and a text tower answer vectors, and a picture is as like a
sentence as sigmoid(scale * cosine + bias) says (`likeness.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from eyebright.analysis.labels.likeness import Likeness
from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray, ByteArray, FloatArray
from eyebright.imaging.crops import resize
from eyebright.packs.hashing import sha256_of_values
from eyebright.packs.pack import Pack
from eyebright.runtime.session import OnnxModel, Runtime
from eyebright.runtime.tokens import TextShape, Words, load_words

IMAGE_FILE = "image.onnx"
TEXT_FILE = "text.onnx"
WORDS_FILE = "tokenizer.json"
_IMAGE_OUTPUT = "embedding"
_TEXT_INPUT, _TEXT_OUTPUT = "input_ids", "pooler_output"
"""As the text tower is published; it is not converted."""


class ImageTower:
    """Pictures to unit vectors. The picture is stretched to a square, as in training."""

    def __init__(self, model: OnnxModel, *, side: int) -> None:
        self._model = model
        self._side = side

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime) -> ImageTower:
        """Raises PackInvalid when the pack has no such tower."""
        model = runtime.load(pack.model_path(IMAGE_FILE))
        if _IMAGE_OUTPUT not in model.output_names or len(model.input_names) != 1:
            raise PackInvalid(f"{IMAGE_FILE} of pack {pack.id} is no picture tower.")
        return cls(model, side=int(pack.number("image_text.side")))

    def embed(self, pixels: ByteArray) -> FloatArray:
        """(D,) float32 of unit length. The caller holds a slot."""
        square = resize(pixels, (self._side, self._side))
        vector: FloatArray = unit(self._model.run(square[None])[_IMAGE_OUTPUT])[0]
        return vector


class TextTower:
    """Sentences to unit vectors of the same space."""

    def __init__(self, model: OnnxModel, words: Words, runtime: Runtime) -> None:
        self._model = model
        self._words = words
        self._runtime = runtime

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime) -> TextTower:
        """Kept by nobody: it is large, and needed only when names change.

        Raises PackInvalid when the pack has no such tower, ConfigurationError without the extra.
        """
        words = load_words(pack.model_path(WORDS_FILE), _text_shape(pack))
        model = runtime.load_alone(pack.model_path(TEXT_FILE))
        if model.input_names != (_TEXT_INPUT,) or _TEXT_OUTPUT not in model.output_names:
            raise PackInvalid(f"{TEXT_FILE} of pack {pack.id} is no text tower.")
        return cls(model, words, runtime)

    def embed(self, sentences: Sequence[str]) -> Iterable[FloatArray]:
        """(D,) float32 of unit length for each sentence, one by one.

        Takes a slot for each, so that pictures are looked at in between.
        """
        ids = self._words.ids(sentences)
        for index in range(len(ids)):
            with self._runtime.slot():
                answer = self._model.run({_TEXT_INPUT: ids[index : index + 1]})
            yield from unit(answer[_TEXT_OUTPUT])


def likeness(pack: Pack) -> Likeness:
    """The pack's own."""
    return Likeness(pack.number("image_text.scale"), pack.number("image_text.bias"))


def text_space(pack: Pack) -> str:
    """A hash of all that decides a sentence's vector."""
    files = [pack.manifest.file(name).sha256 for name in (TEXT_FILE, WORDS_FILE)]
    return sha256_of_values([files, pack.table("image_text.text")])


def unit(vectors: AnyArray) -> FloatArray:
    """Each row of (N, D) at length 1. Raises PackInvalid for a vector of no or endless length."""
    lengths = np.linalg.norm(np.asarray(vectors, np.float64), axis=1, keepdims=True)
    if not np.all(np.isfinite(lengths) & (lengths > 0)):
        raise PackInvalid("A model answered a vector without a direction. Install its pack again.")
    units: FloatArray = (vectors / lengths).astype(np.float32)
    return units


def _text_shape(pack: Pack) -> TextShape:
    whole = {name: int(pack.number(f"image_text.text.{name}")) for name in _TEXT_NUMBERS}
    return TextShape(**whole, lower=pack.table("image_text.text").get("lower") is True)


_TEXT_NUMBERS = ("length", "pad", "end", "below")
