"""What can be searched of an asset: its document."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from eyebright.analysis.labels.taxonomy import Taxonomy, load_taxonomy
from eyebright.db.tables import milliseconds
from eyebright.library.values import (
    AssetDetail,
    Labels,
    Lane,
    LaneKind,
    Lanes,
    Moderated,
    Person,
    TextFound,
)
from eyebright.search.values import Document, Term

FILM_STAGES = ("film-shots", "film-sights", "film-faces")


def document_of(detail: AssetDetail) -> Document:
    """All by which an asset can be found."""
    asset, found = detail.asset, detail.found
    taxonomy = _taxonomy()
    labels = list(_labels(found.get("labels")))
    labels += [_term(name, score, taxonomy) for name, score in _lanes(detail, LaneKind.LABEL)]
    people = _people(detail)
    return Document(
        number=asset.number,
        key=asset.asset_id,
        media=asset.media.value,
        labels=_surest(labels),
        categories=_surest(_categories(labels, taxonomy)),
        people=_surest(Term(person.name, score) for person, score in people),
        roles=_surest(Term(person.role, score) for person, score in people if person.role),
        text=_surest(_text(detail)),
        moderation=_surest(_moderation(detail)),
        names=tuple(dict.fromkeys(place.path for place in detail.places)),
        sources=tuple(dict.fromkeys(place.location for place in detail.places)),
        date=milliseconds(asset.taken_at or asset.created_at),
        added=milliseconds(asset.created_at),
    )


@lru_cache(maxsize=1)
def _taxonomy() -> Taxonomy:
    return load_taxonomy()


def _labels(found: object) -> Iterable[Term]:
    if isinstance(found, Labels):
        for label in found.labels:
            yield Term(label.name, label.score, (*label.aliases, *label.parents))


def _term(name: str, score: float, taxonomy: Taxonomy) -> Term:
    """A label of a film, of which only the name is kept."""
    if name not in taxonomy:
        return Term(name, score)
    return Term(name, score, (*taxonomy.entry(name).aliases, *taxonomy.ancestors(name)))


def _categories(labels: Iterable[Term], taxonomy: Taxonomy) -> Iterable[Term]:
    for label in labels:
        if label.name in taxonomy:
            for category in taxonomy.entry(label.name).categories:
                yield Term(category, label.score)


def _people(detail: AssetDetail) -> list[tuple[Person, float]]:
    """Whoever a face of the asset, seen or drawn, was given to: a person said so, so it is certain.
    Whoever a film was said to show, as sure as it was when it was looked through."""
    people = [(person, 1.0) for person in detail.people.values()]
    people += [(one.person, 1.0) for one in detail.drawn]
    for lane in _all_lanes(detail, LaneKind.PERSON):
        person = None if lane.user_id is None else detail.recognised.get(lane.user_id)
        if person is not None:
            people.append((person, max((one.score for one in lane.stretches), default=1.0)))
    return people


def _text(detail: AssetDetail) -> Iterable[Term]:
    found = detail.found.get("text")
    if isinstance(found, TextFound):
        for line in found.lines:
            yield Term(line.text, line.score)
    for name, score in _lanes(detail, LaneKind.TEXT):
        yield Term(name, score)


def _moderation(detail: AssetDetail) -> Iterable[Term]:
    found = detail.found.get("moderation")
    if isinstance(found, Moderated):
        for label in found.moderation.labels:
            yield Term(label.name, label.score)
    for name, score in _lanes(detail, LaneKind.MODERATION):
        yield Term(name, score)


def _lanes(detail: AssetDetail, kind: LaneKind) -> Iterable[tuple[str, float]]:
    """Name and highest score of each lane of a kind."""
    for lane in _all_lanes(detail, kind):
        if lane.stretches:
            yield lane.name, max(one.score for one in lane.stretches)


def _all_lanes(detail: AssetDetail, kind: LaneKind) -> Iterable[Lane]:
    for stage in FILM_STAGES:
        found = detail.found.get(stage)
        if isinstance(found, Lanes):
            yield from (lane for lane in found.lanes if lane.kind is kind)


def _surest(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Each name once, with its highest score; surest first."""
    best: dict[str, Term] = {}
    for term in terms:
        known = best.get(term.name)
        if known is None or term.score > known.score:
            best[term.name] = term
    return tuple(sorted(best.values(), key=lambda term: -term.score))
