"""What each leaf has to an answer: how many match, the first of them, and what their values are;
and the page that comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eyebright.search.asking import Reader
from eyebright.search.facets import count_values
from eyebright.search.grades import UNMET, floor_of
from eyebright.search.leaf import Leaf
from eyebright.search.matching import SCORED, Judge
from eyebright.search.question import Question
from eyebright.search.times import EARLIEST, held
from eyebright.search.values import Document, Hit, Query, Sort


@dataclass(frozen=True, slots=True)
class Part:
    """ranks: uint8 (k,), fewer come first; times: int64 (k,), among equals more come first; rows:
    int64 (k,). counts: int64 (v,), None if nobody asked."""

    leaf: Leaf
    total: int
    ranks: np.ndarray
    times: np.ndarray
    rows: np.ndarray
    counts: np.ndarray | None


def answered(leaf: Leaf, question: Question, query: Query, *, most: int, with_counts: bool) -> Part:
    """most: how many of the first are wanted."""
    floor = floor_of(query.min_score)
    ranks = ranked_rows(leaf, question, query)
    matched = ranks != UNMET
    total = int(np.count_nonzero(matched))
    rows, times = _first(leaf, ranks, matched, query.sort, min(most, total))
    counts = None
    if with_counts:
        counts = count_values(leaf.segment, matched, total=total, floor=floor)
    return Part(leaf, total, ranks[rows], times, rows, counts)


def ranked_rows(leaf: Leaf, question: Question, query: Query) -> np.ndarray:
    """uint8 (n,): where a row stands in the order that was asked for, UNMET if it does not match.
    In the orders of time all stand at 0."""
    is_by_time = query.sort in (Sort.NEWEST, Sort.OLDEST)
    by_confidence = query.sort is Sort.CONFIDENCE
    reader = Reader(leaf.segment, floor=floor_of(query.min_score), by_confidence=by_confidence)
    ranks = np.zeros(leaf.segment.count, np.uint8)
    for clause in question.wanted:
        np.maximum(ranks, reader.clause(clause), out=ranks)
    for field, value in question.only:
        has = reader.having(field, value)
        counts = by_confidence and field in SCORED
        np.maximum(ranks, has if counts else _whether(has), out=ranks)
    for clause in question.unwanted:
        ranks[reader.clause(clause) != UNMET] = UNMET
    for field, value in question.without:
        ranks[reader.having(field, value) != UNMET] = UNMET
    ranks[leaf.dead] = UNMET
    _keep_dates(leaf, query, ranks)
    if is_by_time:
        ranks = _whether(ranks)
    return ranks


def shared_out(leaves: Sequence[Leaf]) -> tuple[list[Leaf], list[Leaf]]:
    """Two parts with about as many documents."""
    parts: tuple[list[Leaf], list[Leaf]] = ([], [])
    sizes = [0, 0]
    for leaf in sorted(leaves, key=lambda leaf: -leaf.segment.count):
        lesser = sizes.index(min(sizes))
        parts[lesser].append(leaf)
        sizes[lesser] += leaf.segment.count
    return parts


def page_of(parts: Sequence[Part], offset: int, limit: int) -> list[Document]:
    """The documents from `offset` on, of what comes first in each leaf."""
    if not limit or not parts:
        return []
    ranks, times, rows = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("ranks", "times", "rows")
    )
    leaf = np.repeat(np.arange(len(parts)), [len(part.rows) for part in parts])
    order = np.lexsort((-times, ranks))[offset : offset + limit]
    return [parts[int(leaf[at])].leaf.document(int(rows[at])) for at in order.tolist()]


def hit_of(document: Document, judge: Judge) -> Hit:
    reasons = judge.reasons(document)
    score = min((reason.score for reason in reasons), default=1.0)
    return Hit(document.number, document.key, score, reasons)


def facet_key(query: Query) -> object:
    """What facets depend on."""
    filters = tuple(
        tuple(sorted((one.value, values) for one, values in chosen.items()))
        for chosen in (query.only, query.without)
    )
    return (
        query.text,
        filters,
        query.min_score,
        query.date_from,
        query.date_to,
        query.is_typing,
    )


def _whether(ranks: np.ndarray) -> np.ndarray:
    """0 for what matches, UNMET for the rest."""
    return np.where(ranks == UNMET, np.uint8(UNMET), np.uint8(0))


def _keep_dates(leaf: Leaf, query: Query, ranks: np.ndarray) -> None:
    if query.date_from is None and query.date_to is None:
        return
    dates = leaf.segment.arrays.date
    is_kept = dates >= (EARLIEST if query.date_from is None else held(query.date_from))
    if query.date_to is not None:
        is_kept &= dates < held(query.date_to)
    np.copyto(ranks, UNMET, where=~is_kept)


def _first(
    leaf: Leaf, ranks: np.ndarray, matched: np.ndarray, sort: Sort, most: int
) -> tuple[np.ndarray, np.ndarray]:
    """The rows of the first and their times."""
    rows = np.flatnonzero(matched)
    if sort is Sort.OLDEST:
        times = leaf.segment.arrays.oldest
        order = np.argsort(-times[rows], kind="stable")[:most]
        return rows[order], times[rows[order]]
    if most < len(rows):
        rows = _best(rows, ranks[rows], most)
    rows = rows[np.argsort(ranks[rows], kind="stable")][:most]
    return rows, leaf.segment.arrays.newest[rows]


def _best(rows: np.ndarray, ranks: np.ndarray, most: int) -> np.ndarray:
    """Rows with those that come first among them: all of the better ranks, and of the last of
    these as many as there is room for. Rows of a rank are in order already."""
    reached = np.cumsum(np.bincount(ranks, minlength=UNMET))
    last = int(np.searchsorted(reached, most))
    better = rows[ranks < last]
    return np.concatenate((better, rows[ranks == last][: most - len(better)]))
