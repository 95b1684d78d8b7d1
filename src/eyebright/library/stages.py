"""What happens to an asset, as a list.

Each stage is named, versioned and may be repeated. It first looks, without the database, and then
keeps what it found, in the transaction that records it. A stage whose code or packs are of another
version than those of its last run runs again, and so do those that build on it; nothing else does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eyebright.library import films, pictures
from eyebright.library.values import Asset, FaceLooks, Library, Media, StageRun
from eyebright.library.work import Keeping, StageWork

_PHOTO = frozenset({Media.IMAGE})
_FILM = frozenset({Media.VIDEO})
_BOTH = _PHOTO | _FILM


def _as_found(_keeping: Keeping, found: Any) -> Any:
    return found


@dataclass(frozen=True, slots=True)
class Stage:
    """needs: stages without which it cannot run. after: stages that it looks at if they are done.
    code: raised when its code finds other things. packs: capabilities whose versions count.
    run: looks. keep: writes what is not a finding, and gives the finding. apart: looks at nothing
    that other stages see, so that it may run beside them. soon: of a picture that came alone,
    searches find what these stages saw before the others have ended. on_asking: in libraries that
    wait for it, only once somebody asked for the asset's faces."""

    name: str
    media: frozenset[Media]
    run: Callable[[StageWork], Any]
    keep: Callable[[Keeping, Any], Any] = _as_found
    needs: tuple[str, ...] = ("decode",)
    after: tuple[str, ...] = ()
    code: int = 1
    packs: tuple[str, ...] = ()
    apart: bool = False
    soon: bool = False
    on_asking: bool = False

    def version(self, packs: Mapping[str, str]) -> str:
        """packs: capability -> "pack@version" of those that are installed."""
        return "+".join((str(self.code), *(packs.get(pack, "none") for pack in self.packs)))


STAGES: tuple[Stage, ...] = (
    Stage("decode", _BOTH, pictures.decode, pictures.keep_decoded, needs=(), soon=True),
    Stage(
        "labels",
        _PHOTO,
        pictures.labels,
        pictures.keep_labels,
        packs=("labels", "faces"),
        soon=True,
    ),
    Stage(
        "faces",
        _PHOTO,
        pictures.faces,
        pictures.keep_faces,
        packs=("faces",),
        soon=True,
        on_asking=True,
    ),
    Stage("text", _PHOTO, pictures.text, packs=("text",), apart=True),
    Stage("moderation", _PHOTO, pictures.moderation, packs=("moderation", "labels", "faces")),
    Stage("properties", _PHOTO, pictures.properties, packs=("foreground",), apart=True),
    Stage("film-shots", _FILM, films.shots, packs=("shots",)),
    Stage("film-sights", _FILM, films.sights, packs=("labels", "faces", "text", "moderation")),
    Stage(
        "film-faces",
        _FILM,
        films.people,
        pictures.keep_film_faces,
        packs=("faces",),
        on_asking=True,
    ),
    Stage(
        "group",
        _PHOTO,
        pictures.group,
        pictures.keep_group,
        after=("faces", "properties"),
        code=2,  # faces count by their share of the picture, noise and overexposure count
    ),
)
"""In the order in which they run. "group" measures a picture by its faces too, where they are
known, and so runs again behind "faces"; it looks for none itself."""
ON_ASKING = frozenset(stage.name for stage in STAGES if stage.on_asking)
"""Stages that look for faces."""
PUBLISH = "publish"
"""The last stage, which finds nothing: the asset's document is in the index."""
PUBLISH_VERSION = "1"
"""Raised when documents are made in another way; then all are made anew."""


def not_asked_for(library: Library, asset: Asset, runs: Sequence[StageRun]) -> tuple[str, ...]:
    """Stages of an asset that wait for somebody to ask for its faces."""
    if library.faces is FaceLooks.ALWAYS or asset.faces_asked:
        return ()
    ran = {run.stage for run in runs}
    return tuple(
        stage.name
        for stage in STAGES
        if stage.on_asking and asset.media in stage.media and stage.name not in ran
    )


def versions(packs: Mapping[str, str]) -> dict[str, str]:
    """Stage -> its version with these packs."""
    return {stage.name: stage.version(packs) for stage in STAGES} | {PUBLISH: PUBLISH_VERSION}
