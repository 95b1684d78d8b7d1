"""docs/measured.md and the results section of README, from the newest file of each benchmark.

    python -m bench.report

No number is written by hand. The front page has some of the rows, the other page all of them.

A benchmark without a result file has no rows.
"""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.evidence import RESULTS

README = Path(__file__).parents[1] / "README.md"
MEASURED = README.parent / "docs" / "measured.md"
BEGIN, END = "<!-- results:begin -->", "<!-- results:end -->"
_DATED = re.compile(r"(?P<name>.+)-(?P<date>\d{4}-\d{2}-\d{2})")


CHAPTERS: Mapping[str, tuple[str, ...]] = {
    "Who is who": ("verification", "identification", "celebrities"),
    "Faces": ("detection", "attributes"),
    "Labels": ("labels",),
    "Text": ("text",),
    "Moderation": ("moderation",),
    "Protective equipment": ("equipment",),
    "Video": ("who", "video_text", "shots", "video", "streams"),
    "Library": ("library", "library_search", "choice", "first_paint"),
    "People": ("naming_trial", "grouping", "suggestions", "people_edits", "people_pages"),
    "Speed and size": (
        "throughput",
        "pictures",
        "text_speed",
        "search",
        "enrolment",
        "server",
    ),
}
"""Title -> the benchmarks whose rows stand under it; a test holds that none is left out."""

