"""Whether a photo is chosen before a spoilt copy of it, and a smiling face before an earnest one.

    python -m bench.choice --data ../shared/data/dev --home ~/.eyebright

Which of several photos people would keep was not measured: there is no such data here. This
measures what can be: the order of the parts. Photos of everyday scenes (COCO) and portraits
(CelebA) are spoilt in one way at a time and judged as the library judges them; a tie counts as
lost. Smiles are pairs of photos of one person of which people said that one smiles and the other
does not (CelebA's labels). Closed eyes, poses and the weights of the parts against each other are
not measured: nothing here says which is better. Shares have 95 % intervals after Wilson 1927.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from bench import evidence
from bench.attributes import Interval, share, show
from bench.label_pictures import coco_table, decoded
from eyebright.analysis.faces.analyser import FaceAnalyser
from eyebright.analysis.faces.observation import FaceAttribute
from eyebright.analysis.properties.meter import PictureMeter
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.crops import use_one_thread_per_call
from eyebright.imaging.decode import decode_image
from eyebright.imaging.encode import encode_jpeg
from eyebright.imaging.flaws import noise, overexposed
from eyebright.imaging.image import Image
from eyebright.library.merit import Flaws, Merit, merit_of
from eyebright.library.pictures import face_of
from eyebright.packs.pack import load_pack
from eyebright.people.probes import MAX_FACES_LOOKED_AT
from eyebright.runtime.session import Runtime

PORTRAITS = 200
PAIRS = 200
ANSWERS = frozenset({FaceAttribute.EYES_OPEN, FaceAttribute.SMILE})
Spoil = Callable[[ByteArray], ByteArray]


@dataclass(frozen=True, slots=True)
class Judge:
    """What looks at photos, as the library's stages do."""

    faces: FaceAnalyser
    meter: PictureMeter

    @classmethod
    def load(cls, home: Path) -> Judge:
        runtime = Runtime()
        meter = PictureMeter.load(load_pack(home / "packs", "foreground"), runtime)
        # what is in front says nothing of how good the whole is, and takes longest to find
        return cls(
            FaceAnalyser.load(load_pack(home / "packs", "faces"), runtime),
            replace(meter, foreground=Nothing()),
        )

    def merit(self, pixels: ByteArray) -> Merit:
        image = Image(pixels, "PNG", b"", (pixels.shape[1], pixels.shape[0]))
        seen = self.faces.detect(image).largest(MAX_FACES_LOOKED_AT)
        said = self.faces.describe(image, seen, wanted=ANSWERS) if len(seen) else []
        faces = [
            face_of(one, box, float(score), ())
            for one, box, score in zip(said, seen.boxes_xyxy, seen.scores, strict=True)
        ]
        return merit_of(
            self.meter.measure(image).quality,
            faces,
            size_wh=image.size_wh,
            flaws=Flaws(overexposed(pixels), noise(pixels)),
        )


class Nothing:
    """Finds no foreground."""

    def find(self, pixels: ByteArray) -> ByteArray:
        return np.zeros(pixels.shape[:2], np.uint8)


def blurred(share_of_side: float) -> Spoil:
    """Out of focus. share_of_side: of the longer side, the width of the blur."""

    def spoil(pixels: ByteArray) -> ByteArray:
        sigma = share_of_side * max(pixels.shape[:2])
        return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)

    return spoil


def shaken(share_of_side: float) -> Spoil:
    """Moved sideways while it was taken."""

    def spoil(pixels: ByteArray) -> ByteArray:
        length = max(3, round(share_of_side * max(pixels.shape[:2])))
        return np.asarray(cv2.blur(pixels, (length, 1)), np.uint8)

    return spoil


def brightened(factor: float) -> Spoil:
    """Each value times a factor; what is too bright is white."""
    return lambda pixels: np.clip(pixels * np.float32(factor), 0, 255).astype(np.uint8)


