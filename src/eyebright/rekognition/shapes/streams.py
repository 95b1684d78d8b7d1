"""Stream processors in AWS's words, and what they tell of streams in its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from eyebright.errors import InvalidInput
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId
from eyebright.rekognition.shapes.faces import described_face, indexed_face
from eyebright.rekognition.shapes.units import Json, bounding_box, percent
from eyebright.streams.face_search import SeenFace
from eyebright.streams.telling import PicturedLabel, Telling
from eyebright.streams.values import (
    ALL_LABELS,
    Area,
    FaceSearchPlan,
    HomeLabel,
    HomePlan,
    Processor,
    StartRequest,
    StreamMoment,
    StreamPlan,
)

LEAST_FACE_PERCENT = 80.0
"""The service raises a lower FaceMatchThreshold to this."""
DEFAULT_RUN_SECONDS = 10
MOST_CORNERS = 10
EVENT_SUBJECT = "Rekognition Stream Processing Event"
_INVALID = "Request has invalid parameters"


def processor_arn(scope: Scope, name: str) -> str:
    return f"arn:aws:rekognition:{scope.region}:{scope.account_id}:streamprocessor/{name}"


def plan_of(members: Mapping[str, Any]) -> StreamPlan:
    """The members of CreateStreamProcessor as a plan. Raises InvalidInput for what does not fit
    together: face search or label detection, each with its own outputs."""
    settings, output = members["Settings"], members["Output"]
    if ("FaceSearch" in settings) == ("ConnectedHome" in settings):
        raise InvalidInput(f"{_INVALID}: Settings needs FaceSearch or ConnectedHome, not both.")
    shares = members.get("DataSharingPreference")
    channel = members.get("NotificationChannel")
    plan = StreamPlan(
        video_arn=_arn(members["Input"], "KinesisVideoStream", "Input"),
        role_arn=members["RoleArn"],
        topic_arn=None if channel is None else channel["SNSTopicArn"],
        kms_key=members.get("KmsKeyId"),
        areas=tuple(area_of(one) for one in members.get("RegionsOfInterest", ())),
        shares_data=None if shares is None else shares["OptIn"],
        face_search=_face_search(settings["FaceSearch"]) if "FaceSearch" in settings else None,
        home=_home(settings["ConnectedHome"]) if "ConnectedHome" in settings else None,
        records_arn=output.get("KinesisDataStream", {}).get("Arn"),
        bucket=output.get("S3Destination", {}).get("Bucket"),
        prefix=output.get("S3Destination", {}).get("KeyPrefix"),
    )
    _require_fitting(plan)
    return plan


def _require_fitting(plan: StreamPlan) -> None:
    if plan.face_search is not None:
        if plan.records_arn is None or plan.bucket is not None:
            raise InvalidInput(f"{_INVALID}: FaceSearch needs Output.KinesisDataStream alone.")
        if plan.kms_key is not None or plan.areas:
            raise InvalidInput(
                f"{_INVALID}: KmsKeyId and RegionsOfInterest are of ConnectedHome only."
            )
    elif plan.bucket is None or plan.records_arn is not None:
        raise InvalidInput(f"{_INVALID}: ConnectedHome needs Output.S3Destination alone.")


def _face_search(settings: Mapping[str, Any]) -> FaceSearchPlan:
    if "CollectionId" not in settings:
        raise InvalidInput(f"{_INVALID}: FaceSearch needs a CollectionId.")
    asked = settings.get("FaceMatchThreshold", LEAST_FACE_PERCENT)
    return FaceSearchPlan(CollectionId(settings["CollectionId"]), max(asked, LEAST_FACE_PERCENT))


def _home(settings: Mapping[str, Any]) -> HomePlan:
    labels = tuple(settings["Labels"])
    require_home_labels(labels)
    return HomePlan(labels, settings.get("MinConfidence"))


def require_home_labels(labels: tuple[str, ...]) -> None:
    """Raises InvalidInput for labels that the service does not know."""
    known = {ALL_LABELS, *HomeLabel}
    unknown = [label for label in labels if label not in known]
    if unknown:
        raise InvalidInput(f"{_INVALID}: Labels are {', '.join(sorted(known))}, not {unknown[0]}.")


def _arn(place: Mapping[str, Any], kind: str, member: str) -> str:
    arn: str | None = place.get(kind, {}).get("Arn")
    if arn is None:
        raise InvalidInput(f"{_INVALID}: {member} needs a {kind} with an Arn.")
    return arn


def area_of(region: Mapping[str, Any]) -> Area:
    """A RegionOfInterest: a box or a polygon."""
    if ("BoundingBox" in region) == ("Polygon" in region):
        raise InvalidInput(f"{_INVALID}: a region of interest is a BoundingBox or a Polygon.")
    if "BoundingBox" in region:
        box = region["BoundingBox"]
        if not {"Left", "Top", "Width", "Height"} <= set(box) or min(box.values()) < 0:
            raise InvalidInput(f"{_INVALID}: a BoundingBox needs Left, Top, Width and Height.")
        return Area(box=(box["Left"], box["Top"], box["Width"], box["Height"]))
    corners = tuple((point.get("X", 0.0), point.get("Y", 0.0)) for point in region["Polygon"])
    if not 3 <= len(corners) <= MOST_CORNERS:
        raise InvalidInput(f"{_INVALID}: a Polygon has 3 to {MOST_CORNERS} points.")
    return Area(polygon=corners)


def _region(area: Area) -> Json:
    if area.box is not None:
        left, top, width, height = area.box
        return {"BoundingBox": {"Left": left, "Top": top, "Width": width, "Height": height}}
    return {"Polygon": [{"X": x, "Y": y} for x, y in area.polygon]}


def start_request_of(members: Mapping[str, Any], plan: StreamPlan) -> StartRequest:
    """The members of StartStreamProcessor. Raises InvalidInput: label detection needs both
    selectors, face search takes none."""
    given = {name for name in ("StartSelector", "StopSelector") if name in members}
    if plan.home is None:
        if given:
            raise InvalidInput(f"{_INVALID}: a face search takes no StartSelector or StopSelector.")
        return StartRequest()
    if len(given) < 2:
        raise InvalidInput(f"{_INVALID}: label detection needs StartSelector and StopSelector.")
    first = members["StartSelector"].get("KVSStreamStartSelector", {})
    return StartRequest(
        max_seconds=members["StopSelector"].get("MaxDurationInSeconds", DEFAULT_RUN_SECONDS),
        producer_ms=first.get("ProducerTimestamp"),
        fragment=first.get("FragmentNumber"),
    )


def listed_processor(processor: Processor) -> Json:
    """AWS's StreamProcessor."""
    return {"Name": processor.name, "Status": processor.state.value}


