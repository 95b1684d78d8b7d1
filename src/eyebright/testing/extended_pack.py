"""The extended label pack in miniature: real ONNX models of its shapes that know three colours.

The picture tower answers the mean colour, the text tower the sum of its words' directions, so a
red picture is like a sentence with "red" in it. The detector sees a red thing and a blue one, in
the left half and in the right. Files, a recipe for any address, and a recipe's folder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from eyebright.packs.converters.graph import GraphBuilder
from eyebright.packs.hashing import sha256_of_bytes
from eyebright.packs.pin import pin_files
from eyebright.packs.toml_text import TomlValue, toml_text

SIDE = 16
LENGTH = 12
WORDS = ("<pad>", "<eos>", "<unk>", "red", "green", "blue", "door", "photo")
DIRECTIONS = {"red": 0, "green": 1, "blue": 2, "scarlet": 0}
SCALE, BIAS = 20.0, -14.0
"""A cosine of 0.7 is a score of a half."""
LICENCE = {"code": "MIT", "weights": "MIT", "statement": "Made for tests."}
_ARCHIVES = {
    "image.onnx": "tiny_vision.onnx",
    "text.onnx": "tiny_text.onnx",
    "tokenizer.json": "tiny_tokenizer.json",
    "objects.onnx": "tiny_detector.onnx",
}


def tiny_files(*, words: tuple[str, ...] = (*WORDS, "scarlet")) -> dict[str, bytes]:
    """What a publisher would serve: name -> bytes."""
    return {
        "tiny_vision.onnx": _bytes(picture_tower()),
        "tiny_text.onnx": _bytes(text_tower(words)),
        "tiny_tokenizer.json": tokenizer(words),
        "tiny_detector.onnx": _bytes(detector()),
    }


def write_recipe(folder: Path, address: str, files: Mapping[str, bytes]) -> Path:
    """A recipe folder like the bundled one, whose files are served below `address`."""
    (folder / "parameters").mkdir(parents=True, exist_ok=True)
    (folder / "recipe.toml").write_text(toml_text(recipe(address, files)), encoding="utf-8")
    (folder / "CARD.md").write_text("# Tiny\n", encoding="utf-8")
    for name, table in parameters().items():
        path = folder / "parameters" / f"{name}.toml"
        path.write_text(toml_text(table), encoding="utf-8")
    pin_files(folder)
    return folder


def recipe(address: str, files: Mapping[str, bytes]) -> dict[str, TomlValue]:
    """As `recipe.toml` holds it."""
    sizes: dict[str, dict[str, TomlValue]] = {
        name: {"size": len(data), "sha256": sha256_of_bytes(data)} for name, data in files.items()
    }
    sources: dict[str, TomlValue] = {
        name.split(".")[0]: {
            "client": "url",
            "url": f"{address}/{archive}",
            "archive": archive,
            **sizes[archive],
        }
        for name, archive in _ARCHIVES.items()
    }
    return {
        "id": "labels-extended",
        "version": "1",
        "title": "A tiny extended pack",
        "task": "labels",
        "sources": sources,
        "files": [
            {
                "file": name,
                "task": name,
                "source": name.split(".")[0],
                "members": [{"path": archive, **sizes[archive]}],
                "licence": LICENCE,
                **_INTERFACES[name],
            }
            for name, archive in _ARCHIVES.items()
        ],
    }


_INTERFACES: Mapping[str, Mapping[str, TomlValue]] = {
    "image.onnx": {
        "converter": "onnx_published",
        "fixture": "at install",
        "size_hw": [SIDE, SIDE],
        "mean": [127.5],
        "divisor": 127.5,
        "outputs": [{"name": "embedding", "source": "pooler_output", "shape": [4]}],
    },
    "text.onnx": {
        "converter": "copy",
        "fixture": "at install",
        "inputs": [{"name": "input_ids", "shape": [LENGTH], "below": len(WORDS) + 1}],
        "outputs": [{"name": "pooler_output", "source": "pooler_output", "shape": [4]}],
    },
    "tokenizer.json": {"converter": "copy"},
    "objects.onnx": {
        "converter": "onnx_published",
        "fixture": "at install",
        "size_hw": [SIDE, SIDE],
        "divisor": 255,
        "outputs": [
            {"name": "logits", "source": "logits", "shape": [2, 2]},
            {"name": "boxes", "source": "pred_boxes", "shape": [2, 4]},
        ],
    },
}


def parameters() -> dict[str, dict[str, TomlValue]]:
    """The tables of the bundled pack, with values for these models."""
    return {
        "image_text": {
            "side": SIDE,
            "scale": SCALE,
            "bias": BIAS,
            "floor": 0.02,
            "prompt": "photo {}",
            "measured": False,
            "text": {"length": LENGTH, "pad": 0, "end": 1, "below": len(WORDS) + 1, "lower": True},
        },
        "detection": {"side": SIDE, "floor": 0.05, "most": 4, "measured": False},
        "objects": {"names": ["Dog", "Boat"]},
        "moderation": {
            "measured": False,
            "concepts": {
                "Weapons": {"prompts": ["red"], "contrasts": ["green", "blue"]},
                "Alcohol": {"prompts": ["blue"], "contrasts": ["red"]},
            },
        },
    }


def picture_tower() -> onnx.ModelProto:
    """pixel_values float (N, 3, SIDE, SIDE), -1 to 1 -> pooler_output (N, 4): the mean colour."""
    g = GraphBuilder("picture")
    mean = g.add("Flatten", [g.add("GlobalAveragePool", ["pixel_values"])])
    half = g.constant(np.array([0.5], np.float32))
    share = g.add("Add", [g.add("Mul", [mean, half]), half])
    wider = g.constant(np.eye(3, 4, dtype=np.float32))
    g.add("MatMul", [share, wider], output="pooler_output")
    g.add("Identity", ["pixel_values"], output="last_hidden_state")
    return g.model(inputs=["pixel_values"], outputs=["last_hidden_state", "pooler_output"])


def text_tower(words: tuple[str, ...]) -> onnx.ModelProto:
    """input_ids int64 (N, LENGTH) -> pooler_output (N, 4): the sum of the words' directions."""
    table = np.zeros((len(words), 4), np.float32)
    for index, word in enumerate(words):
        table[index, DIRECTIONS.get(word, 3)] = 1.0 if word in DIRECTIONS else 0.01
    g = GraphBuilder("text")
    looked_up = g.add("Gather", [g.constant(table), "input_ids"])
    axes = g.constant(np.array([1], np.int64))
    g.add("ReduceSum", [looked_up, axes], output="pooler_output", keepdims=0)
    model = g.model(inputs=["input_ids"], outputs=["pooler_output"])
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["N", LENGTH])
    model.graph.input[0].CopyFrom(ids)
    return model


