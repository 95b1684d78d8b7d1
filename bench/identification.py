"""Who is this, among those enrolled, and is it anybody enrolled? LFW and CelebA, 1:N.

    python -m bench.identification --data ../shared/data/dev --home "$EYEBRIGHT_HOME"

One picture of each person is enrolled. Prints a table and writes
bench/results/identification-DATE.json.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from bench import identities
from bench.evidence import options, table, write
from bench.face_vectors import open_analyser, vectors_of
from bench.recognition import Search, bootstrap, search, share

FALSE_POSITIVE_RATES = (0.01, 0.1)


def main() -> None:
    """Embed both sets, search, print and write."""
    chosen = options(__doc__)
    analyser = open_analyser(chosen.home)
    findings: dict[str, object] = {"space": analyser.space.name}
    for faces in (identities.lfw(chosen.data), identities.celeba(chosen.data)):
        paths = [chosen.data / image for image in faces.images]
        vectors, _ = vectors_of(analyser, paths, cache=chosen.cache)
        found = search(vectors, faces)
        findings[faces.name] = {**closed(faces.name, found), **open_set(found)}
    write("identification", findings)


def closed(name: str, found: Search) -> Mapping[str, object]:
    """Everybody who is looked for is enrolled: how often the nearest is the right one."""
    first = share(found.found_right)
    table(
        f"{name}: {found.enrolled} people enrolled, {len(found.known)} probes of theirs, "
        f"{len(found.unknown)} of strangers",
        ("measure", "value", "95 %"),
        [("rank 1", f"{first.value:.4f}", f"[{first.low:.4f}, {first.high:.4f}]")],
    )
    return {"enrolled": found.enrolled, "probes": len(found.known), "rank_1": first}


def open_set(found: Search) -> Mapping[str, object]:
    """Strangers are looked for, too. The interval resamples probes of both kinds, because the
    threshold rests on few strangers."""
    if not len(found.unknown):
        return {}
    result: dict[str, object] = {"strangers": len(found.unknown)}
    for rate in FALSE_POSITIVE_RATES:
        missed = found.missed(rate)
        low, high = _interval(found, rate)
        print(f"FNIR at FPIR {rate:g}: {missed.mean():.4f} [{low:.4f}, {high:.4f}]")
        result[f"FNIR_at_FPIR_{rate:g}"] = {
            "missed": int(missed.sum()),
            "of": len(missed),
            "value": float(missed.mean()),
            "interval": [low, high],
        }
    return result


def _interval(found: Search, rate: float) -> list[float]:
    count = len(found.known)

    def missed(drawn: NDArray[np.intp]) -> float:
        known, unknown = drawn[drawn < count], drawn[drawn >= count] - count
        drawn_search = Search(
            found.found_right[known], found.known[known], found.unknown[unknown], found.enrolled
        )
        return float(drawn_search.missed(rate).mean())

    return bootstrap(missed, count + len(found.unknown))


if __name__ == "__main__":
    main()
