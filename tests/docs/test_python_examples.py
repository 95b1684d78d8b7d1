"""The examples of the Python page run as they stand, one after the other; the models are fake."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from eyebright.app.sight import InstalledPacks
from eyebright.imaging.encode import encode_jpeg
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.pictures import picture_of

_PAGE = Path(__file__).parents[2] / "docs" / "reference" / "python.md"
_CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)


def test_the_examples_of_the_python_page_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(InstalledPacks, "faces", lambda _packs: FakeAnalyser())
    monkeypatch.setenv("EYEBRIGHT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    pictures = {
        "group.jpg": ("Ada", "Ben"),
        "ada.jpg": ("Ada",),
        "people/Ada/1.jpg": ("Ada",),
        "people/Ben/1.jpg": ("Ben",),
    }
    for name, people in pictures.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_jpeg(picture_of(*people).pixels))
    (tmp_path / "people.csv").write_text("name,images\nAda Lovelace,ada.jpg\n")
    examples = _CODE.findall(_PAGE.read_text(encoding="utf-8"))
    assert len(examples) > 5
    names: dict[str, Any] = {"home": tmp_path / "fake"}
    for example in examples:
        exec(compile(example, str(_PAGE), "exec"), names)
    assert "Ada Lovelace" in capsys.readouterr().out