def noisy(levels: float) -> Spoil:
    """levels: the standard deviation of what is added."""

    def spoil(pixels: ByteArray) -> ByteArray:
        noise = np.random.default_rng(1).normal(0, levels, pixels.shape)
        return np.clip(pixels + noise, 0, 255).astype(np.uint8)

    return spoil


def saved(quality: int) -> Spoil:
    """As a JPEG."""
    return lambda pixels: decode_image(encode_jpeg(pixels, quality=quality)).pixels


def halved(pixels: ByteArray) -> ByteArray:
    """And enlarged again."""
    height, width = pixels.shape[:2]
    small = cv2.resize(pixels, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


WAYS: Mapping[str, Spoil] = {
    "a little out of focus (.2 % of the side)": blurred(0.002),
    "out of focus (.6 %)": blurred(0.006),
    "shaken (1 %)": shaken(0.01),
    "halved and enlarged": halved,
    "darker (x .4)": brightened(0.4),
    "much darker (x .2)": brightened(0.2),
    "overexposed (x 1.8)": brightened(1.8),
    "saved at quality 15": saved(15),
    "noisy (20 levels)": noisy(20.0),
}


def order(judge: Judge, photos: Sequence[ByteArray]) -> dict[str, Interval]:
    """How often the photo is chosen, for each way to spoil it and among all of them at once."""
    own = [judge.merit(photo).whole for photo in photos]
    least_lead = np.full(len(photos), np.inf)
    found = {}
    for name, spoil in WAYS.items():
        spoilt = np.array([judge.merit(spoil(photo)).whole for photo in photos])
        found[name] = share(np.array(own) > spoilt)
        least_lead = np.minimum(least_lead, np.array(own) - spoilt)
        print(f"  {name}: {found[name]}", flush=True)
    return {**found, "chosen among all of these": share(least_lead > 0)}


def scenes(data: Path) -> list[ByteArray]:
    """Everyday photos."""
    return [decoded(data / one["file_name"]).pixels for one in coco_table(data)["images"]]


def portraits(data: Path) -> list[ByteArray]:
    """Each of another person, as far as there are so many."""
    people = {row["identity"]: row["image"] for row in _celeba(data)}
    named = [*people.values()]
    others = [row["image"] for row in _celeba(data) if row["image"] not in people.values()]
    return [decoded(data / one).pixels for one in islice((*named, *others), PORTRAITS)]


def smiles(judge: Judge, data: Path) -> dict[str, Interval]:
    """How often the part is higher for the one that people said smiles, and the whole is."""
    part, whole = [], []
    for smiling, serious in islice(_pairs(data), PAIRS):
        one, other = (judge.merit(decoded(data / name).pixels) for name in (smiling, serious))
        part.append(one.smile > other.smile)
        whole.append(one.whole > other.whole)
    return {"the part says so": share(np.array(part)), "chosen": share(np.array(whole))}


def _pairs(data: Path) -> Iterator[tuple[str, str]]:
    """Of one person: smiling, not smiling; each photo once."""
    by_person: dict[str, tuple[list[str], list[str]]] = {}
    for row in _celeba(data):
        smiling, serious = by_person.setdefault(row["identity"], ([], []))
        (smiling if row["Smiling"] == "1" else serious).append(row["image"])
    for smiling, serious in by_person.values():
        yield from zip(smiling, serious, strict=False)


def _celeba(data: Path) -> list[dict[str, str]]:
    table = data / "ground_truth" / "face_attributes_celeba.csv"
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Measure, print, keep."""
    said = evidence.options(__doc__)
    use_one_thread_per_call()
    judge = Judge.load(said.home)
    findings: dict[str, object] = {
        "scenes COCO": order(judge, scenes(said.data)),
        "portraits CelebA": order(judge, portraits(said.data)),
        "smiles CelebA": smiles(judge, said.data),
    }
    show(findings)
    evidence.write("choice", findings)


if __name__ == "__main__":
    main()