def described_processor(processor: Processor) -> Json:
    """All members of DescribeStreamProcessor; those that were not given are absent."""
    plan = processor.plan
    members: Json = listed_processor(processor) | {
        "StreamProcessorArn": processor_arn(processor.scope, processor.name),
        "CreationTimestamp": processor.created_at,
        "LastUpdateTimestamp": processor.updated_at,
        "Input": {"KinesisVideoStream": {"Arn": plan.video_arn}},
        "Output": _output(plan),
        "RoleArn": plan.role_arn,
        "Settings": _settings(plan),
    }
    if processor.message:
        members["StatusMessage"] = processor.message
    if plan.topic_arn is not None:
        members["NotificationChannel"] = {"SNSTopicArn": plan.topic_arn}
    if plan.kms_key is not None:
        members["KmsKeyId"] = plan.kms_key
    if plan.areas:
        members["RegionsOfInterest"] = [_region(area) for area in plan.areas]
    if plan.shares_data is not None:
        members["DataSharingPreference"] = {"OptIn": plan.shares_data}
    return members


def _output(plan: StreamPlan) -> Json:
    if plan.records_arn is not None:
        return {"KinesisDataStream": {"Arn": plan.records_arn}}
    prefix = {} if plan.prefix is None else {"KeyPrefix": plan.prefix}
    return {"S3Destination": {"Bucket": plan.bucket} | prefix}


def _settings(plan: StreamPlan) -> Json:
    if plan.face_search is not None:
        search = plan.face_search
        return {
            "FaceSearch": {
                "CollectionId": search.collection,
                "FaceMatchThreshold": search.min_percent,
            }
        }
    if plan.home is None:
        return {}
    lowest = plan.home.min_percent
    least = {} if lowest is None else {"MinConfidence": lowest}
    return {"ConnectedHome": {"Labels": list(plan.home.labels)} | least}


