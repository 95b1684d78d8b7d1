"""`eyebright env`: what an unmodified AWS client needs in its environment."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping

import click

from eyebright.cli.session import Session, pass_session
from eyebright.governance.credentials import CREDENTIALS_FILE, PROFILE
from eyebright.settings import Settings

ENDPOINT_FILE = "endpoint"
"""In the home while a server runs: its URL."""
_IN_THE_WAY = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
)
"""Keys in the environment win over a profile, so a client would sign with the wrong ones."""


@click.command("env")
@click.option("--endpoint", help="URL of the server.  [default: the running server's]")
@click.option("--json", "as_json", is_flag=True, help="A JSON object instead of shell commands.")
@pass_session
def command(session: Session, endpoint: str | None, as_json: bool) -> None:
    """Print what points AWS clients at this server, for eval.

    \b
    eval "$(eyebright env)"
    aws rekognition list-collections
    """
    exports = client_environment(session.settings, endpoint=endpoint)
    if not (session.settings.home / CREDENTIALS_FILE).exists():
        session.terminal.warn(
            f"{session.settings.home / 'credentials'} does not exist yet; "
            "the first `eyebright serve` makes it."
        )
    if as_json:
        session.terminal.json(dict(exports))
        return
    for variable in (name for name in _IN_THE_WAY if name in os.environ):
        session.terminal.answer(f"unset {variable}")
    for variable, value in exports.items():
        session.terminal.answer(f"export {variable}={shlex.quote(value)}")


def client_environment(settings: Settings, *, endpoint: str | None = None) -> Mapping[str, str]:
    """Environment variables for an AWS client on this machine."""
    return {
        "AWS_ENDPOINT_URL_REKOGNITION": endpoint or default_endpoint(settings),
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_PROFILE": PROFILE,
        "AWS_SHARED_CREDENTIALS_FILE": str(settings.home / CREDENTIALS_FILE),
    }


def default_endpoint(settings: Settings) -> str:
    """Where the running server says it is, or else where one with these settings would be."""
    try:
        return (settings.home / ENDPOINT_FILE).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return endpoint_url(settings.host, settings.port, tls=False)


def endpoint_url(host: str, port: int, *, tls: bool) -> str:
    """The URL by which this machine reaches a server that listens on `host`."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (not binding)
    return f"{'https' if tls else 'http'}://{f'[{here}]' if ':' in here else here}:{port}"
