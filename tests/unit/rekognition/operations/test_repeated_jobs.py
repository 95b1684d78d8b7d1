"""What a client sees of a job that its owner cancels or has done again."""

from __future__ import annotations

import json

import pytest

from eyebright.ids import JobId
from eyebright.testing.videos import write_video
from eyebright.testing.videos_desk import shot

VIDEO = {"S3Object": {"Bucket": "photos", "Name": "a.mp4"}}
CHANNEL = {
    "SNSTopicArn": "arn:aws:sns:eu-west-1:123456789012:AmazonRekognitionDone",
    "RoleArn": "arn:aws:iam::123456789012:role/notices",
}


@pytest.fixture
def start(client, tmp_path):
    write_video(tmp_path / "bucket" / "a.mp4", [shot(("Ada",))] * 4, frame_rate=10)

    def ask():
        return client.ask(
            "StartFaceDetection", Video=VIDEO, ClientRequestToken="t", NotificationChannel=CHANNEL
        )["JobId"]

    return ask


def status(client, job_id):
    answer = client.ask("GetFaceDetection", JobId=job_id)
    return answer["JobStatus"], answer.get("StatusMessage")


def claim(rooms):
    found = rooms.queue.claim("w", kinds=["FaceDetection"])
    assert found is not None
    return found


def told(rooms):
    """The statuses of all notices so far."""
    sealer = rooms.vault.account(rooms.accounts.list()[0].account_id)
    with rooms.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT sealed FROM notices ORDER BY notice_no").all()
    messages = [json.loads(sealer.open(row[0], bound_to=b"notice")) for row in rows]
    return [json.loads(message["text"])["Status"] for message in messages]


def test_a_failed_job_that_is_done_again_is_the_job_of_its_token(client, rooms, start):
    job_id = start()
    account = client.principal.account_id
    rooms.queue.fail(claim(rooms), "The bucket is gone.", again=False)
    assert status(client, job_id) == ("FAILED", "The bucket is gone.")
    rooms.jobs.retry(account, JobId(job_id))
    assert status(client, job_id) == ("IN_PROGRESS", None)
    assert start() == job_id
    rooms.queue.succeed(claim(rooms))
    assert told(rooms) == ["FAILED", "SUCCEEDED"]


def test_a_cancelled_job_has_failed_for_its_client(client, rooms, start):
    job_id = start()
    rooms.jobs.cancel(client.principal.account_id, JobId(job_id))
    assert status(client, job_id) == ("FAILED", "It was cancelled.")
    assert told(rooms) == ["FAILED"]
