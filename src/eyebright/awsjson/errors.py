"""What can go wrong on the wire, as values and as exceptions with AWS's names.

    WireError
    ├── UnknownOperation            no such X-Amz-Target
    ├── NotImplementedOperation     the operation exists in AWS and is not built here
    ├── RequestTooLarge             the body passes the server's limit
    ├── SerializationError          the body is no JSON of the operation's shape
    ├── ValidationFailed            a member breaks a constraint of the model
    └── SignatureRefused
        ├── MissingAuthenticationToken
        ├── IncompleteSignature     the signature cannot even be read
        ├── InvalidSignature        wrong, expired, or of another service
        ├── UnrecognizedClient      no such access key, or not with this session token
        └── ExpiredToken            a session token whose time is over

AWS answers errors in two dialects, and clients tell them apart: the framework in front of every
service writes `message`, the service itself writes `Code`, `Logref` and `Message`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import orjson

Layer = Literal["framework", "service"]


@dataclass(frozen=True, slots=True)
class ServiceFault:
    """An error as it goes over the wire. name: AWS's, such as "ValidationException"."""

    name: str
    message: str
    layer: Layer
    status: int = 400

    def body(self, *, request_id: str) -> bytes:
        """The JSON of the error. request_id: a lower-case UUID."""
        if self.layer == "framework":
            return orjson.dumps({"__type": self.name, "message": self.message})
        return orjson.dumps(
            {
                "__type": self.name,
                "Code": self.name,
                "Logref": request_id,
                "Message": self.message,
            }
        )


class WireError(Exception):
    """An error of the framework's layer. name and status: as AWS sends them."""

    name: ClassVar[str] = "InternalFailure"
    status: ClassVar[int] = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    @property
    def fault(self) -> ServiceFault:
        return ServiceFault(self.name, self.message, "framework", self.status)


class UnknownOperation(WireError):
    """X-Amz-Target is absent or names no operation of the service."""

    name = "UnknownOperationException"


class NotImplementedOperation(WireError):
    """AWS has the operation and this server does not answer it yet."""

    name = "NotImplementedException"
    status = 501


class RequestTooLarge(WireError):
    """The body is longer than the server reads."""

    name = "RequestEntityTooLargeException"
    status = 413


class SerializationError(WireError):
    """The body is no JSON, or a member is of another JSON type than its shape."""

    name = "SerializationException"


class ValidationFailed(WireError):
    """Members break constraints of the service model.

    violations: one text for each, as AWS words them.
    """

    name = "ValidationException"

    def __init__(self, violations: Sequence[str]) -> None:
        count = len(violations)
        errors = "validation error" if count == 1 else "validation errors"
        super().__init__(f"{count} {errors} detected: {'; '.join(violations)}")
        self.violations = tuple(violations)


class SignatureRefused(WireError):
    """The request does not prove who sent it."""


class MissingAuthenticationToken(SignatureRefused):
    """The request is not signed at all."""

    name = "MissingAuthenticationTokenException"


class IncompleteSignature(SignatureRefused):
    """The parts of a signature are absent or malformed."""

    name = "IncompleteSignatureException"


class InvalidSignature(SignatureRefused):
    """The signature is wrong, out of its time, or made for something else."""

    name = "InvalidSignatureException"


class UnrecognizedClient(SignatureRefused):
    """No such access key, or the session token does not belong to it."""

    name = "UnrecognizedClientException"


class ExpiredToken(SignatureRefused):
    """The session token's time is over."""

    name = "ExpiredTokenException"
