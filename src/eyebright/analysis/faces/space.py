"""Which vectors may be compared with which (architecture, decision 6)."""

from __future__ import annotations

from dataclasses import dataclass

from eyebright.errors import EmbeddingSpaceMismatch


@dataclass(frozen=True, slots=True)
class EmbeddingSpace:
    """Pinned per collection for its whole life.

    name: pack id and version, e.g. "faces/1".
    dimension: length of a vector.
    digest: hex SHA-256 over everything that moves a vector: weights, preprocessing, fusion.
    """

    name: str
    dimension: int
    digest: str

    def require(self, other: EmbeddingSpace) -> None:
        """Raise EmbeddingSpaceMismatch unless `other` is this space."""
        if self != other:
            raise EmbeddingSpaceMismatch(
                f"Vectors of {other.name} ({other.dimension}-d, {other.digest[:12]}) cannot be "
                f"compared with those of {self.name} ({self.dimension}-d, {self.digest[:12]}). "
                "Install the collection's pack, or index its faces again."
            )


UNSETTLED = EmbeddingSpace("not known yet", 1, "")
"""Of a collection that was made when no pack was there to say of which space its faces will be: it
has no vector, and becomes of the space of whatever sees its first face."""