class ServiceWording:
    """Records and events in the service's form: compact JSON.

    A live stream here has no fragments, so each frame that is looked at is one of its own: its
    number rises, and its offset is 0. ProducerTimestamp is by the stream's clock, ServerTimestamp
    when its last byte came.
    """

    def face_record(
        self, processor: Processor, moment: StreamMoment, faces: tuple[SeenFace, ...]
    ) -> str:
        """The record of one frame that a face search puts into its data stream."""
        record = {
            "InputInformation": {
                "KinesisVideo": {
                    "StreamArn": processor.plan.video_arn,
                    "FragmentNumber": str(moment.number),
                    "ServerTimestamp": round(moment.arrived_at, 3),
                    "ProducerTimestamp": round(moment.taken_at, 3),
                    "FrameOffsetInSeconds": 0.0,
                }
            },
            "StreamProcessorInformation": {"Status": "RUNNING"},
            "FaceSearchResponse": [_searched_face(face, moment.size_wh) for face in faces],
        }
        return orjson.dumps(record).decode()

    def label_event(
        self, told: Telling, moment: StreamMoment, seen: tuple[PicturedLabel, ...]
    ) -> str:
        """The message of labels that were seen for the first time in a run."""
        labels = [_told_label(one, moment, told.event_id) for one in seen]
        stream = {"streamArn": told.processor.plan.video_arn}
        return _event(told, "LABEL_DETECTED", stream, {"labels": labels})

    def complete_event(self, told: Telling, message: str) -> str:
        """The message that a run is over."""
        stream = {
            "streamArn": told.processor.plan.video_arn,
            "processedVideoDurationMillis": told.session.processed_ms,
        }
        results = {"streamProcessingResults": {"message": message}}
        return _event(told, "STREAM_PROCESSING_COMPLETE", stream, results)


def _told_label(one: PicturedLabel, moment: StreamMoment, event_id: str) -> Json:
    """Pictures that could not be kept are not named."""
    uris = {"frameImageUri": one.frame_uri, "croppedImageUri": one.crop_uri}
    return {
        "id": f"{event_id}-{one.seen.label.value}",
        "name": one.seen.label.value,
        "confidence": percent(one.seen.score),
        **{name: uri for name, uri in uris.items() if uri is not None},
        "videoMapping": {
            "kinesisVideoMapping": {
                "fragmentNumber": str(moment.number),
                "serverTimestamp": int(1000 * moment.arrived_at),
                "producerTimestamp": int(1000 * moment.taken_at),
                "frameOffsetMillis": 0,
            }
        },
        "boundingBox": _lower(bounding_box(one.seen.box_xyxy, moment.size_wh)),
    }


def _event(told: Telling, kind: str, stream: Json, members: Json) -> str:
    event = {
        "inputInformation": {"kinesisVideo": stream},
        "eventNamespace": {"type": kind},
        **members,
        "eventId": told.event_id,
        "tags": dict(told.tags),
        "sessionId": told.session.session_id,
        "startStreamProcessorRequest": _start_request(told),
    }
    return orjson.dumps(event).decode()


def _start_request(told: Telling) -> Json:
    request, members = told.session.request, {"name": told.processor.name}
    first: Json = {}
    if request.producer_ms is not None:
        first["producerTimestamp"] = request.producer_ms
    if request.fragment is not None:
        first["fragmentNumber"] = request.fragment
    if request.max_seconds is None:
        return members
    return members | {
        "startSelector": {"kvsStreamStartSelector": first},
        "stopSelector": {"maxDurationInSeconds": request.max_seconds},
    }


def _searched_face(face: SeenFace, size_wh: tuple[int, int]) -> Json:
    return {
        "DetectedFace": described_face(
            face.box_xyxy, face.score, description=face.description, size_wh=size_wh
        ),
        "MatchedFaces": [
            {"Similarity": match.percent, "Face": indexed_face(match.face)}
            for match in face.matches
        ],
    }


def _lower(members: Json) -> Json:
    return {name[0].lower() + name[1:]: value for name, value in members.items()}
