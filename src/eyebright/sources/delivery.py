"""How messages leave: a POST to an address, a client of an AWS-compatible service. One try each;
whoever sends keeps what did not arrive and tries again."""

from __future__ import annotations

import http.client
import urllib.request
from typing import Literal

from eyebright.errors import DeliveryFailed
from eyebright.settings import public_address

Service = Literal["kinesis", "sns", "sqs"]


def post(address: str, text: str, *, seconds: float) -> None:
    """POST a JSON text. address: checked to be http or https. Raises DeliveryFailed."""
    request = urllib.request.Request(  # noqa: S310 (see above)
        address,
        data=text.encode(),
        headers={"content-type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=seconds):  # noqa: S310
            return
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DeliveryFailed(f"{public_address(address)}: {error}") from error


def connect(service: Service, endpoint: str, *, region: str, seconds: float) -> object:
    """A boto3 client with the credentials of AWS's standard chain. boto3 is imported here, with the
    first message: most servers send none."""
    import boto3.session
    from botocore.config import Config

    config = Config(
        connect_timeout=seconds,
        read_timeout=seconds,
        retries={"mode": "standard", "total_max_attempts": 1},
    )
    session = boto3.session.Session(region_name=region)
    client: object = session.client(service, endpoint_url=endpoint, config=config)
    return client
