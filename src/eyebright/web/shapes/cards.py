"""Assets in a grid: what a card shows, and why it was found."""

from __future__ import annotations

from typing import TypedDict

from eyebright.library.finding import Likeness
from eyebright.library.values import Asset
from eyebright.search.values import Found, Hit, Reason, Suggestion
from eyebright.web.shapes.values import maybe_moment, percent


class CardJson(TypedDict):
    """width, height: upright pixels; null until the asset was decoded. name: its file's."""

    asset_id: str
    media: str
    state: str
    width: int | None
    height: int | None
    duration_ms: int | None
    taken_at: str | None
    name: str


class PageJson(TypedDict):
    """next: what `after` is for the following page; null on the last one."""

    assets: list[CardJson]
    next: str | None


class ReasonJson(TypedDict):
    """This word of this field matched; through: the alias or wider word that was asked for."""

    field: str
    name: str
    confidence: float
    through: str | None


class HitJson(CardJson):
    reasons: list[ReasonJson]


class FacetJson(TypedDict):
    value: str
    count: int


class FoundJson(TypedDict):
    """total: of all matches, not of this part. facets: empty unless asked for."""

    total: int
    took_ms: float
    hits: list[HitJson]
    facets: dict[str, list[FacetJson]]


class SuggestionJson(TypedDict):
    field: str
    value: str
    count: int


class SuggestionsJson(TypedDict):
    suggestions: list[SuggestionJson]


class AlikeJson(CardJson):
    """percent: how alike, 0-100."""

    percent: float


class AlikesJson(TypedDict):
    hits: list[AlikeJson]


class FaceAlikeJson(AlikeJson):
    face_id: str


class FaceAlikesJson(TypedDict):
    hits: list[FaceAlikeJson]


def card_json(asset: Asset, *, name: str) -> CardJson:
    width, height = asset.size_wh
    return {
        "asset_id": asset.asset_id,
        "media": asset.media.value,
        "state": asset.state.value,
        "width": width or None,
        "height": height or None,
        "duration_ms": asset.duration_ms,
        "taken_at": maybe_moment(asset.taken_at),
        "name": name,
    }


def hit_json(hit: Hit, asset: Asset, *, name: str) -> HitJson:
    return {
        **card_json(asset, name=name),
        "reasons": [reason_json(reason) for reason in hit.reasons],
    }


def reason_json(reason: Reason) -> ReasonJson:
    return {
        "field": reason.field.value,
        "name": reason.name,
        "confidence": percent(reason.score),
        "through": reason.through or None,
    }


def alike_json(like: Likeness, *, name: str) -> AlikeJson:
    return {**card_json(like.asset, name=name), "percent": round(like.percent, 2)}


def facets_json(found: Found) -> dict[str, list[FacetJson]]:
    return {
        field.value: [{"value": value, "count": count} for value, count in counts]
        for field, counts in found.facets.items()
    }


def suggestion_json(one: Suggestion) -> SuggestionJson:
    return {"field": one.field.value, "value": one.value, "count": one.count}