def detector() -> onnx.ModelProto:
    """pixel_values float (N, 3, SIDE, SIDE), 0 to 1 -> logits (N, 2, 2), pred_boxes (N, 2, 4).

    The first guess is the left half, the second the right one; class 0 is red, class 1 blue.
    """
    g = GraphBuilder("detector")
    halves = g.add(
        "AveragePool", ["pixel_values"], kernel_shape=[SIDE, SIDE // 2], strides=[1, SIDE // 2]
    )
    colours = g.add("Squeeze", [halves, g.constant(np.array([2], np.int64))])
    guesses = g.add("Transpose", [colours], perm=[0, 2, 1])
    weigh = np.array([[10, -5], [-10, -10], [-5, 10]], np.float32)
    plus = g.add("MatMul", [guesses, g.constant(weigh)])
    g.add("Add", [plus, g.constant(np.array([-4, -4], np.float32))], output="logits")
    boxes = np.array([[0.25, 0.5, 0.5, 1.0], [0.75, 0.5, 0.6, 1.0]], np.float32)
    zero = g.add(
        "Mul",
        [
            g.add("ReduceMax", [guesses], axes=[2], keepdims=1),
            g.constant(np.array([0], np.float32)),
        ],
    )
    g.add("Add", [zero, g.constant(boxes)], output="pred_boxes")
    return g.model(inputs=["pixel_values"], outputs=["logits", "pred_boxes"])


def tokenizer(words: tuple[str, ...]) -> bytes:
    """A `tokenizer.json` that knows these words, one id each."""
    document: dict[str, object] = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {word: index for index, word in enumerate(words)},
            "unk_token": "<unk>",
        },
    }
    return json.dumps(document).encode()


def _bytes(model: onnx.ModelProto) -> bytes:
    data: bytes = model.SerializeToString(deterministic=True)
    return data
