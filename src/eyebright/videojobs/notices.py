"""The message that a job has ended: written when it ends, sent until it arrives."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Protocol

from eyebright.clock import Clock
from eyebright.errors import DeliveryFailed
from eyebright.governance.vault import Vault
from eyebright.ids import AccountId
from eyebright.jobs.outbox import Notice, Outbox
from eyebright.jobs.values import Job, JobState
from eyebright.videojobs.codec import decode, encode
from eyebright.videojobs.desk import JobSeal
from eyebright.videojobs.values import VideoRequest

_PLACE = b"notice"
_LOG = logging.getLogger(__name__)


class Publisher(Protocol):
    """Delivers texts to topics."""

    def publish(self, topic_arn: str, text: str, *, subject: str = "") -> None:
        """Raises DeliveryFailed."""
        ...


@dataclass(frozen=True, slots=True)
class Message:
    topic_arn: str
    text: str
    subject: str = ""


class Notices:
    """Tells the topics of requests that their jobs have ended."""

    def __init__(self, outbox: Outbox, vault: Vault, *, clock: Clock, publisher: Publisher) -> None:
        self._outbox = outbox
        self._vault = vault
        self._clock = clock
        self._publisher = publisher

    def ended(self, job: Job) -> None:
        """Write the message down, in the transaction that ends the job."""
        seal = JobSeal(self._vault, job.account_id, job.job_id)
        request = decode(seal.open("request", job.sealed_request), VideoRequest)
        if request.channel is None:
            return
        text = completion_text(job, request, now_ms=int(self._clock.now().timestamp() * 1000))
        self.put(job.account_id, request.channel.topic_arn, text)

    def put(self, account_id: AccountId, topic_arn: str, text: str, *, subject: str = "") -> None:
        """Write a message to a topic down, in the caller's transaction if there is one."""
        sealer = self._vault.account(account_id)
        sealed = sealer.seal(encode(Message(topic_arn, text, subject)), bound_to=_PLACE)
        self._outbox.put(account_id, sealed)

    def send_due(self) -> int:
        """Try what is due; how many arrived."""
        return sum(self._sent(notice) for notice in self._outbox.take())

    def _sent(self, notice: Notice) -> bool:
        sealer = self._vault.account(AccountId(notice.account_id))
        message = decode(sealer.open(notice.sealed, bound_to=_PLACE), Message)
        try:
            self._publisher.publish(message.topic_arn, message.text, subject=message.subject)
        except DeliveryFailed as error:
            again = self._outbox.failed(notice)
            what_next = "Trying again." if again else "Given up."
            _LOG.warning("%s. %s", error.message.rstrip("."), what_next)
            return False
        self._outbox.sent(notice)
        return True


def completion_text(job: Job, request: VideoRequest, *, now_ms: int) -> str:
    """What consumers of the service parse: compact JSON, its members in the order of captures."""
    members: dict[str, object] = {
        "JobId": job.job_id,
        "Status": "SUCCEEDED" if job.state is JobState.SUCCEEDED else "FAILED",
        "API": f"Start{request.kind.value}",
    }
    if request.tag is not None:
        members["JobTag"] = request.tag
    members["Timestamp"] = now_ms
    members["Video"] = {"S3ObjectName": request.video.name, "S3Bucket": request.video.bucket}
    return json.dumps(members, separators=(",", ":"))
