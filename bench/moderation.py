"""How often moderation cries wolf, and what it says of the few pictures that show something.

    python -m bench.moderation --data ../shared/data/dev --home ~/.eyebright

False alarms are counted on ordinary pictures: things, everyday life, portraits, faces, streets,
receipts, crowds. None of them is explicit, so every Explicit is a false alarm. Some portraits do
show swimwear or underwear, and some everyday pictures wine: what is said of those is right, and
counted with the others all the same. Recall of explicit content is not measured: there are no such
pictures here. Intervals are Wilson's, 95 %.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench import evidence
from bench.attributes import Interval, share
from bench.face_features import SMALL_PICTURES
from eyebright.analysis.moderation.taxonomy import load_taxonomy
from eyebright.analysis.moderation.values import Moderation
from eyebright.analysis.sight import Sight
from eyebright.app.sight import InstalledPacks, LazyVision, installed_sight
from eyebright.imaging.crops import use_one_thread_per_call
from eyebright.imaging.decode import decode_image
from eyebright.runtime.session import Runtime
from eyebright.settings import Settings

LEAST_SCORE = 0.5
"""The service's own default, MinConfidence 50."""
EVERY_FACE = 16
"""One in so many of the LFW pictures, which are much alike."""
ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Ordinary:
    """A data set without explicit content."""

    name: str
    pictures: Sequence[Path]


def ordinary_sets(data: Path) -> list[Ordinary]:
    """Every set, by what it shows."""
    truth = data / "ground_truth"
    clean = (row["image"] for row in weak_rows(data) if row[EXPECTED].startswith("none"))
    return [
        Ordinary("ImageNet, things and animals", _paths(data, clean)),
        Ordinary("COCO, everyday life", _column(data, "image_labels_coco.csv")),
        Ordinary("CelebA, portraits", _column(data, "face_identities_celeba.csv")),
        Ordinary("LFW, faces", _column(data, "face_identities_lfw.csv")[::EVERY_FACE]),
        Ordinary("ICDAR, street signs", _listed(data, truth / "ocr_icdar2015.json")),
        Ordinary("SROIE, receipts", _listed(data, truth / "ocr_sroie.json")),
        Ordinary("Crowds with masks", _listed(data, truth / "face_boxes_mask.json")),
    ]


EXPECTED = "expected_moderation_category"


def weak_rows(data: Path) -> list[dict[str, str]]:
    """ImageNet pictures whose class says which moderation class they show, if any."""
    table = data / "ground_truth" / "moderation_weak_imagenet.csv"
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def judged(sight: Sight, path: Path) -> Moderation:
    image = decode_image(path.read_bytes(), limits=SMALL_PICTURES)
    return sight.moderation().moderate(sight.observe(image))


def said(found: Moderation) -> list[str]:
    """Names at the service's default, surest group first."""
    return [label.name for label in found.labels if label.score >= LEAST_SCORE]


def false_alarms(sight: Sight, ordinary: Ordinary, classes: Sequence[str]) -> list[frozenset[str]]:
    """The classes said of each picture."""
    known = frozenset(classes)
    return [known.intersection(said(judged(sight, path))) for path in ordinary.pictures]


def shares(answers: Sequence[frozenset[str]], classes: Sequence[str]) -> dict[str, Interval]:
    """The share of pictures of which each class was said, and of those with any."""
    found = {name: share(np.array([name in one for one in answers])) for name in classes}
    return {ANYTHING: share(np.array([bool(one) for one in answers])), **found}


def weakly_labelled(sight: Sight, data: Path) -> list[dict[str, object]]:
    """What is said of the pictures that should show something."""
    return [
        {
            "picture": row["class_name"],
            "expected": row[EXPECTED],
            "said": scores(judged(sight, data / row["image"])),
        }
        for row in weak_rows(data)
        if not row[EXPECTED].startswith("none")
    ]


def scores(found: Moderation) -> dict[str, float]:
    return {label.name: round(label.score, 3) for label in found.labels}


def measure(sight: Sight, data: Path) -> dict[str, object]:
    """All findings."""
    taxonomy = load_taxonomy()
    tops = [name for name, parent in taxonomy.parents.items() if not parent]
    by_set = {own.name: false_alarms(sight, own, tops) for own in ordinary_sets(data)}
    pooled = [answer for answers in by_set.values() for answer in answers]
    named = Counter(name for answer in pooled for name in answer)
    return {
        "least score": LEAST_SCORE,
        "ordinary": {
            "all": shares(pooled, tops),
            **{name: shares(answers, tops) for name, answers in by_set.items()},
        },
        "said most": dict(named.most_common()),
        "weakly labelled": weakly_labelled(sight, data),
    }


def show(findings: Mapping[str, object]) -> None:
    """Pictures in a thousand, a column for each class that was ever said."""
    ordinary = findings["ordinary"]
    assert isinstance(ordinary, dict)
    ever = [name for name, value in ordinary["all"].items() if value.value > 0]
    rows = [
        [name, str(found[ANYTHING].count), *(per_thousand(found[one]) for one in ever)]
        for name, found in ordinary.items()
    ]
    evidence.table("Said of ordinary pictures, per 1,000", ["", "n", *ever], rows)
    never = [name for name in ordinary["all"] if name not in ever]
    print(f"Never said: {', '.join(never) or 'none'}")
    weak = findings["weakly labelled"]
    assert isinstance(weak, list)
    cells = [[row["picture"], row["expected"], str(row["said"] or "nothing")] for row in weak]
    evidence.table("Of pictures that should show something", ["", "expected", "said"], cells)


def per_thousand(rate: Interval) -> str:
    return f"{1000 * rate.value:.1f} [{1000 * rate.low:.1f},{1000 * rate.high:.1f}]"


def open_sight(home: Path, runtime: Runtime) -> Sight:
    settings = Settings(home=home)
    packs = InstalledPacks(settings, runtime)
    return installed_sight(settings, runtime, faces=LazyVision(packs.faces))


def _column(data: Path, table: str) -> list[Path]:
    with (data / "ground_truth" / table).open(encoding="utf-8", newline="") as file:
        return _paths(data, (row["image"] for row in csv.DictReader(file)))


def _listed(data: Path, table: Path) -> list[Path]:
    entries = json.loads(table.read_text(encoding="utf-8"))
    return _paths(data, (str(entry["image"]) for entry in entries))


def _paths(data: Path, names: Iterable[str]) -> list[Path]:
    return [data / name for name in dict.fromkeys(names)]


def main() -> None:
    """Measure, print, keep."""
    options = evidence.options(__doc__)
    use_one_thread_per_call()
    findings = measure(open_sight(options.home, Runtime()), options.data)
    show(findings)
    evidence.write("moderation", findings)


if __name__ == "__main__":
    main()
