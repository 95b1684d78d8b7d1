"""`eyebright serve`: both doors on a port, until it is told to stop."""

from __future__ import annotations

import errno
import ipaddress
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eyebright.cli.env import ENDPOINT_FILE, endpoint_url
from eyebright.cli.session import Session, pass_session
from eyebright.errors import ConfigurationError
from eyebright.governance.accounts import Scope
from eyebright.governance.credentials import CREDENTIALS_FILE
from eyebright.sources.reader import folder_from_option

if TYPE_CHECKING:
    from eyebright.api.local import LocalEyebright

_BACKLOG = 512


@dataclass(frozen=True, slots=True)
class Tls:
    certificate: Path
    key: Path


@click.command("serve")
@click.option("--host", help="Address to listen on.  [default: $EYEBRIGHT_HOST or 127.0.0.1]")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 picks a free one.  [default: $EYEBRIGHT_PORT or 8600]",
)
@click.option(
    "--bucket",
    "buckets",
    multiple=True,
    metavar="NAME=DIR",
    help="Serve S3Object reads of bucket NAME from folder DIR. May be said again.",
)
@click.option("--tls-cert", type=click.Path(path_type=Path), help="Certificate chain (PEM).")
@click.option("--tls-key", type=click.Path(path_type=Path), help="Private key (PEM).")
@click.option(
    "--insecure",
    is_flag=True,
    help="Listen beyond this machine without TLS. Pictures and keys' "
    "signatures then travel in the clear.",
)
@click.option(
    "--preload/--no-preload",
    default=True,
    help="Load the models before answering.",
    show_default=True,
)
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@pass_session
def command(
    session: Session,
    host: str | None,
    port: int | None,
    buckets: tuple[str, ...],
    tls_cert: Path | None,
    tls_key: Path | None,
    insecure: bool,
    preload: bool,
    quiet: bool,
) -> None:
    """Answer the Amazon Rekognition API, and serve the page.

    The first start makes an account and writes its keys to the credentials
    file in the home. GET /healthz answers when the server is ready.
    """
    host = session.settings.host if host is None else host
    tls = tls_files(tls_cert, tls_key)
    refuse_plain_exposure(host, tls=tls, insecure=insecure)
    folders = bucket_folders(buckets)
    listener = listen(host, session.settings.port if port is None else port)
    say = (lambda _text: None) if quiet else session.terminal.say
    with listener, session.opened() as eyebright:
        if preload:
            say("Loading the models ...")
            eyebright.rooms.vision.preload()
        endpoint = endpoint_url(host, listener.getsockname()[1], tls=tls is not None)

        def ready() -> None:
            (session.settings.home / ENDPOINT_FILE).write_text(endpoint + "\n", encoding="utf-8")
            for line in how_to_connect(session, eyebright.scope, endpoint):
                say(line)

        serve_until_told(eyebright, listener, buckets=folders, hosts=[host], tls=tls, ready=ready)
    say("Stopped.")


def serve_until_told(
    eyebright: LocalEyebright,
    listener: socket.socket,
    *,
    buckets: Mapping[str, Path],
    hosts: Sequence[str] = (),
    tls: Tls | None,
    ready: Callable[[], None],
) -> None:
    """Serve on a bound socket until SIGTERM or Ctrl-C; requests in work are finished. hosts: names
    under which browsers may ask for it, beside those of this machine."""
    from eyebright.app.door import open_sources
    from eyebright.app.library import open_library
    from eyebright.app.pages import build_scans
    from eyebright.app.server import build_server
    from eyebright.app.streams import build_stream_worker
    from eyebright.app.video import build_worker
    from eyebright.cli.asgi import make_server

    rooms = eyebright.rooms
    sources = open_sources(rooms, buckets)
    worker = build_worker(rooms, sources, threads=rooms.settings.workers)
    streams = build_stream_worker(rooms, buckets=buckets)
    library = open_library(rooms, sources)

    def wake() -> None:
        worker.wake()
        streams.wake()

    ending = threading.Event()
    scans = build_scans(library)
    app = build_server(
        rooms,
        library,
        buckets=buckets,
        scans=scans,
        hosts=hosts,
        wake_workers=wake,
        stopping=ending.is_set,
    )
    files = (tls.certificate, tls.key) if tls else None
    server = make_server(app, tls=files, ready=ready, ending=ending.set)
    endpoint_file = eyebright.rooms.settings.home / ENDPOINT_FILE
    # uvicorn answers a signal by ending well and then raises it again: it may no longer kill us.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: None)
    try:
        with worker, streams, library.at_work():
            server.run(sockets=[listener])
    finally:
        scans.stop()
        endpoint_file.unlink(missing_ok=True)


