"""From Eyebright's errors to Rekognition's, in one table.

Some of AWS's sentences are compared by clients letter for letter, final period included; those
are fixed here. Everything that is not in the table is a fault of this server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from eyebright.awsjson.errors import Layer, ServiceFault, WireError
from eyebright.errors import (
    AccessDenied,
    AccountNotFound,
    AlreadyExists,
    CollectionExists,
    CollectionNotFound,
    Conflict,
    EmbeddingSpaceMismatch,
    EyebrightError,
    FaceNotInCollection,
    IdempotencyMismatch,
    ImageSideTooLong,
    ImageTooLarge,
    ImageTooSmall,
    InvalidCursor,
    InvalidImage,
    InvalidInput,
    JobNotFound,
    NoFaceInImage,
    NotAuthenticated,
    NotFound,
    PackNotInstalled,
    QuotaExceeded,
    SessionExpired,
    SourceUnavailable,
    StreamBusy,
    StreamExists,
    TooManyJobs,
    TooManyStreams,
    VideoTooLarge,
)

Wording: TypeAlias = Callable[[EyebrightError, Mapping[str, Any]], str]
"""The message of an error, from the error and the request's members."""

NO_FACES = "There are no faces in the image. Should be at least 1."
INVALID_PARAMETERS = "Request has invalid parameters"
INTERNAL = ServiceFault("InternalServerError", "Internal server error", "service", 500)


def _own(error: EyebrightError, _given: Mapping[str, Any]) -> str:
    return error.message


def _fixed(message: str) -> Wording:
    return lambda _error, _given: message


def _naming(template: str, member: str) -> Wording:
    """A sentence around the request's `member`; without it, the error's own message."""

    def wording(error: EyebrightError, given: Mapping[str, Any]) -> str:
        return template.format(given[member]) if member in given else error.message

    return wording


def _too_many_jobs(error: EyebrightError, _given: Mapping[str, Any]) -> str:
    if not isinstance(error, TooManyJobs):
        return error.message
    user = f"arn:aws:iam::{error.account_id}:root"
    return f"{error.open_jobs} open Jobs for User {user} Maximum limit: {error.limit}"


def _too_many_streams(error: EyebrightError, _given: Mapping[str, Any]) -> str:
    if not isinstance(error, TooManyStreams):
        return error.message
    return f"Stream processor limit exceeded for account, limit - {error.limit}"


@dataclass(frozen=True, slots=True)
class Translation:
    """How one kind of error is said. elsewhere: operations that word it differently."""

    name: str
    wording: Wording = _own
    layer: Layer = "service"
    status: int = 400
    elsewhere: Mapping[str, Wording] = field(default_factory=dict)


TRANSLATIONS: Mapping[type[EyebrightError], Translation] = {
    InvalidInput: Translation("InvalidParameterException"),
    InvalidImage: Translation(
        "InvalidImageFormatException", _fixed("Request has invalid image format")
    ),
    ImageTooLarge: Translation("ImageTooLargeException", _fixed("Image size is too large")),
    ImageSideTooLong: Translation("ImageTooLargeException"),
    ImageTooSmall: Translation("InvalidParameterException", _fixed(INVALID_PARAMETERS)),
    NoFaceInImage: Translation(
        "InvalidParameterException",
        _fixed(NO_FACES),
        elsewhere={"CompareFaces": _fixed(INVALID_PARAMETERS)},
    ),
    FaceNotInCollection: Translation(
        "InvalidParameterException", _fixed("faceId was not found in the collection.")
    ),
    InvalidCursor: Translation(
        "InvalidPaginationTokenException", _fixed("Invalid Pagination Token")
    ),
    IdempotencyMismatch: Translation(
        "IdempotentParameterMismatchException",
        _naming(
            "The ClientRequestToken: {} you have supplied is already in use.", "ClientRequestToken"
        ),
    ),
    NotFound: Translation("ResourceNotFoundException"),
    CollectionNotFound: Translation(
        "ResourceNotFoundException",
        _naming("The collection id: {} does not exist", "CollectionId"),
        elsewhere={"DescribeCollection": _naming("Collection:{} not found!", "CollectionId")},
    ),
    AccountNotFound: Translation(
        "UnrecognizedClientException",
        _fixed("The security token included in the request is invalid."),
        "framework",
    ),
    AlreadyExists: Translation("ResourceAlreadyExistsException"),
    CollectionExists: Translation(
        "ResourceAlreadyExistsException",
        _naming("The collection id: {} already exists", "CollectionId"),
    ),
    JobNotFound: Translation("ResourceNotFoundException", _fixed("Could not find JobId")),
    StreamExists: Translation(
        "ResourceInUseException", _fixed("Stream processor name already in use.")
    ),
    Conflict: Translation("ConflictException"),
    StreamBusy: Translation("ResourceInUseException"),
    QuotaExceeded: Translation("ServiceQuotaExceededException"),
    TooManyJobs: Translation("LimitExceededException", _too_many_jobs),
    TooManyStreams: Translation("LimitExceededException", _too_many_streams),
    VideoTooLarge: Translation("VideoTooLargeException"),
    SourceUnavailable: Translation(
        "InvalidS3ObjectException",
        _fixed(
            "Unable to get object metadata from S3. "
            "Check object key, region and/or access permissions."
        ),
    ),
    AccessDenied: Translation("AccessDeniedException"),
    NotAuthenticated: Translation(
        "UnrecognizedClientException",
        _fixed("The security token included in the request is invalid."),
        "framework",
    ),
    SessionExpired: Translation(
        "ExpiredTokenException",
        _fixed("The security token included in the request is expired"),
        "framework",
    ),
    EmbeddingSpaceMismatch: Translation("InvalidParameterException"),
    PackNotInstalled: Translation("InternalServerError", status=500),
}


def translate(
    error: Exception, *, operation: str = "", given: Mapping[str, Any] | None = None
) -> ServiceFault:
    """The error as Rekognition says it; InternalServerError, which tells nothing, if it is ours.

    given: the request's members, for the sentences that name one.
    """
    if isinstance(error, WireError):
        return error.fault
    if not isinstance(error, EyebrightError):
        return INTERNAL
    entry = next((TRANSLATIONS[kind] for kind in type(error).mro() if kind in TRANSLATIONS), None)
    if entry is None:
        return INTERNAL
    wording = entry.elsewhere.get(operation, entry.wording)
    return ServiceFault(entry.name, wording(error, given or {}), entry.layer, entry.status)
