"""The pack "shots" at work: how likely the shot changes at each frame of a hundred."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Self

import numpy as np

from eyebright.analysis.segments.vision import Transitions
from eyebright.geometry.arrays import ByteArray
from eyebright.packs.pack import Pack
from eyebright.runtime.session import OnnxModel, Runtime

MODEL_FILE = "transitions.onnx"


@dataclass(frozen=True, slots=True, eq=False)
class TransitionNet:
    """What `vision.TransitionVision` asks for. Safe from any thread.

    slot: room for one picture, as `Runtime.slot`.
    """

    model: OnnxModel
    slot: Callable[[], AbstractContextManager[None]]

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime) -> Self:
        """Raises PackInvalid when the model is missing."""
        return cls(runtime.load(pack.model_path(MODEL_FILE)), runtime.slot)

    def look(self, frames: ByteArray) -> Transitions:
        with self.slot():
            outputs = self.model.run(frames)
        return Transitions(
            middles=np.asarray(outputs["changes"], np.float32).reshape(-1),
            members=np.asarray(outputs["blends"], np.float32).reshape(-1),
        )
