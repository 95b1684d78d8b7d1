"""What other rooms need of equipment, as a contract. The real one is `inspector.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from eyebright.analysis.equipment.values import EquippedPerson

if TYPE_CHECKING:
    from eyebright.analysis.observations import Observations


class EquipmentInspector(Protocol):
    """Looks at persons. Takes slots of the runtime itself."""

    def inspect(self, seen: Observations) -> tuple[EquippedPerson, ...]:
        """Persons with their body parts, surest first; not capped."""
        ...
