"""Everything that can go wrong, as one tree. No HTTP, no AWS words: the doors translate.

    EyebrightError
    ├── InvalidInput                 a value the caller sent cannot be used
    │   ├── InvalidImage             bytes that are no JPEG or PNG, or are broken
    │   ├── ImageTooLarge            too many bytes or pixels
    │   │   └── ImageSideTooLong     a side has more pixels than the operation takes
    │   ├── ImageTooSmall            a side is shorter than the operation needs
    │   ├── InvalidVideo             what is no video, or has not one frame that can be decoded
    │   ├── VideoTooLarge            too long, too large a file or too large frames
    │   ├── NoFaceInImage            an operation needed a face and saw none
    │   ├── FaceNotInCollection      a search started from a face that is not there
    │   ├── InvalidCursor            a paging token that we did not make, or too old
    │   ├── InvalidTag               a reserved or malformed tag key
    │   └── IdempotencyMismatch      a client token used again with other parameters
    ├── NotFound                     (kind, id): CollectionNotFound, UserNotFound,
    │                                ResourceNotFound, AccountNotFound, CelebrityNotFound,
    │                                JobNotFound, StreamNotFound, LibraryNotFound,
    │                                AssetNotFound, SourceNotFound, RecognitionNotFound
    ├── AlreadyExists                CollectionExists, CelebrityExists, StreamExists
    ├── Conflict                     UserExists, StaleWrite, ClaimLost, JobNotOver, StreamBusy,
    │                                TwiceInPhoto, RejectedBefore, MigrationRefused
    ├── QuotaExceeded                a documented limit would be passed: TooManyJobs,
    │                                TooManyStreams
    ├── SourceUnavailable            an object in a bucket cannot be read
    │   └── SourceForbidden          it may not be
    ├── DeliveryFailed               a message did not reach its receiver
    ├── AccessDenied                 who you are is known, and you may not
    ├── NotAuthenticated             who you are is not proven
    │   └── SessionExpired           a session token whose time is over
    ├── PackError                    PackNotInstalled, PackInvalid, PackFetchFailed
    ├── EmbeddingSpaceMismatch       two vectors of different spaces would be compared
    ├── StorageError                 the database or its key cannot be used
    │   └── KeyDestroyed             what was sealed under it is gone for good
    └── ConfigurationError           settings that cannot work together

A message names the thing, the limit and the way out.
"""

from __future__ import annotations


class EyebrightError(Exception):
    """Base of all errors that Eyebright raises on purpose."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInput(EyebrightError):
    """A value the caller sent cannot be used."""


class InvalidImage(InvalidInput):
    """The bytes are no JPEG or PNG, or are too broken to decode."""


class ImageTooLarge(InvalidInput):
    """Too many bytes or too many pixels."""


class ImageSideTooLong(ImageTooLarge):
    """A side has more pixels than the operation takes."""


class ImageTooSmall(InvalidInput):
    """A side is shorter than the operation needs."""


class InvalidVideo(InvalidInput):
    """What is no video, or has not one frame that can be decoded."""


class VideoTooLarge(InvalidInput):
    """A video that is too long, in too large a file or of too large frames."""


class NoFaceInImage(InvalidInput):
    """The operation needs a face in the image and none is there."""


class FaceNotInCollection(InvalidInput):
    """A search started from a face id that the collection does not hold."""


class InvalidCursor(InvalidInput):
    """A paging token that this server did not make, or that is too old."""


class InvalidTag(InvalidInput):
    """A tag key that is reserved or malformed."""


class IdempotencyMismatch(InvalidInput):
    """A client request token was used before with other parameters."""


class NotFound(EyebrightError):
    """Something named by the caller does not exist for this account."""


class CollectionNotFound(NotFound):
    """No such collection in this account and region."""


class UserNotFound(NotFound):
    """No such user in the collection."""


class ResourceNotFound(NotFound):
    """No resource has this ARN."""


class AccountNotFound(NotFound):
    """No such account or access key."""


class CelebrityNotFound(NotFound):
    """No gallery of this account and region holds a celebrity of this id."""


class JobNotFound(NotFound):
    """No such job in this account and region."""


class StreamNotFound(NotFound):
    """No such stream processor in this account and region."""


class LibraryNotFound(NotFound):
    """No library of this name in this account and region."""


class AssetNotFound(NotFound):
    """No such asset in the library."""


class SourceNotFound(NotFound):
    """No such source of the library."""


class RecognitionNotFound(NotFound):
    """No such recognition run of the library."""


class AlreadyExists(EyebrightError):
    """Something with this name exists."""


class CollectionExists(AlreadyExists):
    """A collection of this id exists in this account and region."""


class CelebrityExists(AlreadyExists):
    """The id belongs to a celebrity of another gallery."""


class StreamExists(AlreadyExists):
    """A stream processor of this name exists in this account and region."""


class Conflict(EyebrightError):
    """The change contradicts the present state."""


class UserExists(Conflict):
    """A user of this id exists in the collection."""


class StaleWrite(Conflict):
    """The row changed since the caller read it."""


class TwiceInPhoto(Conflict):
    """Somebody would be twice in one photo; a mirror or a picture in the picture has to be said.

    face_ids: the face that was refused, and the one that is there, unless it was drawn.
    """

    def __init__(self, message: str, *, face_ids: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.face_ids = face_ids


class RejectedBefore(Conflict):
    """Somebody said that these are two people."""


class MigrationRefused(Conflict):
    """A collection cannot move to another embedding space, or back, as it is now."""


class ClaimLost(Conflict):
    """A worker's claim of a job is over: another has it, or the job has ended."""


class JobNotOver(Conflict):
    """A job is to be done again that is still open, or that succeeded."""


class StreamBusy(Conflict):
    """What was asked of a stream processor does not fit the state it is in."""


class QuotaExceeded(EyebrightError):
    """A documented limit would be passed."""


class TooManyJobs(QuotaExceeded):
    """An account has as many open jobs in a region as it may have."""

    def __init__(
        self, message: str, *, account_id: str = "", open_jobs: int = 0, limit: int = 0
    ) -> None:
        super().__init__(message)
        self.account_id = account_id
        self.open_jobs = open_jobs
        self.limit = limit


class TooManyStreams(QuotaExceeded):
    """An account has as many stream processors in a region as it may have."""

    def __init__(self, message: str, *, limit: int = 0) -> None:
        super().__init__(message)
        self.limit = limit


class SourceUnavailable(EyebrightError):
    """An object in a bucket cannot be read."""


class SourceForbidden(SourceUnavailable):
    """The store does not let us; it may say the same of what is not there."""


class DeliveryFailed(EyebrightError):
    """A message did not reach its receiver."""


class AccessDenied(EyebrightError):
    """The caller is known and may not do this."""


class NotAuthenticated(EyebrightError):
    """The caller's identity is not proven."""


class SessionExpired(NotAuthenticated):
    """A session token whose time is over."""


class PackError(EyebrightError):
    """A model pack cannot be used."""


class PackNotInstalled(PackError):
    """The pack is not under the home directory."""


class PackInvalid(PackError):
    """A file is missing, its hash is wrong, or its manifest is incomplete."""


class PackFetchFailed(PackError):
    """A download failed or did not match its pinned hash."""


class EmbeddingSpaceMismatch(EyebrightError):
    """Two vectors of different embedding spaces would be compared."""


class StorageError(EyebrightError):
    """The database, its file or its key cannot be used."""


class KeyDestroyed(StorageError):
    """The key was destroyed, and with it all that was sealed under it."""


class ConfigurationError(EyebrightError):
    """Settings that cannot work, alone or together."""
