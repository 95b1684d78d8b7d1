"""Queues of an SQS-compatible service, read in long polls."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from eyebright.errors import ConfigurationError, SourceUnavailable
from eyebright.sources.delivery import connect

AT_ONCE = 10
"""Messages; the service's limit."""
READ_SECONDS = 30.0
"""Of silence: more than the longest poll, which is 20."""


@dataclass(frozen=True, slots=True)
class Message:
    """receipt: what to delete it with. receives: how often it was given to somebody."""

    body: str
    receipt: str
    receives: int


class _Client(Protocol):
    def receive_message(self, **given: Any) -> Any: ...

    def delete_message_batch(self, **given: Any) -> Any: ...

    def get_queue_attributes(self, **given: Any) -> Any: ...


class Queues:
    """All queues of one service. boto3 is imported with the first question."""

    def __init__(self, *, endpoint: str, region: str) -> None:
        if endpoint and not endpoint.startswith(("http://", "https://")):
            raise ConfigurationError(
                f"The SQS endpoint {endpoint!r} does not begin with http:// or https://."
            )
        self._endpoint = endpoint
        self._region = region
        self._lock = threading.Lock()
        self._client: _Client | None = None

    def receive(self, url: str, *, wait_seconds: int) -> list[Message]:
        """Some messages, which nobody else gets for a while. Raises SourceUnavailable."""
        answer = self._ask(
            url,
            "receive_message",
            QueueUrl=url,
            MaxNumberOfMessages=AT_ONCE,
            WaitTimeSeconds=wait_seconds,
            AttributeNames=["ApproximateReceiveCount"],
        )
        return [
            Message(
                body=one["Body"],
                receipt=one["ReceiptHandle"],
                receives=int(one.get("Attributes", {}).get("ApproximateReceiveCount", 1)),
            )
            for one in answer.get("Messages", ())
        ]

    def delete(self, url: str, receipts: Sequence[str]) -> None:
        """These are done. One that is given again all the same does no harm. Raises
        SourceUnavailable."""
        for start in range(0, len(receipts), AT_ONCE):
            entries = [
                {"Id": str(number), "ReceiptHandle": receipt}
                for number, receipt in enumerate(receipts[start : start + AT_ONCE])
            ]
            self._ask(url, "delete_message_batch", QueueUrl=url, Entries=entries)

    def has_dead_letters(self, url: str) -> bool:
        """Whether the service itself takes messages away that nobody can use. Raises
        SourceUnavailable."""
        answer = self._ask(
            url, "get_queue_attributes", QueueUrl=url, AttributeNames=["RedrivePolicy"]
        )
        policy = answer.get("Attributes", {}).get("RedrivePolicy")
        return bool(policy and json.loads(policy).get("deadLetterTargetArn"))

    def _ask(self, url: str, operation: str, **given: Any) -> Any:
        if not self._endpoint:
            raise SourceUnavailable(f"Nothing reads queue {url}: set EYEBRIGHT_SQS_ENDPOINT.")
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._opened_client(), operation)(**given)
        except (BotoCoreError, ClientError, OSError, ValueError) as error:
            raise SourceUnavailable(f"Queue {url} of {self._endpoint}: {error}") from error

    def _opened_client(self) -> _Client:
        with self._lock:
            if self._client is None:
                client = connect("sqs", self._endpoint, region=self._region, seconds=READ_SECONDS)
                self._client = cast(_Client, client)
            return self._client
