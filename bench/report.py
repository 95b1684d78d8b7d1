"""The results section of README, from the newest file of each benchmark: no number by hand.

    python -m bench.report

A benchmark without a result file has no rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.evidence import RESULTS

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- results:begin -->", "<!-- results:end -->"
_DATED = re.compile(r"(?P<name>.+)-(?P<date>\d{4}-\d{2}-\d{2})")


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


def p50(value: Mapping[str, Any]) -> str:
    return f"{value['p50']:.2f} ms"


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


def section(results: Mapping[str, Mapping[str, Any]]) -> str:
    """The Markdown between the markers."""
    rows = [row for row in ROWS if _at(results.get(row.benchmark), row.path) is not None]
    if not rows:
        return "No results yet: `make bench` measures on this machine and writes this section.\n"
    lines = ["| | Result | Measured |", "|---|---|---|"]
    for row in rows:
        result = results[row.benchmark]
        value = row.value(_at(result, row.path))
        lines.append(f"| {row.label} | {value} | {result['date']}, {result['commit']} |")
    machines = sorted({str(results[row.benchmark]["machine"]["processor"]) for row in rows})
    cores = max(results[row.benchmark]["machine"]["processors"] for row in rows)
    lines += ["", f"On {', '.join(machines)} ({cores} processors); details in `bench/results`."]
    return "\n".join(lines) + "\n"


def renewed(readme: str, text: str) -> str:
    """The page with another results section. Raises ValueError without the two markers."""
    head, begin, rest = readme.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{README.name} needs the lines {BEGIN} and {END}.")
    return f"{head}{BEGIN}\n{text}{END}{tail}"


def main() -> None:
    page = README.read_text(encoding="utf-8")
    README.write_text(renewed(page, section(newest(RESULTS))), encoding="utf-8")


def _at(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return value


if __name__ == "__main__":
    main()
