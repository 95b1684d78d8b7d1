"""How well masks are seen: on faces, through to the end, and how often where there are none.

    python -m bench.equipment --data ../shared/data/dev --home ~/.eyebright

The pictures of the mask set train the pack's heads, so they are judged by heads that have not seen
them: five heads, each of four fifths of the pictures (`bench.train_equipment`), calibrated as the
pack's are. Everything else is the installed pack. A masked face that the face detector misses is a
mask missed. Portraits without masks (FairFace and CelebA of data/dev) are judged by the pack's own
heads, which have not seen them. Intervals are 95 %: pictures resampled, Wilson's for portraits.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench import evidence
from bench.attributes import Interval, share
from bench.face_features import SMALL_PICTURES, the_face
from bench.train_equipment import (
    INCORRECT,
    MASK_TABLE,
    STRENGTH,
    UNLABELLED,
    WITH,
    WITHOUT,
    Eye,
    LabelledFaces,
    lessons,
    read_sets,
    shrunk,
    train,
)
from eyebright.analysis.equipment.covers import CoverJudge
from eyebright.analysis.equipment.inspector import InspectionRules
from eyebright.geometry.boxes import box_sizes_wh
from eyebright.imaging.crops import use_one_thread_per_call
from eyebright.imaging.decode import decode_image
from eyebright.packs.pack import load_pack
from eyebright.runtime.session import Runtime

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]
SIZE_EDGES_PX = (0, 16, 24, 32, 48, 96, 100_000)
DRAWS = 1000
SMALL_FACE_PX = 16
HAT = "Wearing_Hat"
"""CelebA's attribute."""


@dataclass(frozen=True, slots=True, eq=False)
class MaskFaces:
    """All labelled and found faces of the mask set, one row each.

    pictures: which picture. states: the label. found: whether the detector found it. worn, covers:
    what heads say that do not know the picture, 0-1, 0 if not found. sides: pixels, of the label's
    box.
    """

    pictures: NDArray[np.intp]
    states: NDArray[np.str_]
    found: Flags
    worn: Numbers
    covers: Numbers
    sides: Numbers


def main() -> None:
    options = evidence.options(__doc__)
    use_one_thread_per_call()
    masks, portraits, table = read_sets(Eye.open(options.home), options.data.parent, options.cache)
    pack = load_pack(options.home / "packs", "equipment")
    rules = InspectionRules.of(pack)
    held_out = held_out_scores(masks, portraits, table)
    faces = mask_faces(masks, held_out, labels_of(options.data.parent))
    findings = {
        "masks": mask_findings(faces, rules),
        "said to wear a mask, of faces without a label": share(
            held_out["WORN"][: len(masks.states)][masks.states == UNLABELLED] >= rules.worn_found
        ),
        "bare heads, FairFace training faces, held out": hat_findings(
            held_out["HAT"], portraits, table, rules
        ),
        "portraits": portrait_findings(
            Eye.open(options.home), CoverJudge.load(pack, Runtime(slots=1)), options.data, rules
        ),
    }
    show(findings)
    evidence.write("equipment", findings)


def held_out_scores(
    masks: LabelledFaces, portraits: LabelledFaces, table: list[dict[str, str]]
) -> dict[str, Numbers]:
    """Head -> probability for every face of its lesson, by heads that have not seen its picture."""
    scores = {}
    for name, (_, lesson) in lessons(masks, portraits, table).items():
        _, logits = train(lesson, STRENGTH[name])
        scores[name] = 1.0 / (1.0 + np.exp(-logits))
    return scores


def labels_of(data: Path) -> list[list[dict[str, object]]]:
    rows = json.loads((data / MASK_TABLE).read_text(encoding="utf-8"))
    return [row["faces"] for row in rows]


def mask_faces(
    masks: LabelledFaces, scores: Mapping[str, Numbers], labels: list[list[dict[str, object]]]
) -> MaskFaces:
    """Faces found and labelled, then labelled faces that were not found."""
    count = len(masks.states)
    labelled = np.flatnonzero(masks.states != UNLABELLED)
    # the lessons of both heads begin with the faces of the mask set
    worn, covers = scores["WORN"][:count], scores["COVERS"][:count]
    missed = [
        (picture, str(label["state"]), _side(label["box"]))
        for picture, label in _missed(masks, labels)
    ]
    nothing = np.zeros(len(missed))
    under = zip(masks.pictures[labelled], masks.labels[labelled], strict=True)
    sides = [_side(labels[picture][label]["box"]) for picture, label in under]
    return MaskFaces(
        pictures=np.concatenate([masks.pictures[labelled], [row[0] for row in missed]]).astype(int),
        states=np.concatenate([masks.states[labelled], [row[1] for row in missed]]),
        found=np.concatenate([np.ones(len(labelled), bool), nothing.astype(bool)]),
        worn=np.concatenate([worn[labelled], nothing]),
        covers=np.concatenate([covers[labelled], nothing]),
        sides=np.concatenate([sides, [row[2] for row in missed]]),
    )


def _missed(
    masks: LabelledFaces, labels: list[list[dict[str, object]]]
) -> list[tuple[int, dict[str, object]]]:
    """Labels on which no face was found, with their pictures."""
    found = set(zip(masks.pictures.tolist(), masks.labels.tolist(), strict=True))
    return [
        (picture, face)
        for picture, faces in enumerate(labels)
        for index, face in enumerate(faces)
        if (picture, index) not in found
    ]


def _side(box: object) -> float:
    left, top, right, bottom = (float(edge) for edge in box)  # type: ignore[attr-defined]
    return max(right - left, bottom - top)


