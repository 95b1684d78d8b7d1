"""A tiny model, recipes that fetch it, and a file server on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eyebright.packs.converters.graph import GraphBuilder
from eyebright.packs.hashing import sha256_of_bytes
from eyebright.packs.pin import pin_files
from eyebright.packs.recipe import Recipe, read_recipe
from eyebright.packs.toml_text import toml_text

Table = dict[str, Any]


@pytest.fixture(scope="session")
def tiny_model() -> bytes:
    """A float (1, 3, 8, 8) network with one output, as it might be published."""
    generator = np.random.default_rng(1)
    g = GraphBuilder("tiny")
    kernel = generator.normal(0, 0.01, (4, 3, 3, 3)).astype(np.float32)
    mean = g.add("GlobalAveragePool", [g.convolution("input", kernel)])
    g.add("Flatten", [mean], output="features")
    model = g.model(inputs=["input"], outputs=["features"])
    return bytes(model.SerializeToString())


@dataclass
class FileServer:
    """Serves `files`; `redirects` maps a path to an address; `cut` ends each answer early."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    ranges: bool = True
    asked: list[tuple[str, str | None]] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    files: FileServer

    def do_GET(self) -> None:
        asked_range = self.headers.get("Range")
        self.files.asked.append((self.path, asked_range))
        if self.path in self.files.redirects:
            self.send_response(302)
            self.send_header("Location", self.files.redirects[self.path])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.path not in self.files.files:
            self.send_error(404)
            return
        data, start = self.files.files[self.path], 0
        if asked_range and self.files.ranges:
            start = int(asked_range.removeprefix("bytes=").rstrip("-"))
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        end = len(data) if self.files.cut is None else min(len(data), start + self.files.cut)
        self.wfile.write(data[start:end])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Quiet."""


@pytest.fixture
def file_server() -> Iterator[FileServer]:
    files = FileServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OneHandler", (Handler,), {"files": files}))
    files.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield files
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def recipe_table(tiny_model: bytes, file_server: FileServer) -> Table:
    """A recipe of one model by address, converted; change it before writing it."""
    file_server.files["/tiny.onnx"] = tiny_model
    size, digest = len(tiny_model), sha256_of_bytes(tiny_model)
    return {
        "id": "tiny",
        "version": "1",
        "title": "A tiny pack",
        "task": "faces",
        "sources": {
            "zoo": {
                "client": "url",
                "url": f"{file_server.address}/tiny.onnx",
                "archive": "tiny.onnx",
                "size": size,
                "sha256": digest,
            }
        },
        "files": [
            {
                "file": "small.onnx",
                "task": "features",
                "source": "zoo",
                "converter": "onnx",
                "size_hw": [8, 8],
                "divisor": 255,
                "members": [{"path": "tiny.onnx", "size": size, "sha256": digest}],
                "outputs": [{"name": "embedding", "source": "features", "shape": [4]}],
                "licence": {"code": "MIT", "weights": "MIT", "statement": "We made it."},
            }
        ],
        "embedding": {
            "dimension": 4,
            "models": ["small.onnx"],
            "arrays": ["heads.npz"],
            "parameters": ["embedding"],
        },
    }


@pytest.fixture
def write_recipe(tmp_path: Path) -> Callable[..., Path]:
    """Write a recipe's folder with a card, arrays and parameters; pins without fixtures."""

    def write(table: Table, *, pinned: bool = True) -> Path:
        folder = tmp_path / "recipe"
        (folder / "parameters").mkdir(parents=True, exist_ok=True)
        (folder / "recipe.toml").write_text(toml_text(table))
        (folder / "CARD.md").write_text("# Tiny\n")
        np.savez(folder / "heads.npz", weights=np.arange(4, dtype=np.float32))
        (folder / "parameters" / "embedding.toml").write_text("share = 0.7\nknots = [1, 2.5]\n")
        (folder / "parameters" / "detection.toml").write_text("threshold = 0.4\n[deep]\nx = 2\n")
        if pinned:
            pin_files(folder)
        return folder

    return write


@pytest.fixture
def pinned_recipe(recipe_table: Table, write_recipe: Callable[..., Path], tmp_path: Path) -> Recipe:
    """The recipe, with its model's numbers pinned."""
    from eyebright.packs.pin import pin_fixtures

    folder = write_recipe(recipe_table)
    pin_fixtures(read_recipe(folder), tmp_path / "pin-cache")
    assert json.loads((folder / "pins.json").read_text())["fixtures"]
    return read_recipe(folder)
