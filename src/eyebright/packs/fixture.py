"""Numeric fixtures: a picture made from a seed, and the numbers that a model must answer.

The bytes of an ONNX file may change with the version of the onnx package that writes it; its
answers may not. The reference is onnx's own evaluator, written in numpy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from onnx.reference import ReferenceEvaluator

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray, ByteArray
from eyebright.packs.fields import Fields

Feed: TypeAlias = ByteArray | Mapping[str, AnyArray]
"""(N, H, W, 3) uint8 pictures, or arrays by the names of a model's inputs."""
Runner: TypeAlias = Callable[[Path, Feed], Mapping[str, AnyArray]]
"""Runs the model at a path: name of output -> array."""

TOLERANCE = 1e-3
"""Allowed difference, as a share of the output's largest number (at least of 0.01). Runtimes differ
by about 1e-5; a swapped channel or a forgotten mean by far more than 1e-2."""
TOLERANCE_OF_WHOLE_NUMBERS = 0.05
"""For models of whole numbers: runtimes round a few numbers in a thousand to the other side, and on
coloured noise that adds up to 0.02."""
_SMALLEST_SCALE = 0.01
_BLOCK = 8
_SAMPLES = 8


@dataclass(frozen=True, slots=True)
class Expected:
    """One output: its shape, its mean and standard deviation, and eight of its numbers taken at
    equal distances."""

    shape: tuple[int, ...]
    mean: float
    deviation: float
    samples: tuple[float, ...]

    def values(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "shape": list(self.shape),
            "mean": self.mean,
            "deviation": self.deviation,
            "samples": list(self.samples),
        }


@dataclass(frozen=True, slots=True)
class Fixture:
    """size_hw: of the pictures; a batch of two is run, which also tests the free batch."""

    seed: str
    size_hw: tuple[int, int]
    outputs: Mapping[str, Expected]

    def values(self) -> dict[str, Any]:
        """As JSON holds it."""
        outputs = {name: output.values() for name, output in self.outputs.items()}
        return {"seed": self.seed, "size_hw": list(self.size_hw), "outputs": outputs}


def fixture_from_values(fields: Fields) -> Fixture:
    height, width = fields.items("size_hw")
    outputs = expected_from_values(fields.table("outputs"))
    return Fixture(fields.text("seed"), (int(height), int(width)), outputs)


def expected_from_values(fields: Fields) -> dict[str, Expected]:
    """Outputs by name, as `Expected.values` wrote them."""
    outputs = {}
    for name in fields.names():
        entry = fields.table(name)
        outputs[name] = Expected(
            shape=tuple(int(side) for side in entry.items("shape")),
            mean=entry.number("mean", default=float("nan")),
            deviation=entry.number("deviation", default=float("nan")),
            samples=tuple(float(value) for value in entry.items("samples")),
        )
    return outputs


def fixture_pictures(seed: str, size_hw: tuple[int, int]) -> ByteArray:
    """(2, H, W, 3) uint8: coloured blocks of 8 px, the same on every machine and version."""
    height, width = size_hw
    rows, columns = -(-height // _BLOCK), -(-width // _BLOCK)
    stream = hashlib.shake_256(seed.encode()).digest(2 * rows * columns * 3)
    blocks = np.frombuffer(stream, np.uint8).reshape(2, rows, columns, 3)
    pictures = blocks.repeat(_BLOCK, axis=1).repeat(_BLOCK, axis=2)
    return np.ascontiguousarray(pictures[:, :height, :width])


def make_fixture(
    model: Path, *, seed: str, size_hw: tuple[int, int], run: Runner | None = None
) -> Fixture:
    """The fixture that the model fulfils now."""
    answers = (run or run_reference)(model, fixture_pictures(seed, size_hw))
    return Fixture(seed, size_hw, {name: expected(values) for name, values in answers.items()})


def check_fixture(
    model: Path, fixture: Fixture, *, run: Runner | None = None, tolerance: float = TOLERANCE
) -> float:
    """The largest difference found, as a share (see TOLERANCE).

    Raises PackInvalid when an output is missing, has another shape, or differs by more.
    """
    answers = (run or run_reference)(model, fixture_pictures(fixture.seed, fixture.size_hw))
    if set(answers) != set(fixture.outputs):
        raise PackInvalid(f"{model.name} answers {sorted(answers)}, not {sorted(fixture.outputs)}.")
    worst = 0.0
    for name, wanted in fixture.outputs.items():
        difference = difference_from(wanted, answers[name], name=f"{model.name}: {name}")
        if not difference <= tolerance:
            raise PackInvalid(
                f"{model.name}: the numbers of {name} differ by {difference:.2g} from the pinned "
                f"ones; allowed is {tolerance:g}. Install the pack again; if that does not help, "
                "this machine's runtime computes it wrongly."
            )
        worst = max(worst, difference)
    return worst


def run_reference(model: Path, feed: Feed) -> dict[str, AnyArray]:
    """onnx's evaluator in numpy; slow (about a second a model) and independent of any runtime."""
    evaluator = ReferenceEvaluator(str(model))
    named = dict(feed) if isinstance(feed, Mapping) else {"images": feed}
    with np.errstate(over="ignore", under="ignore"):
        answers = evaluator.run(None, named)
    return dict(zip(evaluator.output_names, answers, strict=True))


def expected(values: AnyArray) -> Expected:
    """What an output that is as `values` now has to be later."""
    numbers = values.astype(np.float64)
    samples = tuple(_rounded(value) for value in _samples(numbers))
    return Expected(
        values.shape, _rounded(float(numbers.mean())), _rounded(float(numbers.std())), samples
    )


def _samples(values: AnyArray) -> AnyArray:
    places = np.linspace(0, values.size - 1, _SAMPLES).astype(np.intp)
    return values.reshape(-1)[places]


def _rounded(value: float) -> float:
    return float(f"{value:.7g}")


def difference_from(wanted: Expected, values: AnyArray, *, name: str) -> float:
    """As a share, see TOLERANCE. Raises PackInvalid when the shape is another one."""
    if values.shape != wanted.shape:
        raise PackInvalid(f"{name} has the shape {values.shape}, not {wanted.shape}.")
    numbers = values.astype(np.float64)
    found = np.array([numbers.mean(), numbers.std(), *_samples(numbers)])
    known = np.array([wanted.mean, wanted.deviation, *wanted.samples])
    scale = max(_SMALLEST_SCALE, float(np.abs(numbers).max()))
    return float(np.abs(found - known).max()) / scale
