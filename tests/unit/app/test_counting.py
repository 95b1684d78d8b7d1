from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from eyebright.app.counting import charged, counted_coverage
from eyebright.errors import InvalidInput
from eyebright.governance.accounts import Principal, Scope
from eyebright.governance.usage import Count, Usage
from eyebright.ids import AccessKeyId, AccountId, JobId, Region
from eyebright.jobs.values import Job, JobState, Progress
from eyebright.rekognition.call import Call
from eyebright.rekognition.coverage import Implemented, Planned
from eyebright.rekognition.door import Door
from eyebright.testing.clock import FixedClock
from eyebright.testing.rooms import REGION, Rooms, open_rooms

DOOR = cast(Door, None)


@pytest.fixture
def rooms(tmp_path: Path) -> Rooms:
    return open_rooms(tmp_path)


@pytest.fixture
def usage(rooms: Rooms) -> Usage:
    return Usage(rooms.database, clock=FixedClock(), flush_seconds=3600)


def call(scope: Scope, operation: str, **given: Any) -> Call:
    principal = Principal(scope.account_id, AccessKeyId("AKIA"), scope.region)
    return Call(operation, principal, given, "request")


def today(usage: Usage, scope: Scope) -> dict[str, Count]:
    return {one.operation: one.count for one in usage.of(scope.account_id, days=1)}


def test_pictures_count_where_the_service_charges_for_them() -> None:
    scope = Scope(AccountId("111111111111"), REGION)
    assert charged(call(scope, "CompareFaces")) == {"CompareFaces": 1}
    assert charged(call(scope, "ListFaces")) == {"ListFaces": 0}
    assert charged(call(scope, "StartLabelDetection")) == {"StartLabelDetection": 0}
    both = ["GENERAL_LABELS", "IMAGE_PROPERTIES"]
    assert charged(call(scope, "DetectLabels", Features=both)) == {
        "DetectLabels": 1,
        "DetectImageProperties": 1,
    }
    assert charged(call(scope, "DetectLabels", Features=["IMAGE_PROPERTIES"])) == {
        "DetectImageProperties": 1
    }


def test_calls_that_fail_are_counted_as_such_and_cost_nothing(rooms: Rooms, usage: Usage) -> None:
    scope = rooms.new_scope("one")

    def handler(_door: Door, asked: Call) -> dict[str, Any]:
        if asked.input:
            raise InvalidInput("no")
        return {"Answer": 1}

    coverage = counted_coverage(
        {"DetectText": Implemented(handler, "a note"), "Other": Planned("later")}, usage
    )
    entry = coverage["DetectText"]
    assert isinstance(entry, Implemented)
    assert entry.note == "a note"
    assert isinstance(coverage["Other"], Planned)
    assert entry.handler(DOOR, call(scope, "DetectText")) == {"Answer": 1}
    with pytest.raises(InvalidInput):
        entry.handler(DOOR, call(scope, "DetectText", Image=1))
    assert today(usage, scope) == {"DetectText": Count(2, 1, 1)}


@pytest.mark.parametrize(
    ("state", "units"),
    [(JobState.SUCCEEDED, 2), (JobState.FAILED, None), (JobState.CANCELLED, None)],
)
def test_seconds_of_video_count_when_the_job_has_succeeded(
    rooms: Rooms, usage: Usage, state: JobState, units: int | None
) -> None:
    scope = rooms.new_scope("one")
    now = FixedClock().now()
    job = Job(
        job_no=1,
        job_id=JobId("0" * 64),
        account_id=scope.account_id,
        region=Region(scope.region),
        kind="LabelDetection",
        sealed_request=b"",
        state=state,
        message="",
        sealed_summary=None,
        results=0,
        attempts=1,
        created_at=now,
        ended_at=now,
        progress=Progress(1500, 1500),
    )
    usage.job_ended(job)
    expected = {} if units is None else {"StartLabelDetection": Count(0, 0, units)}
    assert today(usage, scope) == expected