def mask_findings(faces: MaskFaces, rules: InspectionRules) -> dict[str, object]:
    """Shares with pictures resampled."""
    masked = faces.states != WITHOUT
    said = (faces.worn >= rules.worn_found) & faces.found & (faces.sides >= rules.least_face_px)
    bare = (faces.worn <= rules.worn_absent) & faces.found & (faces.sides >= rules.least_face_px)
    well, badly = said & (faces.covers >= 0.5), said & (faces.covers < 0.5)
    is_with, is_badly = faces.states == WITH, faces.states == INCORRECT

    def measured(hits: Flags, among: Flags) -> Interval:
        return by_picture(faces.pictures, hits, among)

    return {
        "labelled faces": {state: int((faces.states == state).sum()) for state in (
            WITH, WITHOUT, INCORRECT)},
        "precision, FACE_COVER": measured(masked, said),
        "recall, FACE_COVER, end to end": measured(said, masked),
        "recall, FACE_COVER, of faces found": measured(said, masked & faces.found),
        "said to be bare, of masked faces found": measured(bare, masked & faces.found),
        "said to be bare, of bare faces found": measured(bare, ~masked & faces.found),
        "false masks, of bare faces found": measured(said, ~masked & faces.found),
        "precision, covers nose and mouth": measured(is_with, well),
        "recall, covers nose and mouth, end to end": measured(well, is_with),
        "precision, does not cover": measured(is_badly, badly),
        "recall, does not cover, of masks said": measured(badly, is_badly & said),
        "recall, FACE_COVER, end to end, by side of the face in pixels": {
            f"{low}-{high}": measured(said, masked & (faces.sides >= low) & (faces.sides < high))
            for low, high in pairwise(SIZE_EDGES_PX)
        },
        "calibration error of FACE_COVER": calibration_error(
            faces.worn[faces.found], masked[faces.found]
        ),
    }  # fmt: skip


def by_picture(pictures: NDArray[np.intp], hits: Flags, among: Flags) -> Interval:
    """A share of faces; its interval from resampled pictures, as faces of one are alike."""
    if not among.any():
        return Interval(float("nan"), 0.0, 1.0, 0)
    own, count = pictures[among], int(pictures.max()) + 1
    good = np.bincount(own, weights=hits[among], minlength=count)
    every = np.bincount(own, minlength=count)
    draws = np.random.default_rng(0).integers(0, count, (DRAWS, count))
    shares = good[draws].sum(axis=1) / np.maximum(every[draws].sum(axis=1), 1)
    low, high = np.percentile(shares, [2.5, 97.5])
    return Interval(float(good.sum() / every.sum()), float(low), float(high), int(among.sum()))


def calibration_error(scores: Numbers, right: Flags) -> float:
    """Expected calibration error over ten bins."""
    bins = np.minimum((scores * 10).astype(int), 9)
    gaps = [
        abs(float(scores[bins == bin_].mean() - right[bins == bin_].mean())) * (bins == bin_).mean()
        for bin_ in range(10)
        if (bins == bin_).any()
    ]
    return float(sum(gaps))


def hat_findings(
    scores: Numbers, portraits: LabelledFaces, table: list[dict[str, str]], rules: InspectionRules
) -> dict[str, object]:
    """How many heads are said to be bare, of bare ones and of those with something on."""
    known = [table[index]["hat"] for index in portraits.pictures if table[index]["hat"] != ""]
    hats, bare = np.array(known) == "1", scores <= rules.hat_absent
    return {"bare, said so": share(bare[~hats]), "with a hat, said to be bare": share(bare[hats])}


def portrait_findings(
    eye: Eye, judge: CoverJudge, data: Path, rules: InspectionRules
) -> dict[str, object]:
    """False masks where there are none, and CelebA's hats."""
    findings: dict[str, object] = {}
    for name, file in (
        ("FairFace", "face_demographics_fairface.csv"),
        ("CelebA", "face_attributes_celeba.csv"),
    ):
        with (data / "ground_truth" / file).open(encoding="utf-8", newline="") as opened:
            rows = list(csv.DictReader(opened))
        seen, worn, hats, coarse = [], [], [], []
        for row in rows:
            image = decode_image((data / row["image"]).read_bytes(), limits=SMALL_PICTURES)
            face = the_face(eye.detector.detect(image.pixels), image.size_wh)
            if len(face):
                said = judge.judge(image, face)
                seen.append(row)
                worn.append(float(said.worn[0]))
                hats.append(float(said.hat[0]))
                factor = min(SMALL_FACE_PX / float(box_sizes_wh(face.boxes_xyxy).max()), 1.0)
                coarse.append(float(judge.judge(*shrunk(image.pixels, face, factor)).worn[0]))
        found = np.array(worn)
        findings[f"false masks, {name}"] = share(found >= rules.worn_found)
        findings[f"false masks at 80 %, {name}"] = share(found >= 0.8)
        small = f"{name} with faces shrunk to {SMALL_FACE_PX} pixels"
        findings[f"false masks, {small}"] = share(np.array(coarse) >= rules.worn_found)
        findings[f"said to be bare, {small}"] = share(np.array(coarse) <= rules.worn_absent)
        findings[f"said to be bare, {name}"] = share(found <= rules.worn_absent)
        if HAT in rows[0]:
            on = np.array([row[HAT] == "1" for row in seen])
            bare = np.array(hats) <= rules.hat_absent
            findings[f"heads: bare, said so, {name}"] = share(bare[~on])
            findings[f"heads: with a hat, said to be bare, {name}"] = share(bare[on])
    return findings


def show(findings: Mapping[str, object], tell: Callable[..., None] = print) -> None:
    """Every number on a line."""
    for name, value in findings.items():
        if isinstance(value, Mapping):
            tell(f"\n{name}")
            show(value, lambda line: tell(f"  {line}"))
        else:
            tell(f"{name}: {value}")


if __name__ == "__main__":
    main()
