"""Objects from detectors of the DETR family (D-FINE, RF-DETR): N guesses, no suppression.

The net answers for a picture stretched to a square: logits (1, Q, C), one number for each class of
each of Q guesses, independent of each other; and boxes (1, Q, 4), centre and size as shares of the
sides.
"""

from __future__ import annotations

import numpy as np

from eyebright.analysis.labels.likeness import sigmoid
from eyebright.analysis.labels.values import ObjectDetections, RawObjects
from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import FloatArray
from eyebright.imaging.crops import resize
from eyebright.imaging.image import Image
from eyebright.packs.pack import Pack
from eyebright.runtime.session import OnnxModel, Runtime

MODEL_FILE = "objects.onnx"
_LOGITS, _BOXES = "logits", "boxes"


class TransformerDetector:
    """Implements `ObjectVision`.

    names: of the classes, in the net's order. floor: the lowest score that is reported. most: how
    many guesses are looked at.
    """

    def __init__(
        self,
        model: OnnxModel,
        runtime: Runtime,
        *,
        side: int,
        names: tuple[str, ...],
        floor: float,
        most: int,
    ) -> None:
        self._model = model
        self._runtime = runtime
        self._side = side
        self._names = names
        self._floor = floor
        self._most = most

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime) -> TransformerDetector:
        """Raises PackInvalid when the pack has no such detector."""
        model = runtime.load(pack.model_path(MODEL_FILE))
        if not {_LOGITS, _BOXES} <= set(model.output_names):
            raise PackInvalid(f"{MODEL_FILE} of pack {pack.id} is no detector of this family.")
        names = pack.table("objects").get("names")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise PackInvalid(f"Pack {pack.id} has no names for its detector's classes.")
        return cls(
            model,
            runtime,
            side=int(pack.number("detection.side")),
            names=tuple(names),
            floor=pack.number("detection.floor"),
            most=int(pack.number("detection.most")),
        )

    def detect(self, image: Image) -> ObjectDetections:
        raw = self.detect_raw(image)
        names = tuple(self._names[index] for index in raw.classes.tolist())
        return ObjectDetections(raw.boxes_xyxy, raw.scores, names)

    def detect_raw(self, image: Image) -> RawObjects:
        """As `detect`, with the net's own class numbers."""
        with self._runtime.slot():
            square = resize(image.pixels, (self._side, self._side))
            answers = self._model.run(square[None])
        logits, boxes = answers[_LOGITS], answers[_BOXES]
        if logits.shape[-1] != len(self._names):
            raise PackInvalid(
                f"The detector knows {logits.shape[-1]} classes and its pack names "
                f"{len(self._names)}. Install the pack again."
            )
        height, width = image.pixels.shape[:2]
        return decode(
            logits[0], boxes[0], size_wh=(width, height), floor=self._floor, most=self._most
        )


def decode(
    logits: FloatArray,
    boxes_cxcywh: FloatArray,
    *,
    size_wh: tuple[int, int],
    floor: float,
    most: int,
) -> RawObjects:
    """Logits (Q, C) and boxes (Q, 4) as shares, to the `most` best of all Q * C pairs that reach
    `floor`, in pixels and inside the picture. A guess may be two things at once."""
    scores = sigmoid(logits).reshape(-1)
    best = np.argsort(-scores, kind="stable")[:most]
    best = best[scores[best] >= floor]
    guesses, classes = np.divmod(best, logits.shape[1])
    boxes = _corners(boxes_cxcywh[guesses], size_wh)
    seen = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
    return RawObjects(boxes[seen], scores[best][seen], classes[seen])


def _corners(boxes_cxcywh: FloatArray, size_wh: tuple[int, int]) -> FloatArray:
    """(N, 4) xyxy pixels, cut at the picture's rim."""
    size = np.array([*size_wh, *size_wh], np.float32)
    half = boxes_cxcywh[:, 2:] / 2
    shares = np.hstack([boxes_cxcywh[:, :2] - half, boxes_cxcywh[:, :2] + half])
    return np.clip(shares * size, 0.0, size).astype(np.float32)
