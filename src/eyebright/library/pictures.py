"""What the stages do. Those of a photo share one decoded picture and what was seen in it, so that
each model runs once, whoever asks first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from eyebright.analysis.faces.observation import ALL_ATTRIBUTES, FaceDescription
from eyebright.analysis.faces.selection import (
    QualityFilter,
    RefusalReason,
    quality_of,
    refusals,
)
from eyebright.db.tables import milliseconds
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.ids import FaceId, image_id
from eyebright.imaging.crops import within_side
from eyebright.imaging.encode import encode_jpeg
from eyebright.imaging.fingerprint import fingerprint
from eyebright.imaging.flaws import noise, overexposed
from eyebright.imaging.metadata import read_exif
from eyebright.library import films
from eyebright.library.blobs import BlobKind
from eyebright.library.choice import to_column
from eyebright.library.films import Watched
from eyebright.library.merit import Flaws, merit_of
from eyebright.library.projection import compact, space_of
from eyebright.library.values import (
    AssetFace,
    Decoded,
    FacesFound,
    Grouped,
    Labels,
    Lanes,
    Media,
    Moderated,
    Properties,
    TextFound,
)
from eyebright.library.work import Keeping, StageWork
from eyebright.people.decided import decided_faces
from eyebright.people.grouping import Unplaced
from eyebright.people.probes import MAX_FACES_LOOKED_AT
from eyebright.people.values import NewFace

PROXY_PX, PROXY_QUALITY = 1280, 80
THUMBNAIL_PX, THUMBNAIL_QUALITY = 320, 75
LEAST_SCORE = 0.3
"""Labels and moderation less sure than this are not kept; the interface shows from 0.5 on."""


@dataclass(frozen=True, slots=True)
class SmallPictures:
    """What decoding gives beside what it says: a proxy and a thumbnail, as JPEGs."""

    decoded: Decoded
    proxy: bytes
    thumbnail: bytes


@dataclass(frozen=True, slots=True, eq=False)
class LabelsSeen:
    """vector: (256,) float32, what "find similar" compares."""

    labels: Labels
    vector: FloatArray
    space: str


@dataclass(frozen=True, slots=True)
class FacesSeen:
    """new: place in `faces` -> what is to be enrolled."""

    faces: tuple[AssetFace, ...]
    new: tuple[tuple[int, NewFace], ...]


def decode(work: StageWork) -> SmallPictures:
    if work.asset.media is Media.VIDEO:
        return _decode_film(work)
    image = work.image
    taken = read_exif(work.original)
    proxy, thumbnail, proxy_wh = _small(image.pixels)
    decoded = Decoded(
        format=image.format,
        size_wh=image.full_size_wh,
        frame_wh=image.size_wh,
        proxy_wh=proxy_wh,
        taken_at_ms=None if taken.at is None else milliseconds(taken.at),
        camera=taken.camera,
    )
    return SmallPictures(decoded, proxy, thumbnail)


def keep_decoded(keeping: Keeping, found: SmallPictures) -> Decoded:
    work, decoded = keeping.work, found.decoded
    blobs, library, asset_id = work.tools.blobs, work.library, work.asset.asset_id
    blobs.put(library, asset_id, BlobKind.PROXY, found.proxy)
    blobs.put(library, asset_id, BlobKind.THUMBNAIL, found.thumbnail)
    keeping.set_asset(
        width=decoded.size_wh[0],
        height=decoded.size_wh[1],
        taken_at=decoded.taken_at_ms,
        duration_ms=decoded.duration_ms,
    )
    return decoded


def labels(work: StageWork) -> LabelsSeen:
    found = work.tools.sight.labels().label(work.seen)
    sure = tuple(label for label in found if label.score >= LEAST_SCORE)
    return LabelsSeen(Labels(sure), compact(work.seen.classes.features), space_of(work.tools.packs))


def keep_labels(keeping: Keeping, found: LabelsSeen) -> Labels:
    keeping.set_vector(found.vector, found.space)
    return found.labels


def faces(work: StageWork) -> FacesSeen:
    """All faces; those that are good enough are to be enrolled. Raises EmbeddingSpaceMismatch when
    the collection was made with another pack."""
    vision, image = work.tools.sight.faces, work.image
    detections = work.seen.faces.largest(MAX_FACES_LOOKED_AT)
    if not len(detections):
        return FacesSeen((), ())
    work.collection().space.require(vision.space)
    descriptions = vision.describe(image, detections, wanted=ALL_ATTRIBUTES)
    against = refusals(detections, descriptions, level=QualityFilter.AUTO)
    usable = [place for place, reasons in enumerate(against) if not reasons]
    vectors = vision.embed(image, detections.take(usable))
    found = [
        face_of(description, box, float(score), reasons)
        for description, box, score, reasons in zip(
            descriptions, detections.boxes_xyxy, detections.scores, against, strict=True
        )
    ]
    new = [
        (
            place,
            NewFace(vector, found[place].box_xyxy, image.size_wh, found[place].score, vision.space),
        )
        for place, vector in zip(usable, vectors, strict=True)
    ]
    return FacesSeen(tuple(found), tuple(new))


def keep_faces(keeping: Keeping, found: FacesSeen) -> FacesFound:
    """Enrol, and let go of faces that an earlier run had enrolled and this one did not see, unless
    somebody said something of them."""
    ids = _enrolled(keeping, [new for _, new in found.new])
    faces = list(found.faces)
    for (place, _), face_id in zip(found.new, ids, strict=True):
        faces[place] = replace(faces[place], face_id=face_id)
    before = keeping.before
    if isinstance(before, FacesFound):
        stay = _let_go(keeping, [face.face_id for face in before.faces], kept=ids)
        faces += [face for face in before.faces if face.face_id in stay]
    return FacesFound(tuple(faces))


def text(work: StageWork) -> TextFound:
    return TextFound(work.tools.sight.text().read(work.image))


def moderation(work: StageWork) -> Moderated:
    found = work.tools.sight.moderation().moderate(work.seen)
    sure = tuple(label for label in found.labels if label.score >= LEAST_SCORE)
    return Moderated(replace(found, labels=sure))


def properties(work: StageWork) -> Properties:
    return Properties(work.tools.sight.properties().measure(work.image))


def group(work: StageWork) -> Grouped:
    """What makes a picture comparable with its neighbours."""
    print_64 = fingerprint(work.image.pixels)
    measured, seen = work.found.get("properties"), work.found.get("faces")
    quality = 0.0
    if isinstance(measured, Properties):
        known = seen.faces if isinstance(seen, FacesFound | FacesSeen) else ()
        quality = merit_of(
            measured.properties.quality,
            known,
            size_wh=work.image.size_wh,
            flaws=Flaws(overexposed(work.image.pixels), noise(work.image.pixels)),
        ).whole
    return Grouped("" if print_64 is None else f"{print_64:016x}", quality)


def keep_group(keeping: Keeping, found: Grouped) -> Grouped:
    signed = to_column(int(found.picture_hash, 16)) if found.picture_hash else None
    keeping.set_asset(picture_hash=signed, quality=found.quality)
    seen = keeping.work.found.get("faces")
    if isinstance(seen, FacesFound):
        _place(keeping, [_unplaced(face) for face in seen.faces if face.face_id is not None])
    return found


def _unplaced(face: AssetFace) -> Unplaced:
    assert face.face_id is not None
    left, top, right, bottom = face.box_xyxy
    turned = max(abs(face.yaw), abs(face.pitch))
    quality = quality_of(face.sharpness, side_px=min(right - left, bottom - top), turned=turned)
    return Unplaced(face.face_id, quality)


def _place(keeping: Keeping, unplaced: Sequence[Unplaced]) -> None:
    """Find each face the group of unknown faces that it belongs to."""
    library = keeping.work.library
    if unplaced:
        keeping.work.tools.grouping.place(library.scope, library.collection_id, unplaced)


def keep_film_faces(keeping: Keeping, found: Watched) -> Lanes:
    """Enrol people whom nobody knows, and remember under which face each was."""
    ids = _enrolled(keeping, [new for _, new in found.faces])
    lanes = list(found.lanes)
    for (place, _), face_id in zip(found.faces, ids, strict=True):
        lanes[place] = replace(lanes[place], face_id=face_id)
    before = keeping.before
    if isinstance(before, Lanes):
        _let_go(keeping, [lane.face_id for lane in before.lanes], kept=ids)
    return Lanes(tuple(lanes), found.broke_off)


def _decode_film(work: StageWork) -> SmallPictures:
    with work.film() as film:
        frame, video = films.poster_of(film)
    proxy, thumbnail, proxy_wh = _small(frame.pixels)
    return SmallPictures(films.decoded_film(video, frame, proxy_wh=proxy_wh), proxy, thumbnail)


def _small(pixels: ByteArray) -> tuple[bytes, bytes, tuple[int, int]]:
    """Proxy and thumbnail as JPEGs, and the proxy's width and height."""
    proxy = within_side(pixels, PROXY_PX)
    thumbnail = within_side(proxy, THUMBNAIL_PX)
    proxy_wh = (int(proxy.shape[1]), int(proxy.shape[0]))
    return (
        encode_jpeg(proxy, quality=PROXY_QUALITY),
        encode_jpeg(thumbnail, quality=THUMBNAIL_QUALITY),
        proxy_wh,
    )


