"""Measures the ranges that `packs/converters/quantise.py` needs, and prints them for recipe.toml.

python -m bench.whole_numbers --model dlib_resnet.onnx [--photos FOLDER] [--home HOME]

The model is the one with floats: build the pack once without [files.ranges]. Photos: faces on which
training is allowed; every second one is mirrored, every second one cut tighter, as `embed.py` does.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper
from onnxruntime.capi.onnxruntime_inference_collection import InferenceSession

from eyebright.analysis.faces.align import DLIB, DLIB_TIGHT, aligned_chips
from eyebright.analysis.faces.analyser import DETECTOR_FILE
from eyebright.analysis.faces.detect import DetectionRules, FaceDetector
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.decode import decode_image
from eyebright.packs.converters.quantise import activations
from eyebright.packs.pack import Pack, load_pack
from eyebright.runtime.session import Runtime

EVERY = 8
"""One photo in so many is enough: 300 faces."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="dlib_resnet.onnx")
    parser.add_argument("--photos", type=Path, default=Path("../shared/data/train/faces"))
    home = os.environ.get("EYEBRIGHT_HOME", "~/.eyebright")
    parser.add_argument("--home", type=Path, default=Path(home).expanduser())
    said = parser.parse_args()
    pack = load_pack(said.home / "packs", "faces")
    ranges = measure(pack.model_path(said.model), faces(pack, said.photos))
    print("[files.ranges]")
    for name, (low, high) in ranges.items():
        print(f"{name} = [{low:.4g}, {high:.4g}]")


def faces(pack: Pack, photos: Path) -> Iterator[ByteArray]:
    """Chips (1, 150, 150, 3)."""
    model = Runtime(slots=1).load(pack.model_path(DETECTOR_FILE))
    detector = FaceDetector(model, DetectionRules.of(pack))
    for number, path in enumerate(sorted(photos.glob("*.jpg"))[::EVERY]):
        pixels = decode_image(path.read_bytes()).pixels
        largest = detector.detect(pixels).points[:1]
        chips = aligned_chips(pixels, largest, DLIB_TIGHT if number % 2 else DLIB)
        if len(chips):
            yield chips[:, :, ::-1] if number % 4 < 2 else chips


def measure(path: Path, chips: Iterator[ByteArray]) -> dict[str, tuple[float, float]]:
    """The lowest and highest value of each tensor over all chips."""
    model = onnx.load(path)
    names = activations(model)
    present = {output.name for output in model.graph.output}
    extra = [name for name in names if name not in present]
    model.graph.output.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in extra
    )
    session = InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    lows, highs = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    for chip in chips:
        tensors = session.run(names, {"images": np.ascontiguousarray(chip)})
        lows = np.minimum(lows, [np.asarray(tensor).min() for tensor in tensors])
        highs = np.maximum(highs, [np.asarray(tensor).max() for tensor in tensors])
    ends = zip(lows.tolist(), highs.tolist(), strict=True)
    return dict(zip(names, ends, strict=True))


if __name__ == "__main__":
    main()
