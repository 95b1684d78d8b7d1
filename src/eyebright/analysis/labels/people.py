"""Words for people: from boxes of persons, faces and what is said of the faces.

Gender and age are how a face looks to the model, not who somebody is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from eyebright.analysis.faces.observation import Detections, FaceAttribute, FaceDescription
from eyebright.analysis.labels.evidence import Evidence
from eyebright.analysis.labels.values import Box, Instance

MOST_FACES = 100
"""The largest; as many as DetectFaces gives."""
BODILESS = 0.2
"""What a face is worth that no box of a person holds: of eight in everyday pictures one was real;
of 99 portraits, heads that fill the picture too, each had a box of 0.23 or more."""
CERTAIN_BODY = 0.5
"""The score of a body from which on its face is believed as it is."""
CROWD = 10
"""So many people are a crowd."""
GROUP = 4
GROUP_FACE_SHARE = 0.06
"""Least height of each face of a group that poses, of the picture's height."""
PORTRAIT_FACE_SHARE = 0.22
"""Least height of the only face of a portrait, of the picture's height."""
FRONTAL_DEGREES = 35.0
DESCRIBED_FACE_PX = 24.0
"""Shorter faces are seen, but what is said of their age or glasses is not trusted."""
PORTRAIT_SCORE = 0.85
GROUP_SCORE = 0.75

AGES = {"Baby": (0, 3), "Child": (3, 13), "Teen": (13, 18), "Adult": (18, 66)}
OLD = "Senior Citizen"
"""From the end of AGES on; an adult, too."""
ANSWERS = {
    FaceAttribute.SMILE: "Smile",
    FaceAttribute.EYEGLASSES: "Glasses",
    FaceAttribute.SUNGLASSES: "Sunglasses",
    FaceAttribute.BEARD: "Beard",
    FaceAttribute.MUSTACHE: "Mustache",
}
EMOTIONS = {"HAPPY": "Happy", "SAD": "Sad", "ANGRY": "Angry", "SURPRISED": "Surprised"}
GLOOM_TRUST = 0.75
"""Of the expressions, only a happy one is told reliably; serious faces are taken for sad ones."""
GENDERED = {("Male", "Adult"): "Man", ("Male", "Child"): "Boy"} | {
    ("Female", "Adult"): "Woman",
    ("Female", "Child"): "Girl",
}


@dataclass(frozen=True, slots=True)
class SeenFace:
    """One face: box in pixels, the detector's score 0-1, and what is said of it, if asked."""

    box_xyxy: Box
    score: float
    description: FaceDescription | None

    @property
    def height(self) -> float:
        return self.box_xyxy[3] - self.box_xyxy[1]


def say_people(
    evidence: Evidence,
    faces: Sequence[SeenFace],
    *,
    bodies: Sequence[Instance],
    size_wh: tuple[int, int],
) -> None:
    """Everything that faces say, and counts of people.

    bodies: all boxes of persons, weak ones too. Those that are shown must be placed before.
    """
    faces = [believed(face, bodies) for face in faces[:MOST_FACES]]
    for face in faces:
        evidence.place("Face", _inside(face.box_xyxy, size_wh), face.score)
        evidence.say("Face", face.score)
        evidence.say("Head", face.score)
        if face.description is not None and face.height >= DESCRIBED_FACE_PX:
            _describe(evidence, face, face.description)
    _count(evidence, faces)
    _pose(evidence, faces, height=size_wh[1])


def seen_faces(
    detections: Detections, descriptions: Sequence[FaceDescription]
) -> tuple[SeenFace, ...]:
    """Faces with their descriptions, which are of the first of them."""
    said: list[FaceDescription | None] = [*descriptions]
    said += [None] * (len(detections) - len(descriptions))
    return tuple(
        SeenFace(_box(box), float(score), description)
        for box, score, description in zip(
            detections.boxes_xyxy, detections.scores, said, strict=True
        )
    )


def _describe(evidence: Evidence, face: SeenFace, said: FaceDescription) -> None:
    for name, score in _looks(said):
        evidence.say(name, face.score * score)
    body = _body_of(face, evidence.instances("Person"))
    for name, score in _ages_and_genders(said):
        evidence.say(name, face.score * score)
        if body is not None and name in GENDERED.values():
            evidence.place(name, body.box_xyxy, min(face.score * score, body.score))