def face_of(
    description: FaceDescription,
    box: FloatArray,
    score: float,
    reasons: Sequence[RefusalReason],
) -> AssetFace:
    """What is kept of a face that is in no collection yet. box: (4,) xyxy pixels of the frame."""
    left, top, right, bottom = (float(edge) for edge in box)
    pose, age, gender = description.pose, description.age, description.gender
    return AssetFace(
        face_id=None,
        box_xyxy=(left, top, right, bottom),
        score=score,
        yaw=pose.yaw,
        pitch=pose.pitch,
        roll=pose.roll,
        brightness=description.quality.brightness,
        sharpness=description.quality.sharpness,
        age=None if age is None else (age.low, age.high),
        gender=None if gender is None else (gender.value, gender.confidence),
        answers={
            attribute.value: (answer.value, answer.confidence)
            for attribute, answer in description.answers.items()
        },
        emotions=tuple((str(name), float(sure)) for name, sure in description.emotions),
        refused=tuple(reason.value for reason in reasons),
    )


def _enrolled(keeping: Keeping, new: Sequence[NewFace]) -> list[FaceId]:
    work = keeping.work
    if not new:
        return []
    with keeping.connection.begin_nested():  # all of them or none, if the collection refuses one
        kept = work.tools.faces.enrol(
            work.library.scope,
            work.library.collection_id,
            image_id=image_id(bytes.fromhex(work.asset.content_sha256)),
            external_image_id=work.asset.asset_id,
            new_faces=new,
        )
    return [face.face_id for face in kept]


def _let_go(
    keeping: Keeping, before: Sequence[FaceId | None], *, kept: Sequence[FaceId]
) -> set[FaceId]:
    """Those of which a person said something stay, whatever a new model sees: which those are."""
    gone = [face_id for face_id in before if face_id is not None and face_id not in kept]
    if not gone:
        return set()
    library = keeping.work.library
    where = library.scope, library.collection_id
    stay = decided_faces(keeping.connection, *where, gone)
    keeping.work.tools.faces.delete(*where, [one for one in gone if one not in stay])
    return stay
