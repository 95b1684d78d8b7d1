"""From Eyebright's errors to HTTP's, in one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eyebright.errors import (
    AccessDenied,
    AlreadyExists,
    Conflict,
    EmbeddingSpaceMismatch,
    EyebrightError,
    ImageTooLarge,
    InvalidInput,
    NotAuthenticated,
    NotFound,
    PackError,
    QuotaExceeded,
    RejectedBefore,
    SourceUnavailable,
    StorageError,
    TwiceInPhoto,
    VideoTooLarge,
)
from eyebright.web.answers import Answer, json_answer


class Refused(EyebrightError):
    """A request that is refused before anything is done for it."""

    def __init__(
        self, status: int, code: str, message: str, *, headers: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers


STATUSES: Mapping[type[EyebrightError], tuple[int, str]] = {
    InvalidInput: (400, "invalid_input"),
    ImageTooLarge: (413, "too_large"),
    VideoTooLarge: (413, "too_large"),
    NotAuthenticated: (401, "not_signed_in"),
    AccessDenied: (403, "forbidden"),
    NotFound: (404, "not_found"),
    AlreadyExists: (409, "exists"),
    TwiceInPhoto: (409, "twice_in_photo"),
    RejectedBefore: (409, "rejected_before"),
    Conflict: (409, "conflict"),
    EmbeddingSpaceMismatch: (409, "other_model"),
    QuotaExceeded: (429, "quota_exceeded"),
    SourceUnavailable: (503, "source_unavailable"),
    PackError: (503, "pack_missing"),
    StorageError: (503, "storage"),
}
INTERNAL = (500, "internal", "Something went wrong here; the server's log says what.")


def error_answer(error: Exception) -> Answer:
    """The error as this door says it; nothing is told of what is a fault of ours."""
    if isinstance(error, Refused):
        return _answer(error.status, error.code, error.message, error.headers)
    entry = None
    if isinstance(error, EyebrightError):
        entry = next((STATUSES[kind] for kind in type(error).mro() if kind in STATUSES), None)
        if entry is not None:
            return _answer(*entry, error.message)
    return _answer(*INTERNAL)


def _answer(
    status: int, code: str, message: str, headers: Sequence[tuple[str, str]] = ()
) -> Answer:
    body = {"error": {"code": code, "message": message}}
    return json_answer(body, status=status, headers=headers)
