from __future__ import annotations

from eyebright.app.operations import GROUPS, cards
from eyebright.awsjson.model import load_service_model
from eyebright.awsjson.parse import parse_body
from eyebright.awsjson.validate import check_input
from eyebright.rekognition.coverage import COVERAGE, Implemented
from eyebright.rekognition.server import SERVICE

PICTURE = {"Bytes": "AAAA"}


def test_every_operation_has_one_card_and_what_is_answered_has_a_group() -> None:
    found = cards(load_service_model(SERVICE), COVERAGE)
    names = [card.name for card in found]
    assert sorted(names) == sorted(COVERAGE)
    others = {card.name for card in found if card.group == "Others"}
    assert not any(isinstance(COVERAGE[name], Implemented) for name in others)


def test_samples_are_inputs_that_the_service_takes() -> None:
    import orjson

    model = load_service_model(SERVICE)
    checked = 0
    for card in cards(model, COVERAGE):
        if card.group in ("Others", "Live streams"):  # theirs say which one, and no more
            continue
        operation = model.operations[card.name]
        pictures = {"Image", "SourceImage", "TargetImage"} & operation.input.members.keys()
        given = {**card.sample, **dict.fromkeys(pictures, PICTURE)}
        check_input(operation.input, parse_body(orjson.dumps(given), operation.input))
        assert card.sample.keys() <= operation.input.members.keys()
        checked += 1
    assert checked == sum(len(group) for group in GROUPS.values()) - 7
