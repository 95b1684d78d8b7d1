from __future__ import annotations

from fractions import Fraction

import pytest
from botocore.model import StringShape
from botocore.session import get_session

from eyebright.analysis.segments.values import Cue, CueKind
from eyebright.rekognition.shapes.video_segments import segment_json
from eyebright.video.values import VideoInfo
from eyebright.videojobs.segments import Segment

INFO = VideoInfo("MP4", "h264", (640, 360), Fraction(25), Fraction(10), "LIMITED", ())


def names_of_clients() -> set[str]:
    shape = get_session().get_service_model("rekognition").shape_for("TechnicalCueType")
    assert isinstance(shape, StringShape)
    return set(shape.enum)


@pytest.mark.parametrize("kind", CueKind)
def test_every_kind_of_cue_has_a_name_that_clients_know(kind: CueKind) -> None:
    known = names_of_clients()
    cue = Cue(kind, 25, 50, 1000, 2000, 0.9)
    told = segment_json(Segment(0, cue=cue), INFO)
    assert told["TechnicalCueSegment"]["Type"] in known
    assert told["StartTimecodeSMPTE"] == "00:00:01:00"


def test_all_kinds_that_clients_know_are_told() -> None:
    told = {
        segment_json(Segment(0, cue=Cue(kind, 0, 1, 0, 40, 0.9)), INFO)["TechnicalCueSegment"][
            "Type"
        ]
        for kind in CueKind
    }
    assert told == names_of_clients()
