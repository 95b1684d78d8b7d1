"""`eyebright library faces`: when a library looks for faces."""

from __future__ import annotations

import click

from eyebright.cli.library_options import json_option, library_option, opened_library
from eyebright.cli.session import Session, pass_session

_SAYS = {
    "always": "Faces are looked for as photos arrive.",
    "asked": "Nobody's face is looked for until you ask: `eyebright people recognise`.",
}


@click.command("faces", short_help="When faces are looked for.")
@click.argument("when", required=False, type=click.Choice(tuple(_SAYS)))
@library_option
@json_option
@pass_session
def command(session: Session, when: str | None, name: str, *, as_json: bool) -> None:
    """Look for faces always, as photos arrive, or only when asked.

    Without an argument it says which. Switching to `always` looks through all
    photos with the next `library index`, or at once where a server runs;
    switching to `asked` keeps what was found.
    """
    with opened_library(session, name) as library:
        if when is not None:
            library.recognising.look_for_faces(when)
        faces = library.library.faces.value
    if as_json:
        session.terminal.json({"library": name, "faces": faces})
    else:
        session.terminal.say(_SAYS[faces])
