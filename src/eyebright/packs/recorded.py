"""Numbers recorded by the install, for models that nobody here ran when the recipe was written.

The weights are the pinned ones either way. What is missing is somebody who ran them before, so the
install checks what can be checked without: the model runs, answers what the recipe says in the
shapes that it says, with finite numbers, and different ones for different inputs. The answers are
kept beside the model; `packs verify` holds this machine to them later.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray
from eyebright.packs.fields import Fields
from eyebright.packs.fixture import (
    TOLERANCE,
    Feed,
    Runner,
    difference_from,
    expected,
    expected_from_values,
    fixture_pictures,
    run_reference,
)
from eyebright.packs.hashing import sha256_of_file
from eyebright.packs.manifest import PackFile
from eyebright.packs.progress import Progress
from eyebright.packs.recipe import BuiltFile, IdsInput, Recipe

RECORDED_FILE = "numbers.json"
"""In an installed pack: model -> output -> numbers."""
_EXAMPLES = 2


def record_numbers(
    recipe: Recipe, folder: Path, *, run: Runner | None, progress: Progress
) -> tuple[PackFile, ...]:
    """Run every model whose numbers are not pinned; write what they answer.

    Returns the written file, or nothing when all are pinned. Raises PackInvalid when a model does
    not do what the recipe says.
    """
    models = _unpinned(recipe)
    if not models:
        return ()
    numbers = {}
    for file in models:
        progress(f"check {file.file}", 0, 0)
        answers = _answers(recipe, file, folder, run)
        numbers[file.file] = {name: expected(each).values() for name, each in answers.items()}
    path = folder / RECORDED_FILE
    path.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")
    return (PackFile(RECORDED_FILE, "text", path.stat().st_size, sha256_of_file(path)),)


def check_recorded(recipe: Recipe, folder: Path, *, run: Runner | None) -> None:
    """Raises PackInvalid when a model answers otherwise than at install."""
    models = _unpinned(recipe)
    if not models:
        return
    path = folder / RECORDED_FILE
    try:
        recorded = Fields(json.loads(path.read_text(encoding="utf-8")), str(path))
    except (OSError, ValueError) as error:
        raise PackInvalid(f"{path} cannot be read: {error}") from error
    for file in models:
        wanted = expected_from_values(recorded.table(file.file))
        for name, values in _answers(recipe, file, folder, run).items():
            difference = difference_from(wanted[name], values, name=f"{file.file}: {name}")
            if not difference <= TOLERANCE:
                raise PackInvalid(
                    f"{file.file}: the numbers of {name} differ by {difference:.2g} from those at "
                    f"install; allowed is {TOLERANCE:g}. Did the runtime change? Install the pack "
                    f"again: eyebright packs install {recipe.id} --rebuild"
                )


def _unpinned(recipe: Recipe) -> list[BuiltFile]:
    return [file for file in recipe.files if not file.pinned]


def _answers(
    recipe: Recipe, file: BuiltFile, folder: Path, run: Runner | None
) -> dict[str, AnyArray]:
    """The declared outputs for the examples, one after the other: name -> (examples, ...).

    One at a time, because some published models take no more.
    """
    try:
        each = [
            (run or run_reference)(folder / file.file, feed) for feed in _examples(recipe, file)
        ]
    except ValueError as error:
        raise PackInvalid(f"{file.file} does not take what the recipe says: {error}") from error
    answers = {}
    for output in file.outputs:
        arrays = [_checked(one, output.name, output.shape, model=file.file) for one in each]
        answers[output.name] = np.concatenate(arrays)
    if answers and all(np.array_equal(values[0], values[-1]) for values in answers.values()):
        raise PackInvalid(f"{file.file} answers the same to everything; it cannot be used.")
    return answers


def _checked(
    answers: Mapping[str, AnyArray], name: str, shape: tuple[int | str, ...], *, model: str
) -> AnyArray:
    values = answers.get(name)
    if values is None:
        raise PackInvalid(f"{model} answers {', '.join(sorted(answers))}, but no {name}.")
    fits = len(values.shape) == len(shape) + 1 and values.shape[0] == 1
    sides = zip(values.shape[1:], shape, strict=False)
    if not fits or any(isinstance(side, int) and found != side for found, side in sides):
        raise PackInvalid(f"{model}: {name} has the shape {values.shape}, not {(1, *shape)}.")
    if not np.issubdtype(values.dtype, np.floating) or not np.isfinite(values).all():
        raise PackInvalid(f"{model}: {name} holds something else than finite numbers.")
    return values


def _examples(recipe: Recipe, file: BuiltFile) -> list[Feed]:
    seed = f"{recipe.id}/{file.file}"
    if not file.inputs:
        pictures = fixture_pictures(seed, file.fixture_hw)
        return [pictures[index : index + 1] for index in range(_EXAMPLES)]
    return [
        {one.name: _ids(f"{seed}/{one.name}/{index}", one) for one in file.inputs}
        for index in range(_EXAMPLES)
    ]


def _ids(seed: str, one: IdsInput) -> AnyArray:
    """(1, *shape) int64, the same on every machine."""
    count = int(np.prod(one.shape))
    stream = hashlib.shake_256(seed.encode()).digest(4 * count)
    ids = np.frombuffer(stream, "<u4").astype(np.int64) % one.below
    return ids.reshape(1, *one.shape)
