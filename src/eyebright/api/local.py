"""Eyebright without a server: the same rooms, called from Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Self, TypeAlias, TypeVar

from eyebright.analysis.equipment.values import EquippedPerson
from eyebright.analysis.faces.observation import Detections, FaceAttribute, FaceDescription
from eyebright.analysis.faces.selection import QualityFilter
from eyebright.analysis.faces.vision import FaceVision
from eyebright.analysis.labels.values import Label
from eyebright.analysis.moderation.values import Moderation
from eyebright.analysis.properties.values import ImageProperties
from eyebright.analysis.sight import Sight
from eyebright.analysis.text.values import TextLine
from eyebright.api.enrolment import FolderEnrolment
from eyebright.api.films import Films
from eyebright.api.galleries import GalleryImport
from eyebright.api.gallery_files import read_listing
from eyebright.api.portraits import find_portraits
from eyebright.api.profile import acting_account
from eyebright.api.values import (
    EnrolmentProgress,
    EnrolmentReport,
    Identification,
    ImportReport,
    Likeness,
    ObservedFace,
    RecognisedFace,
)
from eyebright.app.rooms import Eyebright, open_eyebright
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Scope
from eyebright.ids import CelebrityId, CollectionId, Region, UserId
from eyebright.imaging.decode import decode_image
from eyebright.imaging.image import Image
from eyebright.people.biographies import Celebrity
from eyebright.people.comparison import compare
from eyebright.people.forget import Proof
from eyebright.people.probes import look
from eyebright.people.recognition import recognise_celebrities
from eyebright.people.values import NO_TAGS, Collection, Face, Page, Position, User
from eyebright.settings import Settings

if TYPE_CHECKING:
    from eyebright.api.library import LocalLibrary

DEFAULT_PERCENT = 80.0
DEFAULT_GALLERY = "celebrities"
_PAGE = 500
"""As many as AWS lists of users at once."""
NO_BUCKETS: Mapping[str, Path] = MappingProxyType({})
T = TypeVar("T")
Picture: TypeAlias = bytes | Path | str
"""The bytes of a JPEG or PNG, or where its file is."""


class LocalEyebright(Films):
    """One account of one home on this machine. Close it when done; a `with` block does.

    rooms: the wired objects, for everything that has no method here.
    scope: the account and region that all methods act for.
    """

    def __init__(self, rooms: Eyebright, scope: Scope) -> None:
        self.rooms = rooms
        self.scope = scope

    def detect_faces(
        self, picture: Picture, *, attributes: frozenset[FaceAttribute] = frozenset()
    ) -> list[ObservedFace]:
        """Every face of a picture, largest first.

        attributes: what to say of each beyond box, five points, pose and quality;
            `eyebright.ALL_ATTRIBUTES` for everything.
        """
        image, vision = read_picture(picture), self.rooms.vision
        detections = vision.detect(image)
        return observed(detections, vision.describe(image, detections, wanted=attributes))

    def detect_labels(self, picture: Picture) -> tuple[Label, ...]:
        """What a picture shows, in Rekognition's words: surest first, with boxes where there are
        any. Every ancestor of a label is in it, too; `eyebright.analysis.labels.filters.select`
        keeps those that are sure enough."""
        sight = self.rooms.sight
        return sight.labels().label(sight.observe(read_picture(picture)))

    def properties(self, picture: Picture, *, max_colours: int = 10) -> ImageProperties:
        """Brightness, sharpness, contrast and dominant colours of a picture, its foreground and
        its background."""
        return self.rooms.sight.properties().measure(read_picture(picture), max_colours=max_colours)

    def moderate(self, picture: Picture) -> Moderation:
        """Content that some audiences should not see, in the words of moderation taxonomy 7.

        What the installed packs cannot see is never said; the card of the pack lists it.
        """
        sight = self.rooms.sight
        return sight.moderation().moderate(sight.observe(read_picture(picture)))

    def equipment(self, picture: Picture) -> tuple[EquippedPerson, ...]:
        """Every person of a picture with body parts and what covers them, surest first."""
        sight = self.rooms.sight
        return sight.equipment().inspect(sight.observe(read_picture(picture)))

    def detect_text(self, picture: Picture) -> tuple[TextLine, ...]:
        """What a picture says: lines in reading order, each with its words. All of them; the
        service's limit of 100 words is not applied."""
        return self.rooms.sight.text().read(read_picture(picture))

    def compare(self, source: Picture, target: Picture) -> list[Likeness]:
        """How alike the largest face of `source` is to each face of `target`, most alike first.

        Raises NoFaceInImage when either has no face.
        """
        comparison = compare(
            self.rooms.vision,
            read_picture(source),
            target=read_picture(target),
            quality_filter=QualityFilter.NONE,
        )
        faces = observed(comparison.target.detections, comparison.target.descriptions)
        return [
            Likeness(faces[place], comparison.percents[place]) for place in comparison.matches(0.0)
        ]

    def identify(
        self, picture: Picture, collection: str, *, min_percent: float = DEFAULT_PERCENT
    ) -> list[Identification]:
        """Every face of a picture with the person of the collection it is most like, if any."""
        self.collection(collection)
        image, vision = read_picture(picture), self.rooms.vision
        seen = look(vision, image, quality_filter=QualityFilter.NONE)
        vectors = vision.embed(image, seen.detections)
        return [
            self._who(face, vector, CollectionId(collection), min_percent)
            for face, vector in zip(
                observed(seen.detections, seen.descriptions), vectors, strict=True
            )
        ]

    def enrol(
        self,
        directory: Path | str,
        collection: str,
        *,
        min_percent: float = 0.0,
        tell: Callable[[EnrolmentProgress], None] = lambda _progress: None,
    ) -> EnrolmentReport:
        """Enrol a folder of people: a folder for each person, photos inside.

        The largest face of each photo is kept and its person made a user of the collection.
        Running it again goes on where it stopped. min_percent: how like the person's other faces
        a face must be; 0 trusts the folders. tell: called after each photo.
        """
        self.collection(collection)
        portraits = find_portraits(Path(directory))
        run = FolderEnrolment(
            self.rooms,
            self.scope,
            collection_id=CollectionId(collection),
            known_faces=self.faces(collection),
            min_percent=min_percent,
        )
        return run.run(portraits, tell=tell)

    def recognise_celebrities(self, picture: Picture) -> list[RecognisedFace]:
        """The 64 largest faces of a picture, each with the celebrity of the galleries that it is
        most like, if it is like enough (`docs/howto/celebrities.md`)."""
        seen = recognise_celebrities(
            self.rooms.vision,
            read_picture(picture),
            celebrities=self.rooms.celebrities,
            scope=self.scope,
        )
        return [
            RecognisedFace(face, found.celebrity, found.percent)
            if found is not None
            else RecognisedFace(face, None, None)
            for face, found in zip(
                observed(seen.detections, seen.descriptions), seen.recognitions, strict=True
            )
        ]

    def import_celebrities(
        self,
        path: Path | str,
        gallery: str = DEFAULT_GALLERY,
        *,
        tell: Callable[[EnrolmentProgress], None] = lambda _progress: None,
    ) -> ImportReport:
        """Fill a gallery from a CSV file, or from a folder with a folder for each person.

        Running it again goes on where it stopped. tell: called after each photo.
        """
        run = GalleryImport(self.rooms, self.scope, gallery=CollectionId(gallery))
        return run.run(read_listing(Path(path)), known_faces=lambda: self.faces(gallery), tell=tell)

    def celebrities(self, gallery: str | None = None) -> list[Celebrity]:
        """All celebrities of the account and region, or of one gallery."""
        rooms, scope, name = self.rooms, self.scope, gallery and CollectionId(gallery)
        return all_pages(
            lambda at: rooms.celebrities.list(scope, limit=_PAGE, after=at, gallery=name or None)
        )

    def celebrity(self, celebrity_id: str) -> Celebrity:
        """One celebrity. Raises CelebrityNotFound."""
        return self.rooms.celebrities.get(self.scope, CelebrityId(celebrity_id))

    def forget_celebrity(self, celebrity_id: str) -> Proof:
        """Delete a celebrity with all their faces; then look for what is left of them."""
        found = self.celebrity(celebrity_id)
        return self.forget_user(found.gallery, found.celebrity_id)

    def create_collection(
        self, collection: str, *, tags: Mapping[str, str] = NO_TAGS
    ) -> Collection:
        """A new, empty collection. Raises CollectionExists."""
        return self.rooms.collections.create(
            self.scope, CollectionId(collection), space=self.rooms.vision.space, tags=tags
        )

    def collection(self, collection: str) -> Collection:
        """One collection. Raises CollectionNotFound."""
        return self.rooms.collections.get(self.scope, CollectionId(collection))

    def collections(self) -> list[Collection]:
        """All collections of the account and region."""
        rooms, scope = self.rooms, self.scope
        return all_pages(lambda at: rooms.collections.list(scope, limit=_PAGE, after=at))

    def delete_collection(self, collection: str) -> Proof:
        """Delete a collection, its faces and users, and the key of its vectors; then look for
        what is left of them in every file of the home."""
        return self.rooms.forgetting.collection(self.scope, CollectionId(collection))

    def forget_user(self, collection: str, user: str) -> Proof:
        """Delete a user with all of the user's faces; then look for what is left of them. Of a
        library's collection, the library forgets the user, too."""
        from eyebright.app.door import open_sources
        from eyebright.app.library import open_library

        media = open_library(self.rooms, open_sources(self.rooms, NO_BUCKETS))
        for library in media.libraries.list(self.scope):
            if library.collection_id == collection:
                return media.forgetting.forget(library, UserId(user))
        return self.rooms.forgetting.user(self.scope, CollectionId(collection), UserId(user))

    def users(self, collection: str) -> list[User]:
        """All users of a collection."""
        rooms, scope, name = self.rooms, self.scope, CollectionId(collection)
        return all_pages(lambda at: rooms.users.list(scope, name, limit=_PAGE, after=at))

    def faces(self, collection: str, *, user: str | None = None) -> list[Face]:
        """All faces of a collection, or of one of its users."""
        rooms, scope, name = self.rooms, self.scope, CollectionId(collection)
        owner = None if user is None else UserId(user)
        return all_pages(
            lambda at: rooms.faces.list(scope, name, limit=_PAGE, after=at, user_id=owner)
        )

    def library(
        self, name: str = "library", *, buckets: Mapping[str, Path] = NO_BUCKETS
    ) -> LocalLibrary:
        """A media library, made if there is none of this name. buckets: bucket name -> a folder
        that plays it."""
        from eyebright.api.library import LocalLibrary
        from eyebright.app.door import open_sources

        return LocalLibrary(self.rooms, self.scope, open_sources(self.rooms, buckets), name=name)

    def close(self) -> None:
        self.rooms.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def _who(
        self, face: ObservedFace, vector: FloatArray, collection: CollectionId, percent: float
    ) -> Identification:
        search, space = self.rooms.search, self.rooms.vision.space
        users = search.users_by_vector(
            self.scope, collection, vector, space=space, max_users=1, min_percent=percent
        )
        nearest = search.by_vector(
            self.scope, collection, vector, space=space, max_faces=1, min_percent=percent
        )
        return Identification(
            face=face,
            person=users[0].user.user_id if users else None,
            percent=users[0].percent if users else None,
            nearest=nearest[0] if nearest else None,
        )


