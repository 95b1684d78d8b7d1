"""Stream processors: live streams that are looked at for as long as they run."""

from __future__ import annotations

from dataclasses import replace

from eyebright.errors import InvalidInput
from eyebright.ids import CollectionId
from eyebright.rekognition import limits
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.shapes.streams import (
    area_of,
    described_processor,
    listed_processor,
    plan_of,
    processor_arn,
    require_home_labels,
    start_request_of,
)
from eyebright.rekognition.shapes.units import Json
from eyebright.streams.values import StreamPlan


def create_stream_processor(door: Door, call: Call) -> Json:
    plan = plan_of(call.input)
    if plan.face_search is not None:
        collection = CollectionId(plan.face_search.collection)
        door.collections.get(call.scope, collection).space.require(door.vision.space)
    processor = door.streams.create(
        call.scope, call.input["Name"], plan=plan, tags=call.input.get("Tags") or {}
    )
    return {"StreamProcessorArn": processor_arn(call.scope, processor.name)}


def describe_stream_processor(door: Door, call: Call) -> Json:
    return described_processor(door.streams.get(call.scope, call.input["Name"]))


def list_stream_processors(door: Door, call: Call) -> Json:
    page = door.streams.list(
        call.scope,
        limit=limits.results_per_page(call.input.get("MaxResults")),
        after=door.cursors.read(call),
    )
    return {
        "StreamProcessors": [listed_processor(processor) for processor in page.items],
        "NextToken": door.cursors.write(call, page.next),
    }


def update_stream_processor(door: Door, call: Call) -> Json:
    door.streams.update(call.scope, call.input["Name"], lambda plan: _changed(plan, call))
    return {}


def start_stream_processor(door: Door, call: Call) -> Json:
    plan = door.streams.get(call.scope, call.input["Name"]).plan
    request = start_request_of(call.input, plan)
    session_id = door.streams.start(call.scope, call.input["Name"], request)
    door.wake_workers()
    return {} if plan.home is None else {"SessionId": session_id}


def stop_stream_processor(door: Door, call: Call) -> Json:
    door.streams.stop(call.scope, call.input["Name"])
    return {}


def delete_stream_processor(door: Door, call: Call) -> Json:
    door.streams.delete(call.scope, call.input["Name"])
    return {}


def _changed(plan: StreamPlan, call: Call) -> StreamPlan:
    """The plan with the settings of an update; what is deleted goes last."""
    if plan.home is None:
        raise InvalidInput(
            "Request has invalid parameters: only label detection can be updated; make a new "
            "stream processor for a face search."
        )
    home = plan.home
    settings = call.input.get("SettingsForUpdate", {}).get("ConnectedHomeForUpdate", {})
    if "Labels" in settings:
        require_home_labels(tuple(settings["Labels"]))
        home = replace(home, labels=tuple(settings["Labels"]))
    if "MinConfidence" in settings:
        home = replace(home, min_percent=settings["MinConfidence"])
    if "RegionsOfInterestForUpdate" in call.input:
        areas = tuple(area_of(one) for one in call.input["RegionsOfInterestForUpdate"])
        plan = replace(plan, areas=areas)
    if "DataSharingPreferenceForUpdate" in call.input:
        shares = call.input["DataSharingPreferenceForUpdate"]["OptIn"]
        plan = replace(plan, shares_data=shares)
    for name in call.input.get("ParametersToDelete", ()):
        if name == "ConnectedHomeMinConfidence":
            home = replace(home, min_percent=None)
        elif name == "RegionsOfInterest":
            plan = replace(plan, areas=())
    return replace(plan, home=home)