def _looks(said: FaceDescription) -> Iterator[tuple[str, float]]:
    for attribute, name in ANSWERS.items():
        answer = said.answers.get(attribute)
        if answer is not None and answer.value:
            yield name, answer.confidence
    for emotion, score in said.emotions:
        if emotion in EMOTIONS:
            yield EMOTIONS[emotion], score * (1.0 if emotion == "HAPPY" else GLOOM_TRUST)


def _ages_and_genders(said: FaceDescription) -> Iterator[tuple[str, float]]:
    """Words and chances. The years of the age range count alike."""
    ages = {} if said.age is None else _ages(said.age.low, said.age.high)
    yield from ((name, share) for name, share in ages.items() if share > 0.0)
    if said.gender is not None:
        yield said.gender.value, said.gender.confidence
        for (gender, age), name in GENDERED.items():
            if gender == said.gender.value and ages.get(age, 0.0) > 0.0:
                yield name, said.gender.confidence * ages[age]


def _ages(low: int, high: int) -> dict[str, float]:
    years = high - low + 1

    def share(start: int, end: int) -> float:
        return max(min(high + 1, end) - max(low, start), 0) / years

    shares = {name: share(start, end) for name, (start, end) in AGES.items()}
    old = share(AGES["Adult"][1], 200)
    return shares | {OLD: old, "Adult": shares["Adult"] + old}


def _body_of(face: SeenFace, bodies: Sequence[Instance]) -> Instance | None:
    """The smallest box of a person that has the face in its upper half."""
    left, top, right, bottom = face.box_xyxy
    x, y = (left + right) / 2, (top + bottom) / 2
    holding = [body for body in bodies if _holds_in_upper_half(body.box_xyxy, x, y)]
    return min(holding, key=lambda body: _area(body.box_xyxy), default=None)


def believed(face: SeenFace, bodies: Sequence[Instance]) -> SeenFace:
    """The face with a score that counts the body it belongs to."""
    left, top, right, bottom = face.box_xyxy
    x, y = (left + right) / 2, (top + bottom) / 2
    best = max((body.score for body in bodies if _holds(body.box_xyxy, x, y)), default=0.0)
    trust = BODILESS + (1.0 - BODILESS) * min(best / CERTAIN_BODY, 1.0)
    return replace(face, score=face.score * trust)


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _holds_in_upper_half(box: Box, x: float, y: float) -> bool:
    left, top, right, bottom = box
    return left <= x <= right and top <= y <= (top + bottom) / 2


def _count(evidence: Evidence, faces: Sequence[SeenFace]) -> None:
    """People: as sure as the second person or face; a crowd: as the tenth."""
    bodies = [body.score for body in evidence.instances("Person")]
    heads = sorted((face.score for face in faces), reverse=True)
    for word, least in (("People", 2), ("Crowd", CROWD)):
        ranked = [scores[least - 1] for scores in (bodies, heads) if len(scores) >= least]
        if ranked:
            evidence.say(word, max(ranked))


def _pose(evidence: Evidence, faces: Sequence[SeenFace], *, height: int) -> None:
    frontal = [face for face in faces if _is_frontal(face)]
    large = [face for face in frontal if face.height >= PORTRAIT_FACE_SHARE * height]
    if len(faces) == len(large) == 1:
        evidence.say("Portrait", PORTRAIT_SCORE * large[0].score)
    group = [face for face in frontal if face.height >= GROUP_FACE_SHARE * height]
    if len(group) >= GROUP:
        evidence.say("Groupshot", GROUP_SCORE * min(face.score for face in group))


def _is_frontal(face: SeenFace) -> bool:
    return face.description is not None and abs(face.description.pose.yaw) <= FRONTAL_DEGREES


def _inside(box: Box, size_wh: tuple[int, int]) -> Box:
    width, height = size_wh
    left, top, right, bottom = box
    return max(left, 0.0), max(top, 0.0), min(right, float(width)), min(bottom, float(height))


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _box(values: Sequence[float]) -> Box:
    left, top, right, bottom = (float(value) for value in values)
    return left, top, right, bottom
