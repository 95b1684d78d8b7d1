"""Vectors of sentences, computed once and kept in the home.

A text tower takes about a tenth of a second for a sentence on one processor, five minutes for three
thousand. So what was embedded is kept in a file for each use ("labels", "moderation"), under a hash
of what decides the vectors: another tower, vocabulary or way of reading text begins anew; a changed
list of names costs only its new names. The file holds the names that are in use and no others, and
is private like everything in the home: a person's own names may say much.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eyebright.errors import PackError, StorageError
from eyebright.geometry.arrays import FloatArray
from eyebright.packs.locking import locked

FEW = 64
"""So many new sentences are embedded without being asked: less than ten seconds."""

_SAVE_EVERY = 256

Embed = Callable[[Sequence[str]], Iterable[FloatArray]]
"""Sentences to unit vectors, one by one."""
Heard = Callable[[int, int], None]
"""Hears how many sentences are done, of how many."""


@dataclass(frozen=True, slots=True)
class VectorFile:
    """folder: in the home. space: a hash of what decides a vector. use: what it is for."""

    folder: Path
    space: str
    use: str

    @property
    def path(self) -> Path:
        return self.folder / f"{self.use}-{self.space[:16]}.npz"


class NameEmbedder:
    """Names to vectors through a `VectorFile`.

    tower: loads what embeds; called only when something is new.
    """

    def __init__(self, file: VectorFile, tower: Callable[[], Embed]) -> None:
        self._file = file
        self._tower = tower

    def vectors(self, sentences: Sequence[str]) -> FloatArray:
        """(N, D) float32 of unit length, in the order of the sentences.

        Raises PackError when more than FEW are new: `prepare` is for those.
        """
        kept: Mapping[str, FloatArray] = _read(self._file.path)
        new = _missing(sentences, kept)
        if len(new) > FEW:
            raise PackError(
                f"{len(new)} names have no vector yet, which takes minutes. Make them with: "
                "eyebright packs prepare"
            )
        if new:
            kept = self.prepare(sentences)
        return np.stack([kept[sentence] for sentence in sentences])

    def missing(self, sentences: Sequence[str]) -> int:
        """How many of them would have to be embedded."""
        return len(_missing(sentences, _read(self._file.path)))

    def prepare(
        self, sentences: Sequence[str], heard: Heard = lambda _done, _all: None
    ) -> Mapping[str, FloatArray]:
        """Embed what is new and keep it. Another process that does the same is waited for; one
        that is killed loses the last few only."""
        path = self._file.path
        _make_private(self._file.folder)
        with locked(path.with_suffix(".lock")):
            kept = _read(path)
            new = _missing(sentences, kept)
            vectors = {sentence: kept[sentence] for sentence in sentences if sentence in kept}
            if new:
                for done, vector in enumerate(self._tower()(new), 1):
                    vectors[new[done - 1]] = vector
                    heard(done, len(new))
                    if done % _SAVE_EVERY == 0:
                        _write(path, vectors)
            if new or len(vectors) < len(kept):
                _write(path, vectors)
        return vectors


def _missing(sentences: Iterable[str], kept: Mapping[str, FloatArray]) -> list[str]:
    return [sentence for sentence in dict.fromkeys(sentences) if sentence not in kept]


def _read(path: Path) -> dict[str, FloatArray]:
    """What is kept; nothing when the file is missing or broken."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            sentences, vectors = arrays["sentences"], arrays["vectors"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    sound = vectors.ndim == 2 and vectors.dtype == np.float32 and sentences.dtype.kind == "U"
    if not sound or sentences.shape != vectors.shape[:1] or not np.isfinite(vectors).all():
        return {}
    return dict(zip(sentences.tolist(), vectors, strict=True))


def _write(path: Path, vectors: Mapping[str, FloatArray]) -> None:
    """Whole or not at all, for the owner only; files of other spaces go."""
    try:
        handle, name = tempfile.mkstemp(prefix=".new-", suffix=".npz", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            np.savez(file, sentences=np.array(list(vectors)), vectors=np.stack([*vectors.values()]))
        Path(name).replace(path)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error}.") from error
    use = path.name.rsplit("-", 1)[0]
    for other in path.parent.glob(f"{use}-*.npz"):
        if other != path:
            other.unlink(missing_ok=True)


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder} cannot be made: {error}.") from error
