"""What other rooms need of moderation, as a contract. The real one is `moderator.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from eyebright.analysis.moderation.values import Moderation

if TYPE_CHECKING:
    from eyebright.analysis.observations import Observations


class Moderator(Protocol):
    """Judges pictures. Takes slots of the runtime itself."""

    def moderate(self, seen: Observations) -> Moderation: ...
