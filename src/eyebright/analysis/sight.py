"""Everything that can be seen in a picture, each capability loaded when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from eyebright.analysis.equipment.vision import EquipmentInspector
from eyebright.analysis.faces.vision import FaceVision
from eyebright.analysis.labels.vision import ClassVision, Labeller, ObjectVision
from eyebright.analysis.moderation.vision import Moderator
from eyebright.analysis.observations import Observations
from eyebright.analysis.properties.vision import PropertyMeter
from eyebright.analysis.segments.vision import TransitionVision
from eyebright.analysis.text.vision import TextReader
from eyebright.imaging.image import Image


@dataclass(frozen=True, slots=True)
class Sight:
    """What each question about a picture is answered by.

    A capability is called to get it: `sight.text().read(image)`. The call loads its pack the
    first time and raises PackNotInstalled or PackInvalid when that cannot be used.
    """

    faces: FaceVision
    objects: Callable[[], ObjectVision]
    classes: Callable[[], ClassVision]
    labels: Callable[[], Labeller]
    properties: Callable[[], PropertyMeter]
    text: Callable[[], TextReader]
    moderation: Callable[[], Moderator]
    equipment: Callable[[], EquipmentInspector]
    transitions: Callable[[], TransitionVision]

    def observe(self, image: Image) -> Observations:
        """The picture, ready to be asked about; nothing is computed yet."""
        return Observations(
            image,
            face_vision=self.faces,
            object_vision=self.objects,
            class_vision=self.classes,
        )
