"""An answer's order and its hits."""

from __future__ import annotations

from dataclasses import replace

from eyebright.search.asking import Asker
from eyebright.search.ladder import Ladder
from eyebright.search.matching import Judge
from eyebright.search.question import Question
from eyebright.search.values import Document, Hit, Query, Sort


def ladder_for(query: Query, asker: Asker, judge: Judge) -> Ladder | None:
    """The order that was asked for; None for one of time."""
    atoms = [atom for clause in asker.wanted for atom in clause]
    if query.sort is Sort.RELEVANCE:
        return Ladder(
            rungs=sorted({atom.grade for atom in atoms}),
            reaching=lambda rung: asker.query(query, keep=lambda atom: atom.grade <= rung),
            rung_of=judge.grade,
        )
    if query.sort is Sort.CONFIDENCE:
        percents = {atom.percent for atom in atoms} | asker.filter_percents()
        return Ladder(
            rungs=sorted(percents, reverse=True),
            reaching=lambda rung: asker.query(
                query, keep=lambda atom: atom.percent >= rung, least=rung
            ),
            rung_of=judge.percent,
        )
    return None


def hit_of(document: Document, judge: Judge) -> Hit:
    reasons = judge.reasons(document)
    score = min((reason.score for reason in reasons), default=1.0)
    return Hit(document.number, document.key, score, reasons)


def without_beginnings(question: Question) -> Question:
    """Without words that may go on."""
    return replace(
        question, wanted=tuple(replace(one, is_beginning=False) for one in question.wanted)
    )


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
