"""The AWS door for the console: its operations as cards, and its own code for a signed-in account,
with the time that each part took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import orjson

from eyebright.app.rooms import Eyebright
from eyebright.app.timing import timed_sight
from eyebright.awsjson.errors import UnknownOperation
from eyebright.awsjson.model import Operation, ServiceModel, load_service_model
from eyebright.errors import PackError
from eyebright.governance.accounts import Principal
from eyebright.people.indexing import Indexing
from eyebright.rekognition.coverage import Coverage, Implemented
from eyebright.rekognition.door import Door
from eyebright.rekognition.performing import Performer, translated
from eyebright.rekognition.server import SERVICE
from eyebright.runtime.laps import measured
from eyebright.settings import Settings
from eyebright.web.console import Console, OperationAnswer, OperationCard

_VIDEO: Mapping[str, object] = {
    "Video": {"S3Object": {"Bucket": "videos", "Name": "film.mp4"}},
}
_JOB: Mapping[str, object] = {"JobId": "0" * 64, "MaxResults": 100}
_IN: Mapping[str, object] = {"CollectionId": "people"}

GROUPS: Mapping[str, Mapping[str, Mapping[str, object]]] = {
    "Labels": {"DetectLabels": {"MaxLabels": 50, "MinConfidence": 55}},
    "Moderation": {"DetectModerationLabels": {"MinConfidence": 50}},
    "Faces": {
        "DetectFaces": {"Attributes": ["ALL"]},
        "CompareFaces": {"SimilarityThreshold": 80},
    },
    "Text": {"DetectText": {}},
    "Celebrities": {
        "RecognizeCelebrities": {},
        "GetCelebrityInfo": {"Id": "1XJ5dK1a"},
    },
    "Protective equipment": {
        "DetectProtectiveEquipment": {
            "SummarizationAttributes": {
                "MinConfidence": 80,
                "RequiredEquipmentTypes": ["FACE_COVER", "HEAD_COVER"],
            }
        }
    },
    "Collections": {
        "CreateCollection": _IN,
        "DescribeCollection": _IN,
        "ListCollections": {},
        "DeleteCollection": _IN,
        "IndexFaces": {**_IN, "MaxFaces": 10, "DetectionAttributes": ["DEFAULT"]},
        "ListFaces": {**_IN, "MaxResults": 100},
        "DeleteFaces": {**_IN, "FaceIds": ["00000000-0000-4000-8000-000000000000"]},
        "SearchFaces": {
            **_IN,
            "FaceId": "00000000-0000-4000-8000-000000000000",
            "FaceMatchThreshold": 80,
        },
        "SearchFacesByImage": {**_IN, "FaceMatchThreshold": 80, "MaxFaces": 10},
    },
    "Users": {
        "CreateUser": {**_IN, "UserId": "ada"},
        "ListUsers": _IN,
        "DeleteUser": {**_IN, "UserId": "ada"},
        "AssociateFaces": {
            **_IN,
            "UserId": "ada",
            "FaceIds": ["00000000-0000-4000-8000-000000000000"],
        },
        "DisassociateFaces": {
            **_IN,
            "UserId": "ada",
            "FaceIds": ["00000000-0000-4000-8000-000000000000"],
        },
        "SearchUsers": {**_IN, "UserId": "ada"},
        "SearchUsersByImage": {**_IN, "UserMatchThreshold": 80},
    },
    "Tags": {
        "ListTagsForResource": {"ResourceArn": "arn:aws:rekognition:REGION:ACCOUNT:collection/ID"},
        "TagResource": {
            "ResourceArn": "arn:aws:rekognition:REGION:ACCOUNT:collection/ID",
            "Tags": {"team": "archive"},
        },
        "UntagResource": {
            "ResourceArn": "arn:aws:rekognition:REGION:ACCOUNT:collection/ID",
            "TagKeys": ["team"],
        },
    },
    "Stored video": {
        "StartLabelDetection": {**_VIDEO, "MinConfidence": 50},
        "GetLabelDetection": _JOB,
        "StartFaceDetection": {**_VIDEO, "FaceAttributes": "ALL"},
        "GetFaceDetection": _JOB,
        "StartFaceSearch": {**_VIDEO, **_IN},
        "GetFaceSearch": _JOB,
        "StartPersonTracking": _VIDEO,
        "GetPersonTracking": _JOB,
        "StartCelebrityRecognition": _VIDEO,
        "GetCelebrityRecognition": _JOB,
        "StartContentModeration": _VIDEO,
        "GetContentModeration": _JOB,
        "StartTextDetection": _VIDEO,
        "GetTextDetection": _JOB,
        "StartSegmentDetection": {**_VIDEO, "SegmentTypes": ["SHOT", "TECHNICAL_CUE"]},
        "GetSegmentDetection": _JOB,
    },
    "Live streams": {
        name: {"Name": "door"} if name != "ListStreamProcessors" else {}
        for name in (
            "CreateStreamProcessor",
            "DescribeStreamProcessor",
            "ListStreamProcessors",
            "StartStreamProcessor",
            "StopStreamProcessor",
            "UpdateStreamProcessor",
            "DeleteStreamProcessor",
        )
    },
}
"""Group -> operation -> a sample input without pictures, in the order of the console's list. What
is in no group is among "Others"."""
OTHERS = "Others"
SAMPLES_PACK = "samples"
_PICTURES = frozenset({"Image", "SourceImage", "TargetImage"})


def build_console(door: Door, rooms: Eyebright, *, coverage: Coverage) -> Console:
    """The console over the rooms of a door. coverage: the table that both doors answer from."""
    model = load_service_model(SERVICE)
    caller = _Caller(_timed(door, rooms), model=model, coverage=coverage)
    return Console(
        operations=cards(model, coverage),
        call=caller.call,
        samples=partial(_samples, rooms.settings),
    )


def cards(model: ServiceModel, coverage: Coverage) -> tuple[OperationCard, ...]:
    """All operations of the service, group by group."""
    grouped = [
        (name, group, sample)
        for group, samples in GROUPS.items()
        for name, sample in samples.items()
    ]
    known = {name for name, _, _ in grouped}
    nothing: Mapping[str, object] = {}
    others = [(name, OTHERS, nothing) for name in sorted(model.operations.keys() - known)]
    return tuple(
        OperationCard(
            name=name,
            implemented=isinstance(coverage[name], Implemented),
            group=group,
            images=_images(model.operations[name]),
            note=coverage[name].note,
            sample=sample,
        )
        for name, group, sample in [*grouped, *others]
    )


def _samples(settings: Settings) -> tuple[Path, ...]:
    """The pictures of the pack of samples; none while it is not installed."""
    from eyebright.packs.pack import load_pack

    try:
        return load_pack(settings.packs_directory, SAMPLES_PACK).photos()
    except PackError:
        return ()


def _images(operation: Operation) -> Literal[0, 1, 2]:
    count = len(_PICTURES & operation.input.members.keys())
    return 2 if count == 2 else 1 if count == 1 else 0


def _timed(door: Door, rooms: Eyebright) -> Door:
    """The same rooms, seen through capabilities that say how long they took."""
    sight = timed_sight(door.sight)
    indexing = Indexing(sight.faces, collections=rooms.collections, faces=rooms.faces)
    return replace(door, sight=sight, vision=sight.faces, indexing=indexing)


class _Caller:
    """Asks the door's own code for a principal whose session is open."""

    def __init__(self, door: Door, *, model: ServiceModel, coverage: Coverage) -> None:
        self._model = model
        self._ids = door.ids
        self._performer = Performer(door, coverage=coverage)

    def call(self, principal: Principal, name: str, body: bytes) -> OperationAnswer:
        request_id = self._ids.request()
        operation = self._model.operations.get(name)
        with measured() as laps:
            if operation is None:
                unknown = UnknownOperation("The service has no operation of this name.")
                answer = translated(unknown, request_id=request_id)
            else:
                answer = self._performer.perform(
                    operation, principal, body=body, request_id=request_id
                )
        return OperationAnswer(
            status=404 if operation is None else answer.status,
            body=answer.body or orjson.dumps(_NOTHING),
            error=answer.error,
            request_id=request_id,
            timing_ms=laps.milliseconds,
        )


_NOTHING: Mapping[str, Any] = {}