PICTURE_OPERATIONS = (
    "labels",
    "properties",
    "text",
    "moderation",
    "equipment",
    "faces",
    "celebrities",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: `value` takes what lies at `path` in the result file."""

    label: str
    benchmark: str
    path: Sequence[str]
    value: Callable[[Any], str]


def share(value: Mapping[str, Any]) -> str:
    """hits of count with its interval."""
    rate = value["hits"] / value["count"]
    return f"{rate:.4f} [{value['low']:.4f}, {value['high']:.4f}]"


def number(form: str, unit: str = "") -> Callable[[Any], str]:
    return lambda value: f"{value:{form}}{unit}"


def pace(value: Mapping[str, Any]) -> str:
    """Of one operation on pictures of one size."""
    return f"{value['pictures_per_second']:.1f}; {value['share_of_bare']:.2f}"


def grouped(value: Mapping[str, Any]) -> str:
    """How well groups are people."""
    low, high = value["bcubed_f_interval"]
    return (
        f"pairwise F {value['pairwise_f']:.3f}; BCubed F {value['bcubed_f']:.3f} "
        f"[{low:.3f}, {high:.3f}]; {value['mixed']} of {value['groups']} groups mixed"
    )


def named(value: Mapping[str, Any]) -> str:
    """How far somebody came in naming people, and at what cost."""
    return (
        f"{value['right']} of {value['of']} faces right, {value['wrong']} wrong; "
        f"{value['minutes']:.1f} min, {value['keystrokes']:,} keys"
    )


def cost(value: Mapping[str, Any]) -> str:
    return f"{value['minutes']:.1f} min, {value['keystrokes']:,} keys"


def of_suggested(value: Mapping[str, int]) -> str:
    """How many suggestions are right."""
    return f"{value['right']:,} of {value['right'] + value['wrong']:,}"


def painted(openings: Sequence[Mapping[str, float]]) -> str:
    middle = [
        statistics.median(one[name] for one in openings)
        for name in ("first_paint_ms", "cards_ms", "pictures_ms")
    ]
    return "; ".join(f"{ms:.0f}" for ms in middle) + " ms"


def edit(value: Mapping[str, Any]) -> str:
    return f"{value['p50_ms']:.0f}; {value['p95_ms']:.0f} ms"


def price(value: Mapping[str, Any]) -> str:
    """Ours beside the service's list price."""
    return f"{value['dollars']:.2f} dollars (list price there: {value['aws_dollars']:,.0f})"


def parts(value: Mapping[str, float]) -> str:
    """Shares of time, largest first; what is under one in a hundred is left out."""
    largest = sorted(value.items(), key=lambda item: -item[1])
    return ", ".join(f"{name} {part:.0%}" for name, part in largest if part >= 0.01)


def p50(value: Mapping[str, Any]) -> str:
    return f"{value['p50']:.2f} ms"


def measured(value: Mapping[str, Any]) -> str:
    """A value with its interval and count."""
    return f"{value['value']:.3f} [{value['low']:.3f}, {value['high']:.3f}], n={value['count']}"


def years(value: Mapping[str, Any]) -> str:
    return f"{value['value']:.1f} years [{value['low']:.1f}, {value['high']:.1f}]"


def worst_group(groups: Mapping[str, Mapping[str, Any]]) -> str:
    name = min(groups, key=lambda group: float(groups[group]["value"]))
    return f"{name} {measured(groups[name])}"


def missed(value: Mapping[str, Any]) -> str:
    """A miss rate with its interval as a pair."""
    low, high = value["interval"]
    return f"{value['value']:.3f} [{low:.3f}, {high:.3f}]"


def crowd(value: Mapping[str, Any]) -> str:
    low, high = value["recall_95"]
    recall = f"recall {value['recall']:.3f} [{low:.3f}, {high:.3f}]"
    return f"{recall} at precision {value['precision']:.3f}"


def spotted(value: Mapping[str, Any]) -> str:
    """F1 of what was told against what is there."""
    shares = f"precision {value['precision']:.3f}, recall {value['recall']:.3f}"
    return f"F1 {value['f1']:.3f} ({shares}, n={value['true']})"


def in_thousand(value: Mapping[str, Any]) -> str:
    """A rare share with its interval and count."""
    rate, low, high = (1000 * value[name] for name in ("value", "low", "high"))
    return f"{rate:.1f} in 1,000 [{low:.1f}, {high:.1f}], n={value['count']}"


def middle_and_slow(value: Mapping[str, Any]) -> str:
    return f"{value['p50']:.1f} ms; {value['p95']:.1f} ms"


def times_others(value: Mapping[str, float]) -> str:
    return "; ".join(f"{ratio:.1f}x {name}" for name, ratio in value.items())


ROWS: tuple[Row, ...] = (
    Row(
        "LFW accuracy (official folds)",
        "verification",
        ("verification", "LFW", "accuracy"),
        number(".4f"),
    ),
    Row(
        "LFW true matches at FMR 1e-3",
        "verification",
        ("verification", "LFW", "true_match_rate_at", "0.001"),
        share,
    ),
    Row(
        "LFW true matches at FMR 1e-4",
        "verification",
        ("verification", "LFW", "true_match_rate_at", "0.0001"),
        share,
    ),
    Row(
        "CelebA accuracy (ten folds)",
        "verification",
        ("verification", "CelebA", "accuracy"),
        number(".4f"),
    ),
    Row(
        "False matches, women to men, at global FMR 1e-3",
        "verification",
        ("gender_at_global_threshold", "0.001", "ratio"),
        number(".2f"),
    ),
    Row("LFW people found first, 622 enrolled", "identification", ("LFW", "rank_1"), share),
    Row(
        "LFW people missed (FNIR) at 1 % false alarms (FPIR)",
        "identification",
        ("LFW", "FNIR_at_FPIR_0.01"),
        missed,
    ),
    Row(
        "Celebrities named in another photo, LFW, 100 in the gallery, three photos each",
        "celebrities",
        ("LFW", "100 people, 3 photos", "named", "known_right"),
        share,
    ),
    Row(
        "Strangers given a celebrity's name, same galleries",
        "celebrities",
        ("LFW", "100 people, 3 photos", "named", "strangers"),
        share,
    ),
    *(
        Row(
            f"Who is on camera, looking twice a second: {words}",
            "who",
            ("2fps at 80", name),
            share,
        )
        for words, name in (
            ("intervals that are right within a second", "precision"),
            ("intervals that are found", "recall"),
        )
    ),
    *(
        Row(
            f"Captions of films, looking once a second: {words}",
            "video_text",
            ("1fps", name),
            share,
        )
        for words, name in (("read", "read"), ("begin and end within a second", "in_time"))
    ),
    Row("Shot boundaries within 3 frames, dissolves too", "shots", ("whole", "within_3"), spotted),
    Row("...without the pack, hard cuts only", "shots", ("cuts_only", "within_3"), spotted),
    Row("Black frames", "shots", ("cues", "BLACK"), spotted),
    Row("Colour bars", "shots", ("cues", "COLOUR_BARS"), spotted),
    *(
        Row(
            f"Shots, {words}, times real time",
            "shots",
            ("speed", name, "real_time"),
            number(".0f", "x"),
        )
        for words, name in (("dissolves too", "whole"), ("hard cuts only", "cuts_only"))
    ),
    Row(
        "Eight live streams every 6 s: lag of 95 in 100 records",
        "streams",
        ("lag_seconds", "95th"),
        number(".2f", " s"),
    ),
    Row("...longest lag", "streams", ("lag_seconds", "most"), number(".2f", " s")),
    Row("...processors used", "streams", ("processors_used",), number(".2f")),
    Row("Faces in crowds, IoU 0.4", "detection", ("crowd",), crowd),
    Row("Gender, FairFace", "attributes", ("gender FairFace", "all"), measured),
    Row("Gender, worst group", "attributes", ("gender FairFace", "by group"), worst_group),
    Row(
        "Age, mean error, UTKFace",
        "attributes",
        ("age UTKFace", "mean absolute error of the middle"),
        years,
    ),
    *(
        Row(
            f"{name}, balanced accuracy, CelebA",
            "attributes",
            (f"{key} CelebA", "balanced accuracy"),
            number(".3f"),
        )
        for name, key in (
            ("Smile", "SMILE"),
            ("Mouth open", "MOUTH_OPEN"),
            ("Eyeglasses", "EYEGLASSES"),
        )
    ),
    Row("Words in street scenes (ICDAR 2015), F1", "text", ("ICDAR 2015", "0.00", "F1"), measured),
    Row(
        "Characters wrong on receipts (SROIE)",
        "text",
        ("SROIE", "character error rate"),
        measured,
    ),
    Row(
        "Words, expected calibration error",
        "text",
        ("reliability of words", "both", "ece"),
        number(".3f"),
    ),
    *(
        Row(
            f"DetectText on {kind}, against rapidocr, same run",
            "text_speed",
            (kind, "times_peer"),
            number(".2f", "x"),
        )
        for kind in ("street scenes", "receipts", "photos")
    ),
    Row("Emotion, seven kinds, FER2013", "attributes", ("emotions FER2013", "accuracy"), measured),
    Row(
        "Boxes of things, COCO, mAP .50 to .95",
        "labels",
        ("boxes COCO", "mAP .50 to .95"),
        measured,
    ),
    Row("...AP at IoU .50", "labels", ("boxes COCO", "AP at IoU .50"), measured),
    Row(
        "Words of COCO pictures at 50: right", "labels", ("words COCO", "precision at 50"), measured
    ),
    Row("...found", "labels", ("words COCO", "recall at 50"), measured),
    Row("Words of ImageNet pictures: first right", "labels", ("words ImageNet", "top-1"), measured),
    Row("...one of five right", "labels", ("words ImageNet", "top-5"), measured),
    *(
        Row(
            f"Calibration error of {name}",
            "labels",
            (key, "reliability", "ece"),
            number(".3f"),
        )
        for name, key in (
            ("boxes", "boxes COCO"),
            ("words, COCO", "words COCO"),
            ("words, ImageNet", "words ImageNet"),
        )
    ),
    Row(
        "Ordinary pictures called explicit",
        "moderation",
        ("ordinary", "all", "Explicit"),
        in_thousand,
    ),
    *(
        Row(f"...said to show {words}", "moderation", ("ordinary", "all", name), in_thousand)
        for words, name in (
            ("swimwear or underwear", "Swimwear or Underwear"),
            ("violence, which is weapons", "Violence"),
            ("alcohol", "Alcohol"),
            ("drugs or tobacco", "Drugs & Tobacco"),
            ("gambling", "Gambling"),
        )
    ),
    *(
        Row(words, "equipment", ("masks", name), measured)
        for words, name in (
            ("Masks: of faces said to wear one, those that do", "precision, FACE_COVER"),
            ("Masks found, faces that are not found included", "recall, FACE_COVER, end to end"),
            ("...of faces that are found", "recall, FACE_COVER, of faces found"),
            ("...said to cover nose and mouth, those that do", "precision, covers nose and mouth"),
        )
    ),
    Row(
        "Portraits said to wear a mask, FairFace",
        "equipment",
        ("portraits", "false masks, FairFace"),
        measured,
    ),
    Row(
        "Detect, align and embed, photos a second",
        "throughput",
        ("speeds", "eyebright", "photos_per_second"),
        number(".0f"),
    ),
    Row("...against face_recognition, same run", "throughput", ("times_peer",), times_others),
    Row("...of the bare models back to back", "throughput", ("share_of_bare",), number(".0%")),
    Row(
        "Exact search in 1,000,000 faces, median",
        "search",
        ("seconds", "search, one thread", "median"),
        lambda seconds: f"{1000 * seconds:.1f} ms",
    ),
    Row(
        "...against reading the int8 matrix once, median",
        "search",
        ("ratio_one_thread", "median"),
        number(".2f", "x"),
    ),
    Row(
        "...matches missed against the float32 oracle",
        "search",
        ("oracle_agreement", "best_100"),
        lambda found: f"{found['missed']} of {found['matches']:,}",
    ),
    Row(
        "Photos analysed by all stages a second; share of the bare models' speed",
        "library",
        ("pace",),
        lambda pace: f"{pace['photos_per_second']:.2f}; {pace['share_of_bare']:.2f}",
    ),
    Row(
        "One photo, from the event until a search finds it, p95",
        "library",
        ("one_at_a_time", "found", "p95_ms"),
        number(".0f", " ms"),
    ),
    Row(
        "...until text, moderation and colours are there as well, p95",
        "library",
        ("one_at_a_time", "complete", "p95_ms"),
        number(".0f", " ms"),
    ),
    Row(
        "50 people named in 2,000 LFW photos in a browser: by stacks",
        "naming_trial",
        ("steps", "stacks, until all have a name"),
        named,
    ),
    Row(
        "...the same faces one by one, typed",
        "naming_trial",
        ("steps", "stacks, until all have a name", "one_by_one"),
        cost,
    ),
    Row(
        "...the same, from a list of beginnings",
        "naming_trial",
        ("steps", "stacks, until all have a name", "one_by_one_with_a_list"),
        cost,
    ),
    *(
        Row(f"...{step}", "naming_trial", ("steps", step), named)
        for step in ("then who is likely", "then who may be", "then all stacks that are left")
    ),
    *(
        row
        for data, people in (("LFW", "3,189 faces of 1,664"), ("CelebA", "743 faces of 150"))
        for row in (
            Row(
                f"Unknown faces grouped one by one, {data} ({people} people)",
                "grouping",
                (data, "one by one (ours)"),
                grouped,
            ),
            Row(
                "...Chinese whispers, all at once, at our threshold",
                "grouping",
                (data, "Chinese whispers, our threshold"),
                grouped,
            ),
            Row(
                "...DBSCAN, all at once, at our threshold",
                "grouping",
                (data, "DBSCAN, our threshold"),
                grouped,
            ),
            Row("...HDBSCAN, all at once", "grouping", (data, "HDBSCAN"), grouped),
        )
    ),
    *(
        Row(
            f"Suggested as {band}, right, {data}",
            "suggestions",
            (data, "for_person", band),
            of_suggested,
        )
        for data in ("LFW", "CelebA")
        for band in ("likely", "maybe", "unlikely")
    ),
    *(
        Row(
            f"Among 1,000,000 faces of 50,000 people, {what}: p50; p95",
            "people_edits",
            ("edits", what),
            edit,
        )
        for what in (
            "confirm one face",
            "confirm 50 faces",
            "reject",
            "move",
            "split",
            "rename",
            "merge",
            "undo",
            "redo",
            "name a group of 10,000",
        )
    ),
    *(
        Row(
            f"Among 1,000,000 faces of 50,000 people, {what}: p50; p95",
            "people_pages",
            ("pages", what),
            edit,
        )
        for what in (
            "type-ahead",
            "standing",
            "review, 10 rows",
            "groups, the first 50",
            "a person",
            "a person's faces",
            "the next 200 faces of the largest person",
            "suggestions for a person",
            "explain",
            "standing after a decision",
            "review after a decision",
        )
    ),
    Row(
        "Library of 1,000,000: documents indexed a second",
        "library_search",
        ("ingest", "documents_per_second"),
        number(",.0f"),
    ),
    *(
        Row(
            f"Search among 1,000,000 assets with all facets, {kind}: p50; p95",
            "library_search",
            ("search_ms", kind),
            middle_and_slow,
        )
        for kind in (
            "one common label",
            "one word",
            "two labels",
            "a phrase",
            "a beginning",
            "filtered",
            "with a floor",
            "everything",
        )
    ),
    Row(
        "...one change until it is found, p95",
        "library_search",
        ("changes_ms", "publish_p95"),
        number(".0f", " ms"),
    ),
    Row(
        "...on disk",
        "library_search",
        ("disk_bytes",),
        lambda size: f"{size / 1e9:.2f} GB",
    ),
    *(
        Row(
            f"A photo of a scene (COCO) is chosen before its copy that is {way}",
            "choice",
            ("scenes COCO", way),
            measured,
        )
        for way in (
            "a little out of focus (.2 % of the side)",
            "out of focus (.6 %)",
            "shaken (1 %)",
            "darker (x .4)",
            "overexposed (x 1.8)",
            "saved at quality 15",
            "noisy (20 levels)",
        )
    ),
    Row(
        "Of two photos of somebody the smiling one is chosen (CelebA)",
        "choice",
        ("smiles CelebA", "chosen"),
        measured,
    ),
    Row(
        "The library's page of 100,000 assets: first paint; cards; all thumbnails",
        "first_paint",
        ("openings",),
        painted,
    ),
    Row(
        "Unknown faces grouped, one after another, 100,000 faces",
        "grouping",
        ("cost",),
        lambda curve: (
            f"{curve[-1]['seconds_so_far']:.0f} s, the last at "
            f"{curve[-1]['ms_a_face_in_batches']:.1f} ms each"
        ),
    ),
    Row(
        "Templates enrolled a second",
        "enrolment",
        ("faces_per_second",),
        number(",.0f"),
    ),
    Row(
        "97,000 photos would take, by the rates above",
        "enrolment",
        ("photos_would_take_minutes",),
        number(".0f", " min"),
    ),
    *(
        Row(
            f"Pictures of {size} a second, {name}; share of the bare models' speed",
            "pictures",
            ("speeds", size, name),
            pace,
        )
        for size in ("640x480", "1600x1200")
        for name in PICTURE_OPERATIONS
    ),
    *(
        Row(
            f"Labels, faces and moderation of one picture of {size} at once",
            "pictures",
            ("shared", size, "over_models"),
            number(".2f", " times their models alone"),
        )
        for size in ("640x480", "1600x1200")
    ),
    *(
        Row(
            f"...of the time of three requests, {size}",
            "pictures",
            ("shared", size, "of_separately"),
            number(".2f"),
        )
        for size in ("640x480", "1600x1200")
    ),
    Row(
        "Resident memory with all models loaded, one large picture each",
        "pictures",
        ("memory", "all_loaded_mb"),
        number(".0f", " MB"),
    ),
    Row(
        "...after all operations on all threads",
        "pictures",
        ("memory", "after_work_mb"),
        number(".0f", " MB"),
    ),
    *(
        Row(
            f"Stored video at 720p, {name}, times real time",
            "video",
            ("paces", name, "times_real_time"),
            number(".0f", "x"),
        )
        for name in (
            "face search, every 6 s",
            "face search, 2 a second",
            "labels, 1 a second",
            "moderation, 1 a second",
            "text, 1 a second",
            "people pathing, 4 a second",
            "celebrities, 2 a second",
            "shots, every frame",
        )
    ),
    *(
        Row(f"...where the time goes, {name}", "video", ("paces", name, "shares"), parts)
        for name in ("face search, every 6 s", "face search, 2 a second")
    ),
    Row(
        "1,000 hours of face search every 6 s, at 0.10 dollars an hour of this machine",
        "video",
        ("paces", "face search, every 6 s"),
        price,
    ),
    Row(
        "Memory grown over two hours of film",
        "video",
        ("memory", "growth_mb"),
        number("+.0f", " MB"),
    ),
    Row("DetectFaces in-process, 100 kB JPEG, p50", "server", ("in_process_ms",), p50),
    Row("Added by the server, p50", "server", ("added_p50_ms",), number(".2f", " ms")),
    Row("Signature verified, p50", "server", ("signature",), p50),
    Row("Idle memory, all face models", "server", ("memory", "idle_mb"), number(".0f", " MB")),
    Row("Growth over the long run", "server", ("memory", "growth_mb"), number("+.0f", " MB")),
)


def newest(directory: Path) -> dict[str, dict[str, Any]]:
    """Benchmark -> its newest result."""
    found: dict[str, tuple[str, Path]] = {}
    for path in directory.glob("*.json"):
        named = _DATED.fullmatch(path.stem)
        if named and named["date"] >= found.get(named["name"], ("", path))[0]:
            found[named["name"]] = (named["date"], path)
    return {name: json.loads(path.read_text(encoding="utf-8")) for name, (_, path) in found.items()}


FRONT = (
    "LFW true matches at FMR 1e-3",
    "LFW people missed (FNIR) at 1 % false alarms (FPIR)",
    "False matches, women to men, at global FMR 1e-3",
    "Faces in crowds, IoU 0.4",
    "Gender, FairFace",
    "Gender, worst group",
    "Age, mean error, UTKFace",
    "Boxes of things, COCO, mAP .50 to .95",
    "Words of COCO pictures at 50: right",
    "Words in street scenes (ICDAR 2015), F1",
    "Characters wrong on receipts (SROIE)",
    "Ordinary pictures called explicit",
    "Masks: of faces said to wear one, those that do",
    "Who is on camera, looking twice a second: intervals that are right within a second",
    "Shot boundaries within 3 frames, dissolves too",
    "Stored video at 720p, face search, every 6 s, times real time",
    "One photo, from the event until a search finds it, p95",
    "...until text, moderation and colours are there as well, p95",
    "Search among 1,000,000 assets with all facets, one word: p50; p95",
    "The library's page of 100,000 assets: first paint; cards; all thumbnails",
    "50 people named in 2,000 LFW photos in a browser: by stacks",
    "...the same faces one by one, typed",
    "Unknown faces grouped one by one, LFW (3,189 faces of 1,664 people)",
    "Suggested as likely, right, LFW",
    "Among 1,000,000 faces of 50,000 people, confirm 50 faces: p50; p95",
    "Among 1,000,000 faces of 50,000 people, name a group of 10,000: p50; p95",
    "Among 1,000,000 faces of 50,000 people, review after a decision: p50; p95",
    "Detect, align and embed, photos a second",
    "Exact search in 1,000,000 faces, median",
    "...matches missed against the float32 oracle",
    "DetectFaces in-process, 100 kB JPEG, p50",
    "Idle memory, all face models",
)
"""Labels of the rows of the front page."""


def section(results: Mapping[str, Mapping[str, Any]], rows: Sequence[Row] = ROWS) -> str:
    """Markdown: a table for each chapter that has results."""
    rows = [row for row in rows if _at(results.get(row.benchmark), row.path) is not None]
    if not rows:
        return "No results yet: `make bench` measures on this machine and writes this section.\n"
    lines: list[str] = []
    for title, benchmarks in CHAPTERS.items():
        chosen = [row for row in rows if row.benchmark in benchmarks]
        if chosen:
            lines += [f"**{title}**", "", "| | Result | Measured |", "|---|---|---|"]
            lines += [_line(row, results[row.benchmark]) for row in chosen]
            lines.append("")
    machines = sorted({str(results[row.benchmark]["machine"]["processor"]) for row in rows})
    cores = max(results[row.benchmark]["machine"]["processors"] for row in rows)
    lines.append(f"On {', '.join(machines)} ({cores} processors); details in `bench/results`.")
    return "\n".join(lines) + "\n"


def front(results: Mapping[str, Mapping[str, Any]]) -> str:
    """The rows of the front page, in one table."""
    labelled = {row.label: row for row in ROWS}
    rows = [labelled[label] for label in FRONT]
    lines = [
        _line(row, results[row.benchmark])
        for row in rows
        if _at(results.get(row.benchmark), row.path) is not None
    ]
    return "\n".join(["| | Result | Measured |", "|---|---|---|", *lines]) + "\n"


def _line(row: Row, result: Mapping[str, Any]) -> str:
    value = row.value(_at(result, row.path))
    return f"| {row.label} | {value} | {result['date']}, {result['commit']} |"


def renewed(page: str, text: str) -> str:
    """The page with another results section. Raises ValueError without the two markers."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"The page needs the lines {BEGIN} and {END}.")
    return f"{head}{BEGIN}\n{text}{END}{tail}"


def main() -> None:
    results = newest(RESULTS)
    for path, text in ((README, front(results)), (MEASURED, section(results))):
        page = path.read_text(encoding="utf-8")
        path.write_text(renewed(page, text), encoding="utf-8")


def _at(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return value


if __name__ == "__main__":
    main()
