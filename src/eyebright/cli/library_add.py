"""`eyebright library add`: where assets come from."""

from __future__ import annotations

import click

from eyebright.cli.library_options import (
    bucket_option,
    json_option,
    library_option,
    opened_library,
)
from eyebright.cli.session import Session, pass_session
from eyebright.errors import ConfigurationError


@click.command("add", short_help="Add a folder or bucket that is followed.")
@click.argument("locations", nargs=-1, required=True, metavar="DIR|s3://BUCKET/PREFIX...")
@click.option(
    "--watch/--no-watch",
    "watched",
    default=True,
    show_default=True,
    help="Follow what changes, while a server runs.",
)
@click.option("--queue", metavar="URL", help="An SQS queue that tells of the bucket's changes.")
@click.option(
    "--token",
    is_flag=True,
    help="Make a token for event notifications by web address, and print it this once.",
)
@bucket_option
@library_option
@json_option
@pass_session
def command(
    session: Session,
    locations: tuple[str, ...],
    watched: bool,
    queue: str | None,
    token: bool,
    buckets: tuple[str, ...],
    name: str,
    as_json: bool,
) -> None:
    """Add folders and buckets; a running server looks through them and follows them.

    `eyebright library index` does it without a server.
    """
    if queue is not None and not session.settings.sqs_endpoint:
        raise ConfigurationError("Set EYEBRIGHT_SQS_ENDPOINT, so that the queue can be read.")
    added: list[dict[str, object]] = []
    with opened_library(session, name, buckets) as library:
        for location in locations:
            source = library.add(location, watched=watched, queue=queue)
            one: dict[str, object] = {
                "source": source.source_id,
                "kind": source.kind.value,
                "location": source.location,
                "watched": source.is_watched,
                "queue": source.queue,
            }
            if token:
                one["token"] = library.media.arrivals.new_token(source)
            added.append(one)
    if as_json:
        session.terminal.json(added)
        return
    for one in added:
        session.terminal.say(
            f"Added {one['location']}. "
            + ("A running server follows it." if watched else "`library index` looks through it.")
        )
        if "token" in one:
            session.terminal.say("Have the store POST its events to this path of the server:")
            session.terminal.answer(f"/api/library/events?token={one['token']}")
