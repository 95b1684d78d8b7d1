"""How fast a library of a million assets is indexed, searched and kept level, and what it takes.

    python -m bench.library_search [--count 1000000] [--rounds 30] [--keep FOLDER]

Documents are generated from our own taxonomy: things by a Zipf law with all that they imply, twelve
labels each on average, read lines, people, file names, dates of fifteen years. Every search counts
all facets, and none is asked twice, so that nothing is remembered from the one before. Prints
tables and writes bench/results/library_search-DATE.json.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np

from bench.evidence import table, write
from eyebright.analysis.labels.taxonomy import Taxonomy, load_taxonomy
from eyebright.search.index import MediaIndex
from eyebright.search.values import Document, Field, Query, Sort, Term

THINGS = 5
"""Labels that are no mere ancestors, on average."""
SYLLABLES = "ba be bi bo da de di do fa fe ka ke ki ko la le li lo ma me mi mo na ne ra re sa so ta"
VOCABULARY = 30_000
PEOPLE = 400
SOURCES = ("/pictures", "/archive", "camera/uploads", "phone", "uploads")
FOLDERS = ("holiday", "Work", "family_party", "2019-scans", "DCIM", "press", "Garden")
ROLES = ("mayor", "actor", "neighbour", "trainer")
FIRST_DAY = 1_262_304_000_000
DAY_MS = 86_400_000
DAYS = 15 * 365
AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Making:
    """What documents are made of."""

    taxonomy: Taxonomy
    things: tuple[str, ...]
    things_share: np.ndarray
    words: tuple[str, ...]
    people: tuple[str, ...]

    @classmethod
    def prepare(cls) -> Making:
        taxonomy = load_taxonomy()
        rng = random.Random(5)
        things = sorted(taxonomy.names)
        rng.shuffle(things)
        share = 1 / np.arange(2, len(things) + 2) ** 0.9
        syllables = SYLLABLES.split()
        words = {"".join(rng.choices(syllables, k=rng.randint(2, 4))) for _ in range(VOCABULARY)}
        given, family = (rng.sample(sorted(words), PEOPLE) for _ in range(2))
        names = [f"{a.title()} {b.title()}" for a, b in zip(given, family, strict=True)]
        return cls(taxonomy, tuple(things), share / share.sum(), tuple(sorted(words)), tuple(names))


def documents(making: Making, count: int, first: int = 1) -> Iterator[Document]:
    """Generated documents, the same for the same count."""
    numbers = np.random.default_rng(first)
    rng = random.Random(first)
    for start in range(first, first + count, AT_ONCE):
        size = min(AT_ONCE, first + count - start)
        things = numbers.choice(len(making.things), (size, THINGS), p=making.things_share)
        scores = numbers.beta(4, 1.5, (size, THINGS)).round(4).tolist()
        for row in range(size):
            own = [making.things[at] for at in things[row].tolist()]
            yield _document(making, rng, start + row, own, scores[row])


def _document(
    making: Making, rng: random.Random, number: int, things: Sequence[str], scores: Sequence[float]
) -> Document:
    best: dict[str, float] = {}
    for thing, score in zip(things, scores, strict=True):
        for name in (thing, *making.taxonomy.ancestors(thing)):
            best[name] = max(best.get(name, 0.0), score)
    entries = {name: making.taxonomy.entry(name) for name in best}
    categories: dict[str, float] = {}
    for name, entry in entries.items():
        for category in entry.categories:
            categories[category] = max(categories.get(category, 0.0), best[name])
    people = rng.sample(making.people, rng.choice((0, 0, 0, 1, 1, 2)))
    day = rng.randrange(DAYS)
    return Document(
        number,
        f"{number:032x}",
        "video" if rng.random() < 0.04 else "image",
        labels=tuple(
            Term(name, score, (*entries[name].aliases, *making.taxonomy.ancestors(name)))
            for name, score in best.items()
        ),
        categories=tuple(Term(name, score) for name, score in categories.items()),
        people=tuple(Term(name) for name in people),
        roles=tuple(Term(rng.choice(ROLES)) for _ in people[:1] if rng.random() < 0.3),
        text=tuple(_line(making, rng) for _ in range(rng.choice((0, 0, 0, 1, 3)))),
        moderation=(Term("Smoking", 0.8),) if rng.random() < 0.02 else (),
        names=(f"{2010 + day // 365}/{rng.choice(FOLDERS)}/IMG_{number % 10_000:04d}.JPG",),
        sources=(rng.choice(SOURCES),),
        date=FIRST_DAY + day * DAY_MS + rng.randrange(DAY_MS),
    )


def _line(making: Making, rng: random.Random) -> Term:
    words = (making.words[int(len(making.words) * rng.random() ** 3)] for _ in range(4))
    return Term(" ".join(words), round(rng.uniform(0.3, 1.0), 3))


def questions(making: Making, rounds: int) -> dict[str, list[Query]]:
    """What is asked, by kind; all different."""
    rng = random.Random(9)
    common = making.things[:60]
    thing = [rng.choice(making.things[: 40 + 8 * at]) for at in range(rounds)]
    word = [making.words[int(len(making.words) * rng.random() ** 3)] for _ in range(rounds)]
    month = [FIRST_DAY + rng.randrange(DAYS - 400) * DAY_MS for _ in range(rounds)]
    return {
        "one common label": [_asked(f'label:"{common[at % 60]}"') for at in range(rounds)],
        "one word": [_asked(one.split()[0]) for one in thing],
        "a word of a text": [_asked(one) for one in word],
        "two labels": [_asked(f'"{a}" "{rng.choice(common)}"') for a in thing],
        "a phrase": [_asked(f'"{rng.choice(making.people)}"') for _ in range(rounds)],
        "a beginning": [_asked(one[: rng.randint(1, 4)]) for one in (*thing, *word)][::2],
        "filtered": [
            Query(
                only={Field.LABEL: (one,), Field.MEDIA: ("image",)},
                date_from=start,
                date_to=start + 400 * DAY_MS,
            )
            for one, start in zip(common * rounds, month, strict=False)
        ],
        "with a floor": [Query(one, min_score=0.5 + at % 45 / 100) for at, one in enumerate(thing)],
        "by confidence": [Query(f"{one} ", sort=Sort.CONFIDENCE) for one in thing],
        "everything": [Query(date_from=start - DAYS * DAY_MS) for start in month],
    }


def _asked(text: str) -> Query:
    return Query(text)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--keep", type=Path, help="Keep the index here, or use the one there.")
    said = parser.parse_args()
    making = Making.prepare()
    with tempfile.TemporaryDirectory() as temporary:
        index = MediaIndex.open(said.keep or Path(temporary))
        found: dict[str, object] = {"numpy": version("numpy"), "count": said.count}
        if not index.count:
            found["ingest"] = ingest(index, making, said.count)
        found["disk_bytes"] = sum(
            path.stat().st_size for path in index.directory.rglob("*") if path.is_file()
        )
        found["search_ms"] = search(index, making, said.rounds)
        found["changes_ms"] = changes(index, making, said.count)
    found["peak_memory_bytes"] = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print({name: value for name, value in found.items() if name != "search_ms"})
    if said.count >= 1_000_000:
        write("library_search", found)


def ingest(index: MediaIndex, making: Making, count: int) -> dict[str, float]:
    """Documents a second, without the making of documents."""
    started = time.perf_counter()
    labels = sum(len(one.labels) for one in documents(making, min(count, 20_000)))
    making_seconds = (time.perf_counter() - started) / min(count, 20_000) * count
    started = time.perf_counter()
    index.apply(documents(making, count), (), "1")
    seconds = time.perf_counter() - started
    return {
        "labels_each": labels / min(count, 20_000),
        "seconds": seconds,
        "documents_per_second": count / max(seconds - making_seconds, 1e-9),
        "documents_per_second_with_making": count / seconds,
    }


def search(index: MediaIndex, making: Making, rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds of each kind of question, facets counted."""
    answers: dict[str, dict[str, float]] = {}
    index.search(Query("warm up"))
    for kind, asked in questions(making, rounds).items():
        taken, totals = [], []
        for query in asked:
            started = time.perf_counter()
            totals.append(index.search(query).total)
            taken.append(1000 * (time.perf_counter() - started))
        answers[kind] = {
            "p50": statistics.median(taken),
            "p95": float(np.percentile(taken, 95)),
            "most": max(taken),
            "matches": statistics.median(totals),
        }
    table(
        "milliseconds with all facets",
        ["question", "p50", "p95", "most", "matches"],
        [
            [
                kind,
                *(f"{one[name]:.1f}" for name in ("p50", "p95", "most")),
                f"{one['matches']:,.0f}",
            ]
            for kind, one in answers.items()
        ],
    )
    return answers


def changes(index: MediaIndex, making: Making, count: int) -> dict[str, float]:
    """Milliseconds until a search knows of one change more."""

    def timed(change: Callable[[], object]) -> float:
        started = time.perf_counter()
        change()
        index.search(Query("nothing at all", with_facets=False))
        return 1000 * (time.perf_counter() - started)

    new = list(documents(making, 20, first=count + 1))
    published = [timed(partial(index.apply, [one], (), "2")) for one in new]
    removed = [timed(partial(index.apply, (), [one.number], "3")) for one in new]
    return {
        "publish_p50": statistics.median(published),
        "publish_p95": float(np.percentile(published, 95)),
        "remove_p50": statistics.median(removed),
        "remove_p95": float(np.percentile(removed, 95)),
    }


if __name__ == "__main__":
    main()
