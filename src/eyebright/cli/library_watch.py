"""`eyebright library watch`: follow folders and buckets without a server."""

from __future__ import annotations

import threading

import click

from eyebright.cli.library_options import bucket_option, library_option, opened_library
from eyebright.cli.session import Session, pass_session
from eyebright.errors import EyebrightError, NotFound
from eyebright.library.values import AssetState, Labels

_SHOWN_LABELS = 4


@click.command("watch", short_help="Follow folders and buckets until Ctrl-C.")
@click.argument("locations", nargs=-1, metavar="[DIR|s3://BUCKET/PREFIX]...")
@bucket_option
@library_option
@pass_session
def command(
    session: Session, locations: tuple[str, ...], buckets: tuple[str, ...], name: str
) -> None:
    """Follow folders and buckets, and say what comes, until Ctrl-C.

    Those that are named are added. A running server follows all of them anyway.
    """
    terminal = session.terminal
    with opened_library(session, name, buckets) as library:
        library.rooms.vision.preload()
        for location in locations:
            library.add(location)
        media = library.media

        def tell(indexed: object) -> None:
            from eyebright.library.indexer import Indexed

            if not isinstance(indexed, Indexed) or indexed.library.number != library.library.number:
                return
            try:
                detail = media.assets.detail(library.library, indexed.asset_id)
            except NotFound:
                return
            except EyebrightError as error:
                terminal.error(error.message)
                return
            where = detail.places[0].path if detail.places else detail.asset.asset_id
            terminal.answer(f"{where}: {_words(detail.found.get('labels'), indexed.state)}")

        media.indexer.listen(tell)
        watched = [source.location for source in library.sources() if source.is_watched]
        if not watched:
            raise click.UsageError("Nothing is watched yet: name a folder or a bucket.")
        terminal.say(f"Following {', '.join(watched)}. Ctrl-C stops.")
        with library.following():
            threading.Event().wait()


def _words(labels: object, state: AssetState) -> str:
    if state is AssetState.FAILED:
        return "failed"
    if not isinstance(labels, Labels) or not labels.labels:
        return "nothing that has a name"
    return ", ".join(label.name for label in labels.labels[:_SHOWN_LABELS])
