"""The AWS door over real rooms and a fake analyser, its answers serialised strictly."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from eyebright.app.door import build_door
from eyebright.app.rooms import Eyebright, open_eyebright
from eyebright.awsjson.model import load_service_model
from eyebright.awsjson.serialise import serialise
from eyebright.awsjson.validate import check_input
from eyebright.governance.accounts import Principal
from eyebright.ids import Region
from eyebright.imaging.encode import encode_png
from eyebright.rekognition.call import Call
from eyebright.rekognition.coverage import COVERAGE, Implemented
from eyebright.rekognition.door import Door
from eyebright.rekognition.errors import translate
from eyebright.settings import Settings
from eyebright.testing.clock import FixedClock
from eyebright.testing.pictures import draw_people, line_up
from eyebright.testing.sight import fake_sight

MODEL = load_service_model("rekognition")


class Fault(Exception):
    """What a client would see of an error."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message


@dataclass(frozen=True)
class Client:
    """Asks operations as one account in one region."""

    door: Door
    principal: Principal

    def ask(self, operation: str, /, **members: Any) -> dict[str, Any]:
        shapes = MODEL.operations[operation]
        entry = COVERAGE[operation]
        assert isinstance(entry, Implemented), f"{operation} is not built"
        try:
            check_input(shapes.input, members)
            call = Call(operation, self.principal, members, "request-1")
            output = entry.handler(self.door, call)
        except Exception as error:
            fault = translate(error, operation=operation, given=members)
            raise Fault(fault.name, fault.message) from error
        answer: dict[str, Any] = json.loads(serialise(shapes.output, output, strict=True))
        return answer


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Eyebright]:
    clock = FixedClock(datetime(2026, 1, 2, 3, 4, 5, 678000, UTC))
    with open_eyebright(
        Settings(home=tmp_path / "home"), clock=clock, sight=fake_sight()
    ) as eyebright:
        yield eyebright


@pytest.fixture
def client_of(rooms: Eyebright, tmp_path: Path) -> Callable[..., Client]:
    bucket = tmp_path / "bucket"
    bucket.mkdir()
    door = build_door(rooms, buckets={"photos": bucket})

    def make(account: str = "first", *, region: str = "eu-west-1") -> Client:
        known = {found.name: found for found in rooms.accounts.list()}
        if account in known:
            account_id, key = known[account].account_id, known[account].access_key_ids[0]
        else:
            created = rooms.accounts.create(account)
            account_id, key = created.account_id, created.access_key_id
        return Client(door, Principal(account_id, key, Region(region)))

    return make


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of()


@pytest.fixture
def photo() -> Callable[..., dict[str, Any]]:
    """An Image member with these people side by side, the first the largest."""

    def make(*names: str) -> dict[str, Any]:
        size_wh = (96 * max(len(names), 1) + 32, 160)
        return {"Bytes": encode_png(draw_people(line_up(names), size_wh=size_wh))}

    return make
