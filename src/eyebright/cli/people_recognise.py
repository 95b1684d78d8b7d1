"""`eyebright people recognise`: look for the faces of some photos, or of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from eyebright.cli.counting_bar import CountingBar
from eyebright.cli.library_options import json_option, library_option, opened_library, span
from eyebright.cli.session import Session, pass_session

if TYPE_CHECKING:
    from eyebright.api.recognising import LocalRecognising
    from eyebright.library.recognising import Outcome
    from eyebright.library.recognition_outlook import Outlook
    from eyebright.library.recognition_runs import Recognition


@click.command("recognise", short_help="Look for the faces of photos.")
@click.argument("assets", nargs=-1, metavar="[ASSET|FILE|DIR]...")
@click.option("--all", "everything", is_flag=True, help="All photos that were not looked through.")
@click.option("--estimate", "estimates", is_flag=True, help="Say what it would take; do nothing.")
@library_option
@json_option
@click.pass_context
@pass_session
def command(
    session: Session,
    context: click.Context,
    assets: tuple[str, ...],
    name: str,
    *,
    everything: bool,
    estimates: bool,
    as_json: bool,
) -> None:
    """Look for the faces of photos that were not looked through yet.

    For libraries that wait to be asked: see `eyebright library faces`. After
    Ctrl-C a server, `library index` or this command goes on where it stopped.
    """
    if everything is bool(assets):
        raise click.UsageError("Name photos, or say --all.")
    with opened_library(session, name) as library:
        recognising = library.recognising
        outlook = recognising.estimate(*assets)
        if estimates:
            _say_outlook(session, outlook, as_json=as_json)
            return
        library.rooms.vision.preload()  # says at once that no pack is installed
        if not as_json:
            session.terminal.say(_outlook_text(outlook))
        run, stopped = _run(session, recognising, assets)
        outcome = recognising.outcome(run)
    if as_json:
        session.terminal.json(_json(run, outcome, stopped=stopped))
    else:
        session.terminal.say(_end_text(run, outcome, stopped=stopped))
    if stopped:
        context.exit(130)
    if run.failed:
        context.exit(1)


def _run(
    session: Session, recognising: LocalRecognising, assets: tuple[str, ...]
) -> tuple[Recognition, bool]:
    """The run, and whether somebody stopped it."""
    with _Bar(session) as bar:
        try:
            return recognising.run(*assets, tell=bar.show), False
        except KeyboardInterrupt:
            return recognising.runs()[0], True


class _Bar(CountingBar):
    """Photos done, faces, faces a second, time left."""

    def show(self, run: Recognition) -> None:
        done = run.done + run.failed
        self.say("Looking for faces", done=done, total=run.photos, rest=_rest(run))


def _rest(run: Recognition) -> str:
    parts = [f"{run.faces} faces"]
    if run.faces_per_second is not None:
        parts.append(f"{run.faces_per_second:.1f} faces/s")
    if run.failed:
        parts.append(f"{run.failed} failed")
    if run.seconds_left is not None:
        parts.append(f"{span(run.seconds_left)} left")
    return "  ".join(parts)


def _say_outlook(session: Session, outlook: Outlook, *, as_json: bool) -> None:
    if not as_json:
        session.terminal.answer(_outlook_text(outlook))
        return
    from eyebright.web.shapes.recognising import estimate_json  # one form for both doors

    session.terminal.json(estimate_json(outlook))


def _outlook_text(outlook: Outlook) -> str:
    already = f"\n{outlook.already} were looked through already." if outlook.already else ""
    return (
        f"{outlook.to_do} photos, about {outlook.faces_expected} faces, "
        f"about {span(outlook.seconds_expected)}, $0 "
        f"(AWS list price: ${outlook.aws_usd:.2f}; "
        f"{outlook.per_face_service}: ${outlook.per_face_usd:.2f}).{already}"
    )


def _end_text(run: Recognition, outcome: Outcome, *, stopped: bool) -> str:
    found = outcome.found
    kinds = ((found.named, "named"), (found.suggested, "suggested"), (found.unknown, "unknown"))
    about = "about " if outcome.is_estimate else ""
    parts = [f"{about}{count} {word}" for count, word in kinds if count]
    told = f"{run.faces} faces in {run.done} photos" + (f": {', '.join(parts)}" if parts else "")
    failed = f" {run.failed} photos could not be looked through." if run.failed else ""
    left = run.photos - run.done - run.failed
    later = f" {left} are still to do: run it again, or start the server." if left else ""
    return f"{'Stopped. ' if stopped else ''}{told}.{failed}{later}"


def _json(run: Recognition, outcome: Outcome, *, stopped: bool) -> dict[str, object]:
    return {
        "run_id": run.run_id,
        "state": run.state.value,
        "photos": run.photos,
        "already": run.already,
        "done": run.done,
        "failed": run.failed,
        "faces": run.faces,
        "named": outcome.found.named,
        "suggested": outcome.found.suggested,
        "unknown": outcome.found.unknown,
        "is_estimate": outcome.is_estimate,
        "stopped": stopped,
    }
