"""Where messages go: topics of an SNS-compatible endpoint, or addresses that stand for topics."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Protocol, cast

from eyebright.errors import ConfigurationError, DeliveryFailed
from eyebright.sources.delivery import connect, post

SECONDS = 10
"""For one delivery."""


class _Client(Protocol):
    def publish(self, **given: str) -> Any: ...


class Topics:
    """Publishes texts. webhooks: topic ARN -> address that gets a POST instead.

    boto3 is imported and its client made with the first message: most servers send none.
    """

    def __init__(self, *, endpoint: str, region: str, webhooks: Mapping[str, str]) -> None:
        for address in (*webhooks.values(), *([endpoint] if endpoint else [])):
            if not address.startswith(("http://", "https://")):
                raise ConfigurationError(
                    f"The address {address!r} does not begin with http:// or https://."
                )
        self._endpoint = endpoint
        self._region = region
        self._webhooks = dict(webhooks)
        self._lock = threading.Lock()
        self._client: _Client | None = None

    def publish(self, topic_arn: str, text: str, *, subject: str = "") -> None:
        """subject: for topics; an address gets only the text. Raises DeliveryFailed, which names
        the reason."""
        if topic_arn in self._webhooks:
            post(self._webhooks[topic_arn], text, seconds=SECONDS)
        elif self._endpoint:
            self._publish(topic_arn, text, subject)
        else:
            raise DeliveryFailed(
                f"Nothing delivers to {topic_arn}: "
                "set EYEBRIGHT_SNS_ENDPOINT or EYEBRIGHT_WEBHOOKS."
            )

    def _publish(self, topic_arn: str, text: str, subject: str) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        headed = {"Subject": subject} if subject else {}
        try:
            self._opened_client().publish(TopicArn=topic_arn, Message=text, **headed)
        except (BotoCoreError, ClientError, OSError) as error:
            raise DeliveryFailed(f"{topic_arn} at {self._endpoint}: {error}") from error

    def _opened_client(self) -> _Client:
        with self._lock:
            if self._client is None:
                client = connect("sns", self._endpoint, region=self._region, seconds=SECONDS)
                self._client = cast(_Client, client)
            return self._client
