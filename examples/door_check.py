"""A check at a building's door: is this somebody of the staff, at 99 %?

    eval "$(eyebright env)"
    eyebright enrol ~/staff -c staff          # a folder for each person, who agreed to it
    python examples/door_check.py camera.jpg

It ends with 0 and a name when one face is near, clear and 99 % like a member of staff; with 2 when
a person at the desk must decide; with 1 when the check failed. It never ends with "refused".

Use it responsibly. 99 % is a likeness, not a probability that it is right: with many people in the
collection somebody may look like somebody else, and error rates differ between groups of people and
with light and age. So:

- It must not be the only thing that decides. Let it save a badge some time; let a person decide
  whenever it does not know, and let everybody enter another way without giving a reason.
- It does not tell a face from a photo of a face. Where that matters have somebody look, or ask for
  a badge too.
- Enrol only people who agreed, say what is kept and for how long, and delete who leaves
  (`eyebright users forget`, which looks that nothing is left).
- Do not use it for police work or anything that changes somebody's rights; the law may ask you for
  an assessment first.
- Every check is written to a log that the people concerned may see. Pictures are not kept.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

OPEN, FAILED, ASK = 0, 1, 2
THRESHOLD = 99.0
MARGIN = 1.0
"""How much more alike the best person must be than the second, in percent."""
LEAST_SHARE = 0.01
"""Of the picture: smaller faces are somebody who walks by."""


def main(arguments: Sequence[str] | None = None) -> int:
    asked = parse(arguments)
    try:
        verdict = check(
            boto3.client("rekognition"),
            asked.photo.read_bytes(),
            collection=asked.collection,
            threshold=asked.threshold,
        )
    except (BotoCoreError, ClientError, OSError) as error:
        print(f"The check failed: {error}. Ask the person at the desk.", file=sys.stderr)
        return FAILED
    log(asked.log, verdict)
    if verdict["person"]:
        print(f"Open: {verdict['person']} ({verdict['percent']:.1f} %)")
        return OPEN
    print(f"Ask the person at the desk: {verdict['why']}.")
    return ASK


def check(client: Any, photo: bytes, *, collection: str, threshold: float) -> dict[str, Any]:
    """Who it is, or why a person must decide."""
    faces = client.detect_faces(Image={"Bytes": photo}, Attributes=["FACE_OCCLUDED", "EYES_OPEN"])
    near = [face for face in faces["FaceDetails"] if share(face) >= LEAST_SHARE]
    if not near:
        return unknown("nobody is near enough")
    if len(near) > 1:
        return unknown("several people are at the door")
    if near[0].get("FaceOccluded", {}).get("Value"):
        return unknown("the face is covered")
    found = client.search_users_by_image(
        CollectionId=collection,
        Image={"Bytes": photo},
        UserMatchThreshold=threshold - MARGIN,
        MaxUsers=2,
        QualityFilter="AUTO",
    )
    likely = sorted(found["UserMatches"], key=lambda match: -match["Similarity"])
    if not likely or likely[0]["Similarity"] < threshold:
        return unknown("it is like nobody enough")
    if len(likely) > 1 and likely[0]["Similarity"] - likely[1]["Similarity"] < MARGIN:
        return unknown("it is like two people")
    best = likely[0]
    return {"person": best["User"]["UserId"], "percent": best["Similarity"], "why": ""}


def share(face: dict[str, Any]) -> float:
    """Of the picture that a face takes."""
    return float(face["BoundingBox"]["Width"] * face["BoundingBox"]["Height"])


def unknown(why: str) -> dict[str, Any]:
    return {"person": "", "percent": 0.0, "why": why}


def log(file: Path, verdict: dict[str, Any]) -> None:
    """A line for each check; nothing of the picture."""
    line = {"at": datetime.now(UTC).isoformat(timespec="seconds")} | verdict
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(line, ensure_ascii=False) + "\n")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A check at a building's door.")
    parser.add_argument("photo", type=Path)
    parser.add_argument("--collection", default="staff")
    parser.add_argument("--threshold", type=float, default=THRESHOLD)
    parser.add_argument("--log", type=Path, default=Path("door.jsonl"))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
