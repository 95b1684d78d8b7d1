"""A label index of your own, built with boto3: which pictures show a tree, a flower, a mountain?

    eval "$(eyebright env)"
    python examples/label_index.py index ~/Pictures
    python examples/label_index.py search tree mountain
    python examples/label_index.py labels

The index is a JSON file where you run it (--index FILE). Running `index` again asks only for what
is new or changed. A label is found by its aliases and by what it is a kind of, too:
"plant" finds trees. `eyebright library index` does the same and more without any code.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

SUFFIXES = (".jpg", ".jpeg", ".png")
MIN_CONFIDENCE = 55.0
MAX_BYTES = 5 * 2**20
"""What the service takes inline."""


def main(arguments: Sequence[str] | None = None) -> int:
    asked = parse(arguments)
    index = read(asked.index)
    if asked.command == "index":
        return build(index, asked.folder, asked.index)
    if asked.command == "labels":
        return count(index)
    return search(index, asked.words, asked.min_confidence)


def build(index: dict[str, Any], folder: Path, file: Path) -> int:
    """Ask for the labels of what is new or changed; forget what is gone."""
    client = boto3.client("rekognition")
    pictures = {str(path): path for path in sorted(folder.rglob("*")) if is_picture(path)}
    for name in [name for name in index if Path(name).is_relative_to(folder)]:
        if name not in pictures:
            del index[name]
    failed = 0
    for name, path in pictures.items():
        changed = path.stat().st_mtime_ns
        if index.get(name, {}).get("changed") == changed:
            continue
        try:
            index[name] = {"changed": changed, "labels": labels_of(client, path)}
            print(f"{name}: {', '.join(list(index[name]['labels'])[:5])}")
        except (ClientError, OSError, ValueError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed += 1
        write(index, file)  # after each picture: Ctrl-C loses nothing
    write(index, file)
    print(f"{len(index)} pictures are indexed in {file}.")
    return 1 if failed else 0


def labels_of(client: Any, path: Path) -> dict[str, float]:
    """Word -> confidence: labels, their aliases and all that they are a kind of."""
    content = path.read_bytes()
    if len(content) > MAX_BYTES:
        raise ValueError(f"over {MAX_BYTES} bytes; make it smaller or put it into a bucket")
    answer = client.detect_labels(Image={"Bytes": content}, MinConfidence=MIN_CONFIDENCE)
    words: dict[str, float] = {}
    for label in answer["Labels"]:
        named = [label, *label.get("Aliases", ()), *label.get("Parents", ())]
        for one in named:
            word = one["Name"].lower()
            words[word] = max(words.get(word, 0.0), round(label["Confidence"], 1))
    return dict(sorted(words.items(), key=lambda pair: -pair[1]))


def search(index: dict[str, Any], words: Sequence[str], least: float) -> int:
    """Pictures that show all of these, surest first."""
    wanted = [word.lower() for word in words]
    found = []
    for name, known in index.items():
        sure = [known["labels"].get(word, 0.0) for word in wanted]
        if min(sure) >= least:
            found.append((min(sure), name))
    for confidence, name in sorted(found, key=lambda one: (-one[0], one[1])):
        print(f"{confidence:5.1f} %  {name}")
    if not found:
        print("Nothing shows all of this.", file=sys.stderr)
    return 0 if found else 1


def count(index: dict[str, Any]) -> int:
    """How many pictures show what."""
    counted = Counter(word for known in index.values() for word in known["labels"])
    for word, number in counted.most_common():
        print(f"{number:6}  {word}")
    return 0


def is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and path.is_file()


def read(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    known: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return known


def write(index: dict[str, Any], file: Path) -> None:
    """Whole or not at all."""
    draft = file.with_name(file.name + ".draft")
    draft.write_text(json.dumps(index, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(file)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A label index of your own pictures.")
    parser.add_argument("--index", type=Path, default=Path("labels.json"), help="the index's file")
    commands = parser.add_subparsers(dest="command", required=True)
    built = commands.add_parser("index", help="ask for the labels of a folder's pictures")
    built.add_argument("folder", type=Path)
    searched = commands.add_parser("search", help="pictures that show all of these words")
    searched.add_argument("words", nargs="+")
    searched.add_argument("--min-confidence", type=float, default=MIN_CONFIDENCE)
    commands.add_parser("labels", help="all words, and how many pictures show them")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