def read_picture(picture: Picture) -> Image:
    """Decode a picture. Raises InvalidInput for what is none, OSError for an unreadable file."""
    if isinstance(picture, bytes):
        return decode_image(picture)
    return decode_image(Path(picture).read_bytes())


def observed(detections: Detections, descriptions: Sequence[FaceDescription]) -> list[ObservedFace]:
    """Detections and their descriptions as one value a face."""
    faces = []
    for box, score, description in zip(
        detections.boxes_xyxy, detections.scores, descriptions, strict=True
    ):
        left, top, right, bottom = (float(edge) for edge in box)
        faces.append(ObservedFace((left, top, right, bottom), float(score), description))
    return faces


def open_local(
    settings: Settings,
    *,
    account: str | None = None,
    vision: FaceVision | None = None,
    sight: Sight | None = None,
) -> LocalEyebright:
    """Open the home of `settings` for one account, that of the credentials profile by default.

    vision, sight: instead of the installed face pack, or of all installed packs, for tests.
    """
    region = Region(settings.region)
    rooms = open_eyebright(settings, vision=vision, sight=sight)
    try:
        acting = acting_account(rooms.accounts, settings.home, region=region, wanted=account)
    except BaseException:
        rooms.close()
        raise
    return LocalEyebright(rooms, Scope(acting.account_id, region))


def all_pages(list_after: Callable[[Position | None], Page[T]]) -> list[T]:
    """Everything that a paged list holds."""
    page = list_after(None)
    items = list(page.items)
    while page.next is not None:
        page = list_after(page.next)
        items += page.items
    return items
