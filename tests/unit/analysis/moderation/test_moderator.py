from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eyebright.analysis.labels.values import ObjectDetections
from eyebright.analysis.labels.vision import ClassVision, ObjectVision
from eyebright.analysis.moderation.moderator import EvidenceModerator
from eyebright.analysis.observations import Observations
from eyebright.errors import PackInvalid
from eyebright.imaging.image import Image
from eyebright.packs.pack import Pack
from eyebright.runtime.session import Runtime
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.moderation import WHITE, fake_moderator
from eyebright.testing.pictures import picture_of
from eyebright.testing.sight import FakeClasses, FakeObjects


def seen(image: Image, *, classes: Mapping[str, float] | None = None) -> Observations:
    def object_vision() -> ObjectVision:
        return FakeObjects()

    def class_vision() -> ClassVision:
        return FakeClasses(classes or {})

    return Observations(
        image, face_vision=FakeAnalyser(), object_vision=object_vision, class_vision=class_vision
    )


def sheet(*, white: float = 1.0) -> Image:
    """White paper, which is explicit to the fake nets; the rest of it grey."""
    pixels = np.full((100, 100, 3), 128, np.uint8)
    pixels[: round(100 * white)] = WHITE
    return Image(pixels=pixels, format="PNG", content_sha256=b"", full_size_wh=(100, 100))


def test_a_picture_without_evidence_has_no_labels() -> None:
    found = fake_moderator().moderate(seen(picture_of()))
    assert (found.labels, found.content_types) == ((), ())


def test_things_and_the_whole_picture_are_evidence() -> None:
    found = fake_moderator().moderate(seen(picture_of("Ada"), classes={"Beach": 0.7}))
    assert [label.name for label in found.labels] == [
        "Weapons",
        "Violence",
        "Smoking",
        "Drugs & Tobacco Paraphernalia & Use",
        "Drugs & Tobacco",
    ]


def test_of_nudity_no_more_than_the_nets_can_tell_is_said() -> None:
    found = fake_moderator().moderate(seen(sheet()))
    explicit = [label for label in found.labels if label.name.startswith("E")]
    assert [(label.name, label.level) for label in explicit] == [
        ("Explicit Nudity", 2),
        ("Explicit", 1),
    ]


def names(white: float, **classes: float) -> list[str]:
    found = fake_moderator().moderate(seen(sheet(white=white), classes=classes))
    return [label.name for label in found.labels if label.parent == ""]


def test_nets_that_agree_a_little_mean_swimwear() -> None:
    assert names(0.4) == []
    assert names(0.58) == ["Swimwear or Underwear"]
    assert names(0.45, Bikini=0.9) == ["Swimwear or Underwear"]


def test_what_may_be_explicit_is_swimwear_too_and_what_is_explicit_is_not() -> None:
    assert names(0.66) == ["Swimwear or Underwear", "Explicit"]
    assert names(0.9) == ["Explicit"]


def test_another_models_scores_are_taken_where_they_are_higher() -> None:
    plain = fake_moderator()
    more = EvidenceModerator(
        nets=plain.nets,
        swimwear=plain.swimwear,
        evidence=plain.evidence,
        taxonomy=plain.taxonomy,
        runtime=plain.runtime,
        further=lambda _seen: {"Middle Finger": 0.8, "Weapons": 0.2},
    )
    scores = {label.name: label.score for label in more.moderate(seen(picture_of("Ada"))).labels}
    assert scores["Middle Finger"] == scores["Rude Gestures"] == 0.8
    assert scores["Weapons"] == pytest.approx(0.9)


def told(white: float, **further: float) -> dict[str, float]:
    """What is said of a sheet when another model gives these scores."""
    moderator = replace(
        fake_moderator(),
        further=lambda _seen: {name.replace("_", " "): score for name, score in further.items()},
    )
    return {
        label.name: label.score for label in moderator.moderate(seen(sheet(white=white))).labels
    }


def test_another_model_alone_never_says_explicit() -> None:
    assert told(0.0, Exposed_Female_Nipple=0.99, Sex_Toys=0.8) == {}


def test_another_model_says_what_is_explicit_where_the_nets_agree_that_it_is() -> None:
    scores = told(0.9, Exposed_Female_Nipple=0.7)
    assert scores["Exposed Female Nipple"] == 0.7
    assert scores["Explicit"] == scores["Explicit Nudity"] > 0.9


def test_what_another_model_all_but_denies_is_left_out() -> None:
    assert told(0.0, Corpses=0.09, Middle_Finger=0.11) == {
        "Middle Finger": 0.11,
        "Rude Gestures": 0.11,
    }


def test_slots_are_never_held_in_each_other() -> None:
    """With a single slot, nesting would wait for itself for ever."""
    plain = fake_moderator()
    runtime = Runtime(slots=1)

    class Slotted(FakeObjects):
        __slots__ = ()

        def detect(self, image: Image) -> ObjectDetections:
            with runtime.slot():
                return FakeObjects.detect(self, image)

    moderator = EvidenceModerator(
        nets=plain.nets,
        swimwear=plain.swimwear,
        evidence=plain.evidence,
        taxonomy=plain.taxonomy,
        runtime=runtime,
    )
    observed = Observations(
        picture_of("Ada"), face_vision=FakeAnalyser(), object_vision=Slotted,
        class_vision=FakeClasses,
    )  # fmt: skip
    assert moderator.moderate(observed).labels


def test_a_pack_without_its_models_is_refused(pack_of: Callable[..., Pack], tmp_path: Path) -> None:
    with pytest.raises(PackInvalid, match=r"nsfwjs_mid\.onnx"):
        EvidenceModerator.load(pack_of(tmp_path), Runtime())
