"""The programme itself: what is left of a film between its technical stretches."""

from __future__ import annotations

from collections.abc import Sequence

from eyebright.analysis.segments.values import Cue, CueKind

LEAST_BLACK_MS = 500
"""A shorter one is a pause in the programme."""
SHORTEST_MS = 1_000
MOST_SURE = 0.9
"""What is not told (a logo that fills the picture, credits over pictures) lies in here."""


def is_break(cue: Cue) -> bool:
    """Whether a technical stretch ends the programme or parts it in two."""
    return cue.kind is not CueKind.BLACK or cue.end_ms - cue.start_ms >= LEAST_BLACK_MS


def content_of(breaks: Sequence[Cue], *, last_frame: int, last_ms: int) -> list[Cue]:
    """Stretches between breaks, which may overlap each other. last_frame, last_ms: of the film;
    -1 when it has no frames."""
    found: list[Cue] = []
    frame, at_ms, sure = 0, 0, MOST_SURE
    for one in sorted(breaks, key=lambda cue: cue.start_frame):
        if one.start_frame > frame:
            score = min(sure, one.score)
            end_ms = one.before_ms
            found.append(Cue(CueKind.CONTENT, frame, one.start_frame - 1, at_ms, end_ms, score))
        if one.end_frame >= frame:
            frame, at_ms, sure = one.end_frame + 1, one.after_ms, min(one.score, MOST_SURE)
    if frame <= last_frame:
        found.append(Cue(CueKind.CONTENT, frame, last_frame, at_ms, last_ms, sure))
    return [one for one in found if one.end_ms - one.start_ms >= SHORTEST_MS]