def tls_files(certificate: Path | None, key: Path | None) -> Tls | None:
    """Both files or neither."""
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise click.UsageError("--tls-cert and --tls-key are given together.")
    for path in (certificate, key):
        if not path.is_file():
            raise ConfigurationError(f"{path} is no file; TLS needs a certificate and its key.")
    return Tls(certificate, key)


def bucket_folders(texts: Sequence[str]) -> Mapping[str, Path]:
    """NAME=DIR texts as bucket -> existing folder, absolute."""
    folders: dict[str, Path] = {}
    for text in texts:
        name, path = folder_from_option(text)
        if name in folders:
            raise click.UsageError(f"--bucket {name} is given twice.")
        folders[name] = path
    return folders


def refuse_plain_exposure(host: str, *, tls: Tls | None, insecure: bool) -> None:
    """Raise ConfigurationError when pictures would travel unprotected to other machines."""
    if tls is None and not insecure and not is_loopback(host):
        raise ConfigurationError(
            f"{host} can be reached from other machines and there is no TLS. Give --tls-cert and "
            "--tls-key, listen on 127.0.0.1 behind a proxy that ends TLS, or say --insecure."
        )


def is_loopback(host: str) -> bool:
    """Whether every address of the name is this machine's own."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise ConfigurationError(f"{host!r} is no address of this machine: {error}.") from error
    addresses = [str(address[4][0]).partition("%")[0] for address in found]
    return bool(addresses) and all(ipaddress.ip_address(one).is_loopback for one in addresses)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises ConfigurationError for a port that cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's algorithm off only where the protocol is named. With it, an answer
    # whose head and body are two writes waits 40 ms for the client's delayed acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise ConfigurationError(
                f"Port {port} of {host} is in use. Stop what listens there, or choose another "
                "with --port (0 picks a free one)."
            ) from error
        if error.errno == errno.EACCES:
            raise ConfigurationError(
                f"Port {port} needs rights that this user does not have; choose one from 1024 up."
            ) from error
        raise ConfigurationError(
            f"{host}:{port} cannot be listened on: {error.strerror}."
        ) from error
    return listener


def how_to_connect(session: Session, scope: Scope, endpoint: str) -> Sequence[str]:
    """What a person needs to know of a server that is ready."""
    credentials = session.settings.home / CREDENTIALS_FILE
    return (
        f"Eyebright answers on {endpoint}  (account {scope.account_id}, region {scope.region})",
        "",
        f"The page: {endpoint}/  (sign in with the key in {credentials})",
        "",
        "Connect from another terminal:",
        f'  eval "$({own_command(session)} env)"',
        "  aws rekognition detect-faces --image-bytes fileb://photo.jpg --attributes ALL",
        "",
        "Ctrl-C stops the server.",
    )


def own_command(session: Session) -> str:
    """How this very command is called again from any folder."""
    name = "eyebright" if shutil.which("eyebright") else str(Path(sys.argv[0]).absolute())
    default = Path("~/.eyebright").expanduser()
    return name if session.settings.home == default else f"{name} --home {session.settings.home}"
