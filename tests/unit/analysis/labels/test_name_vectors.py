"""Vectors of names: computed once, kept privately, renewed by what decides them."""

from __future__ import annotations

import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest

from eyebright.analysis.labels.name_vectors import FEW, NameEmbedder, VectorFile
from eyebright.errors import PackError, StorageError
from eyebright.geometry.arrays import FloatArray


class Tower:
    """Answers a vector that says how long the sentence is; remembers what it was asked."""

    def __init__(self) -> None:
        self.loads = 0
        self.asked: list[str] = []

    def load(self) -> Tower:
        self.loads += 1
        return self

    def __call__(self, sentences: Sequence[str]) -> Iterable[FloatArray]:
        for sentence in sentences:
            self.asked.append(sentence)
            yield np.array([len(sentence), 1.0], np.float32)


def embedder(folder: Path, tower: Tower, *, space: str = "a" * 64) -> NameEmbedder:
    return NameEmbedder(VectorFile(folder / "vectors", space, "labels"), tower.load)


def test_vectors_come_in_the_order_of_the_sentences(tmp_path: Path) -> None:
    vectors = embedder(tmp_path, Tower()).vectors(["dog", "a", "dog"])
    assert vectors[:, 0].tolist() == [3, 1, 3]


def test_what_was_embedded_is_not_embedded_again(tmp_path: Path) -> None:
    first, second = Tower(), Tower()
    embedder(tmp_path, first).vectors(["dog", "cat"])
    assert embedder(tmp_path, second).vectors(["cat", "dog"]).shape == (2, 2)
    assert (first.asked, second.loads) == (["dog", "cat"], 0)


def test_a_new_name_costs_only_itself(tmp_path: Path) -> None:
    embedder(tmp_path, Tower()).vectors(["dog", "cat"])
    tower = Tower()
    embedder(tmp_path, tower).vectors(["dog", "cat", "blue door"])
    assert tower.asked == ["blue door"]


def test_a_name_that_is_gone_is_gone_from_the_file(tmp_path: Path) -> None:
    embedder(tmp_path, Tower()).vectors(["dog", "my secret"])
    embedder(tmp_path, Tower()).prepare(["dog"])
    (file,) = (tmp_path / "vectors").glob("*.npz")
    with np.load(file) as arrays:
        assert arrays["sentences"].tolist() == ["dog"]


def test_another_model_begins_anew_and_the_old_file_goes(tmp_path: Path) -> None:
    embedder(tmp_path, Tower()).vectors(["dog"])
    tower = Tower()
    embedder(tmp_path, tower, space="b" * 64).vectors(["dog"])
    assert tower.asked == ["dog"]
    assert [path.name for path in (tmp_path / "vectors").glob("*.npz")] == [
        f"labels-{'b' * 16}.npz"
    ]


def test_many_new_names_are_not_made_in_passing(tmp_path: Path) -> None:
    tower = Tower()
    names = [f"name {index}" for index in range(FEW + 1)]
    with pytest.raises(PackError, match="eyebright packs prepare"):
        embedder(tmp_path, tower).vectors(names)
    assert tower.loads == 0
    heard: list[tuple[int, int]] = []
    embedder(tmp_path, tower).prepare(names, lambda done, of: heard.append((done, of)))
    assert heard[-1] == (FEW + 1, FEW + 1)
    assert embedder(tmp_path, Tower()).vectors(names).shape == (FEW + 1, 2)


def test_only_the_owner_may_read_the_names(tmp_path: Path) -> None:
    embedder(tmp_path, Tower()).vectors(["my secret"])
    (file,) = (tmp_path / "vectors").glob("*.npz")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def arrays(**changed: object) -> dict[str, object]:
    return {
        "sentences": np.array(["dog"]), "vectors": np.ones((1, 2), np.float32)
    } | changed  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive",
        arrays(vectors=np.ones((2, 2), np.float32)),
        arrays(vectors=np.full((1, 2), np.nan, np.float32)),
        arrays(vectors=np.ones((1, 2), np.float64)),
        arrays(sentences=np.array([{"a": 1}], object)),
        {"other": np.ones(1)},
    ],
    ids=["empty", "text", "count", "nan", "double", "pickle", "other"],
)
def test_a_broken_file_is_made_anew(tmp_path: Path, content: bytes | dict[str, object]) -> None:
    path = tmp_path / "vectors" / f"labels-{'a' * 16}.npz"
    path.parent.mkdir()
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        np.savez(path, **content)  # type: ignore[arg-type]
    tower = Tower()
    assert embedder(tmp_path, tower).vectors(["dog"]).tolist() == [[3, 1]]
    assert tower.asked == ["dog"]


def test_a_tower_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    embedder(tmp_path, Tower()).vectors(["dog"])

    def failing(sentences: Sequence[str]) -> Iterable[FloatArray]:
        yield np.ones(2, np.float32)
        raise PackError("broken")

    file = VectorFile(tmp_path / "vectors", "a" * 64, "labels")
    with pytest.raises(PackError, match="broken"):
        NameEmbedder(file, lambda: failing).vectors(["dog", "cat", "bird"])
    assert embedder(tmp_path, Tower()).vectors(["dog"]).shape == (1, 2)
    assert [path.name for path in file.folder.iterdir() if path.name.startswith(".new")] == []


def test_a_long_run_that_breaks_off_goes_on_where_it_was(tmp_path: Path) -> None:
    names = [f"name {index}" for index in range(600)]

    def failing(sentences: Sequence[str]) -> Iterable[FloatArray]:
        yield from (np.ones(2, np.float32) for _ in range(520))
        raise PackError("killed")

    file = VectorFile(tmp_path / "vectors", "a" * 64, "labels")
    with pytest.raises(PackError, match="killed"):
        NameEmbedder(file, lambda: failing).prepare(names)
    tower = Tower()
    assert embedder(tmp_path, tower).missing(names) == len(names) - 512
    embedder(tmp_path, tower).prepare(names)
    assert tower.asked == names[512:]


def test_a_home_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "vectors").write_text("a file")
    with pytest.raises(StorageError, match="cannot be made"):
        embedder(tmp_path, Tower()).vectors(["dog"])


def test_two_processes_at_once_make_the_vectors_once(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        import numpy as np
        from eyebright.analysis.labels.name_vectors import NameEmbedder, VectorFile

        def tower(sentences):
            for sentence in sentences:
                with open(sys.argv[1] + "/asked", "a") as log:
                    log.write(sentence + "\\n")
                time.sleep(0.05)
                yield np.array([len(sentence), 1.0], np.float32)

        file = VectorFile(Path(sys.argv[1]) / "vectors", "a" * 64, "labels")
        print(NameEmbedder(file, lambda: tower).vectors(["dog", "a", "four"])[:, 0].tolist())
        """
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [one.communicate()[0].strip() for one in both] == ["[3.0, 1.0, 4.0]"] * 2
    assert sorted((tmp_path / "asked").read_text().split()) == ["a", "dog", "four"]
