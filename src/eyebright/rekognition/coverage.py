"""The table of all operations: what each one is answered by, or that it is not built yet.

An operation that is not built answers `NotImplementedException`; nothing is ever answered with
canned data. `docs/compatibility.md` is generated from this table, and a test holds the table
against the installed service model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations import (
    celebrities,
    collections,
    detection,
    equipment,
    faces,
    labels,
    moderation,
    streams,
    tags,
    text,
    user_search,
    users,
    video_celebrities,
    video_face_search,
    video_faces,
    video_labels,
    video_moderation,
    video_persons,
    video_segments,
    video_text,
)

Handler: TypeAlias = Callable[[Door, Call], dict[str, Any]]
"""Answers one operation: members by their names in the service model, None for absent ones."""


@dataclass(frozen=True, slots=True)
class Implemented:
    """Answered by `handler`. note: what differs from AWS, in a few words, or empty."""

    handler: Handler
    note: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """Not built yet. note: what it waits for."""

    note: str


Coverage: TypeAlias = Mapping[str, Implemented | Planned]

_IMAGES = Planned("Labels, text, moderation, equipment and celebrities on images")
_VIDEO = Planned("Stored video")
_OWN_STREAMS = "Streams are addresses of EYEBRIGHT_STREAMS; an ARN is of the account in it"
_FROM_NOW = "A stream is looked at from now on, whatever StartSelector says"
_TRAINING = Planned("Custom labels and adapters")
_BATCH = Planned("Bulk image analysis")
_LIVENESS = Planned("Face liveness")

COVERAGE: Coverage = {
    # Faces on images
    "CompareFaces": Implemented(detection.compare_faces),
    "DetectFaces": Implemented(detection.detect_faces),
    # Collections and the faces in them
    "CreateCollection": Implemented(collections.create_collection),
    "DeleteCollection": Implemented(collections.delete_collection),
    "DeleteFaces": Implemented(faces.delete_faces),
    "DescribeCollection": Implemented(collections.describe_collection),
    "IndexFaces": Implemented(faces.index_faces),
    "ListCollections": Implemented(collections.list_collections),
    "ListFaces": Implemented(faces.list_faces),
    "SearchFaces": Implemented(faces.search_faces),
    "SearchFacesByImage": Implemented(faces.search_faces_by_image),
    # Users
    "AssociateFaces": Implemented(users.associate_faces),
    "CreateUser": Implemented(users.create_user),
    "DeleteUser": Implemented(users.delete_user),
    "DisassociateFaces": Implemented(users.disassociate_faces),
    "ListUsers": Implemented(users.list_users),
    "SearchUsers": Implemented(user_search.search_users),
    "SearchUsersByImage": Implemented(user_search.search_users_by_image),
    # Tags
    "ListTagsForResource": Implemented(tags.list_tags_for_resource),
    "TagResource": Implemented(tags.tag_resource),
    "UntagResource": Implemented(tags.untag_resource),
    # Other analysis of images
    "DetectLabels": Implemented(labels.detect_labels),
    "DetectModerationLabels": Implemented(
        moderation.detect_moderation_labels,
        "No adapters and no reviews by people: asking for either is an error",
    ),
    "DetectProtectiveEquipment": Implemented(
        equipment.detect_protective_equipment,
        note="Masks and bare heads; gloves and helmets are not judged",
    ),
    "DetectText": Implemented(text.detect_text),
    "GetCelebrityInfo": Implemented(celebrities.get_celebrity_info),
    "RecognizeCelebrities": Implemented(
        celebrities.recognize_celebrities, note="Knows whom you import; no gallery ships"
    ),
    # Stored video
    "GetCelebrityRecognition": Implemented(
        video_celebrities.get_celebrity_recognition,
        note="Knows whom you import; BoundingBox is the face's",
    ),
    "GetContentModeration": Implemented(video_moderation.get_content_moderation),
    "GetFaceDetection": Implemented(video_faces.get_face_detection),
    "GetFaceSearch": Implemented(
        video_face_search.get_face_search, note="Person has a face, and no body's BoundingBox"
    ),
    "GetLabelDetection": Implemented(video_labels.get_label_detection),
    "GetPersonTracking": Implemented(video_persons.get_person_tracking),
    "GetSegmentDetection": Implemented(
        video_segments.get_segment_detection, note="Technical cues: BlackFrames and ColorBars"
    ),
    "GetTextDetection": Implemented(video_text.get_text_detection),
    "StartCelebrityRecognition": Implemented(video_celebrities.start_celebrity_recognition),
    "StartContentModeration": Implemented(video_moderation.start_content_moderation),
    "StartFaceDetection": Implemented(video_faces.start_face_detection),
    "StartFaceSearch": Implemented(video_face_search.start_face_search),
    "StartLabelDetection": Implemented(video_labels.start_label_detection),
    "StartPersonTracking": Implemented(video_persons.start_person_tracking),
    "StartSegmentDetection": Implemented(video_segments.start_segment_detection),
    "StartTextDetection": Implemented(video_text.start_text_detection),
    # Live streams
    "CreateStreamProcessor": Implemented(streams.create_stream_processor, note=_OWN_STREAMS),
    "DeleteStreamProcessor": Implemented(streams.delete_stream_processor),
    "DescribeStreamProcessor": Implemented(streams.describe_stream_processor),
    "ListStreamProcessors": Implemented(streams.list_stream_processors),
    "StartStreamProcessor": Implemented(streams.start_stream_processor, note=_FROM_NOW),
    "StopStreamProcessor": Implemented(streams.stop_stream_processor),
    "UpdateStreamProcessor": Implemented(streams.update_stream_processor),
    # Custom labels and adapters
    "CopyProjectVersion": _TRAINING,
    "CreateDataset": _TRAINING,
    "CreateProject": _TRAINING,
    "CreateProjectVersion": _TRAINING,
    "DeleteDataset": _TRAINING,
    "DeleteProject": _TRAINING,
    "DeleteProjectPolicy": _TRAINING,
    "DeleteProjectVersion": _TRAINING,
    "DescribeDataset": _TRAINING,
    "DescribeProjectVersions": _TRAINING,
    "DescribeProjects": _TRAINING,
    "DetectCustomLabels": _TRAINING,
    "DistributeDatasetEntries": _TRAINING,
    "ListDatasetEntries": _TRAINING,
    "ListDatasetLabels": _TRAINING,
    "ListProjectPolicies": _TRAINING,
    "PutProjectPolicy": _TRAINING,
    "StartProjectVersion": _TRAINING,
    "StopProjectVersion": _TRAINING,
    "UpdateDatasetEntries": _TRAINING,
    # Bulk image analysis
    "GetMediaAnalysisJob": _BATCH,
    "ListMediaAnalysisJobs": _BATCH,
    "StartMediaAnalysisJob": _BATCH,
    # Face liveness
    "CreateFaceLivenessSession": _LIVENESS,
    "GetFaceLivenessSessionResults": _LIVENESS,
}
