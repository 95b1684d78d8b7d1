from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from eyebright.packs.manifest import Manifest, PackFile
from eyebright.packs.pack import Pack

NUDITY: Mapping[str, Any] = {
    "calm": -2.5,
    "explicit": [1.2, -2.88],
    "least": 0.3,
}
SWIMWEAR: Mapping[str, Any] = {
    "garments": ["Swimwear"],
    "least": 0.5,
    "hints": {"agreement": -1.0, "garment": 0.3},
    "weights": {"intercept": 5.17, "agreement": 0.79, "garment": 1.39, "face": -22.9},
    "kinds": {"Female Swimwear or Underwear": {"Bikini": 0.5}},
}
EVIDENCE: Mapping[str, Any] = {"classes": {"Weapons": {"Gun": 0.5}}}


@pytest.fixture
def pack_of() -> Callable[..., Pack]:
    """A pack of the models in a folder, with rules that may be changed or (None) left out."""

    def make(
        folder: Path,
        *,
        evidence: object = EVIDENCE,
        swimwear: object = SWIMWEAR,
        **changed: Any,
    ) -> Pack:
        rules = {name: value for name, value in {**NUDITY, **changed}.items() if value is not None}
        files = tuple(
            PackFile(path.name, "model", path.stat().st_size, "0" * 64)
            for path in sorted(folder.glob("*.onnx"))
        )
        manifest = Manifest(
            id="moderation",
            version="1",
            title="",
            task="moderation",
            recipe_digest="",
            files=files,
            embedding=None,
            parameters={"nudity": rules, "evidence": evidence, "swimwear": swimwear},
        )
        return Pack("moderation", "1", folder, manifest)

    return make
