"""A folder whose pictures are tagged as they arrive, with boto3.

    eval "$(eyebright env)"
    python examples/tag_folder.py ~/Inbox

Each picture gets a sidecar, PICTURE.xmp, with the labels as keywords, which darktable, digiKam,
Lightroom and others read; the picture itself is not touched. A sidecar that somebody else wrote is
left alone. Ctrl-C ends it; started again, it tags what arrived meanwhile.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import boto3
from botocore.exceptions import BotoCoreError, ClientError

SUFFIXES = (".jpg", ".jpeg", ".png")
MIN_CONFIDENCE = 60.0
MAX_BYTES = 5 * 2**20
SETTLED_SECONDS = 0.5
"""A file that did not change for so long is written to its end."""
_HEAD = """<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
   <dc:subject>
    <rdf:Bag>
"""
_TAIL = """    </rdf:Bag>
   </dc:subject>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""


def main(arguments: Sequence[str] | None = None) -> int:
    asked = parse(arguments)
    client = boto3.client("rekognition")
    refused: dict[Path, int] = {}  # what cannot be tagged is tried again when it changes
    try:
        while True:
            for picture in untagged(asked.folder):
                changed = picture.stat().st_mtime_ns
                if refused.get(picture) != changed and not tag(client, picture):
                    refused[picture] = changed
            if asked.once:
                return 1 if refused else 0
            time.sleep(asked.every)
    except KeyboardInterrupt:
        return 130


def untagged(folder: Path) -> Iterator[Path]:
    """Pictures that are complete and have no sidecar yet."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in SUFFIXES or sidecar(path).exists() or not path.is_file():
            continue
        if time.time() - path.stat().st_mtime >= SETTLED_SECONDS:
            yield path


def tag(client: Any, picture: Path) -> bool:
    """Write the sidecar; False for a picture that cannot be looked at."""
    try:
        content = picture.read_bytes()
        if len(content) > MAX_BYTES:
            raise ValueError(f"over {MAX_BYTES} bytes")
        answer = client.detect_labels(Image={"Bytes": content}, MinConfidence=MIN_CONFIDENCE)
    except (BotoCoreError, ClientError, OSError, ValueError) as error:
        print(f"{picture}: {error}", file=sys.stderr)
        return False
    names = [label["Name"] for label in answer["Labels"]]
    items = "".join(f"     <rdf:li>{escape(name)}</rdf:li>\n" for name in names)
    draft = sidecar(picture).with_suffix(".draft")
    draft.write_text(_HEAD + items + _TAIL, encoding="utf-8")
    draft.replace(sidecar(picture))
    print(f"{picture}: {', '.join(names) or 'nothing that has a name'}", flush=True)
    return True


def sidecar(picture: Path) -> Path:
    return picture.with_name(picture.name + ".xmp")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Tag the pictures of a folder as they arrive.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=float, default=1.0, help="seconds between looks")
    parser.add_argument("--once", action="store_true", help="tag what is there, and end")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
