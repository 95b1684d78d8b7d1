"""`eyebright people migrate`: have a library's faces known by another face pack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn

from eyebright.cli.library_options import json_option, library_option, opened_library, span
from eyebright.cli.session import Session, pass_session
from eyebright.cli.terminal import Terminal

if TYPE_CHECKING:
    from eyebright.api.upgrade import LocalUpgrade, MigrationReport
    from eyebright.library.reembedding import Reembedded
    from eyebright.people.migration_comparison import Kinship
    from eyebright.people.migration_values import Counts, Migration

SHOWN = 20
"""Missing faces that are listed for people; --json has all."""


@click.command("migrate", short_help="Know all faces by another pack.")
@click.option(
    "--pack", metavar="NAME@VERSION|DIR", help="The face pack to move to: installed, or its folder."
)
@click.option("--allow-missing", is_flag=True, help="Switch though some faces were not found.")
@click.option("--retry-missing", is_flag=True, help="Look for faces again that were not found.")
@click.option(
    "--keep-days", type=click.IntRange(0), help="Days for undoing.  [default: until --finish]"
)
@click.option("--undo", "step", flag_value="undo", help="Use the old vectors again.")
@click.option("--finish", "step", flag_value="finish", help="Erase the old vectors.")
@click.option("--abandon", "step", flag_value="abandon", help="Erase the new vectors.")
@click.option("--status", "step", flag_value="status", help="Say how far it is.")
@library_option
@json_option
@pass_session
def command(
    session: Session,
    pack: str | None,
    step: str | None,
    keep_days: int | None,
    name: str,
    *,
    allow_missing: bool,
    retry_missing: bool,
    as_json: bool,
) -> None:
    """Look at all faces of a library again with another face pack, then use its vectors.

    Every face id, name, role and decision stays. The switch is made at once when all is done, and
    can be undone as long as the old vectors are kept. Ctrl-C and again is fine.
    """
    if (pack is None) == (step is None):
        raise click.UsageError("Say --pack, or one of --status, --undo, --finish and --abandon.")
    from eyebright.api.upgrade import LocalUpgrade

    terminal = session.terminal
    with opened_library(session, name) as library:
        upgrade = LocalUpgrade(library)
        _erase_overdue(upgrade, terminal)
        if pack is not None:
            answer = _migrate(
                upgrade,
                terminal,
                pack,
                allow_missing=allow_missing,
                retry_missing=retry_missing,
                keep_days=keep_days,
            )
        elif step == "undo":
            answer = _state(upgrade, upgrade.undo(allow_missing=allow_missing))
        elif step == "status":
            answer = _state(upgrade, upgrade.current)
        else:
            count = upgrade.finish() if step == "finish" else upgrade.abandon()
            answer = {"state": "over", "vectors_erased": count}
    if as_json:
        terminal.json(answer)
    else:
        _show(terminal, answer)


def _erase_overdue(upgrade: LocalUpgrade, terminal: Terminal) -> None:
    if upgrade.is_overdue:
        terminal.say(f"The old vectors were due: {upgrade.finish():,} erased.")


def _migrate(
    upgrade: LocalUpgrade,
    terminal: Terminal,
    pack: str,
    *,
    allow_missing: bool,
    retry_missing: bool,
    keep_days: int | None,
) -> dict[str, Any]:
    with terminal.progress(
        "Looking again", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    ) as bar:
        task = bar.add_task("", total=None)

        def tell(done: Reembedded, counts: Counts) -> None:
            looked_at = done.done + done.missing
            bar.update(task, completed=looked_at, total=max(counts.pending, looked_at))

        report = upgrade.migrate(
            pack,
            allow_missing=allow_missing,
            retry_missing=retry_missing,
            keep_days=keep_days,
            tell=tell,
        )
    return _state(upgrade, report.migration) | _report(report)


def _state(upgrade: LocalUpgrade, migration: Migration | None) -> dict[str, Any]:
    if migration is None:
        return {"state": "none"}
    counts = upgrade.counts(migration.new)
    shown = migration.in_use if migration.switched_at is not None else migration.new
    return {
        "state": migration.state.value,
        "from": migration.old.space.name,
        "to": migration.new.space.name,
        "in_use": migration.in_use.space.name,
        "is_installed": upgrade.is_used(migration.in_use.space),
        "started_at": migration.started_at.isoformat(),
        "switched_at": migration.switched_at and migration.switched_at.isoformat(),
        "kept_until": migration.kept_until and migration.kept_until.isoformat(),
        "done": counts.done,
        "from_proxy": migration.from_proxy,
        "pending": counts.pending,
        "missing": [
            {
                "face": one.face.face_id,
                "asset": one.face.external_image_id,
                "person": one.face.user_id,
                "reason": one.reason.value,
            }
            for one in upgrade.missing(shown)
        ],
    }


def _report(report: MigrationReport) -> dict[str, Any]:
    comparison = report.comparison
    return {
        "looked_at": report.looked_at.done + report.looked_at.missing,
        "seconds": round(report.seconds, 1),
        "compared": comparison.compared,
        "nearest_changed": comparison.nearest_changed,
        "people": _kinship(comparison.people),
        "groups": _kinship(comparison.groups),
        "false_match_rates": [
            {"percent": one.percent, "before": one.before, "after": one.after}
            for one in report.meanings
        ],
    }


def _kinship(kinship: Kinship) -> dict[str, int]:
    return {"faces": kinship.faces, "before": kinship.before, "after": kinship.after}


def _show(terminal: Terminal, answer: dict[str, Any]) -> None:
    if answer["state"] == "none":
        terminal.say("No migration is under way.")
        return
    if answer["state"] == "over":
        terminal.say(f"{answer['vectors_erased']:,} vectors erased.")
        return
    terminal.say(
        f"{answer['from']} to {answer['to']}: {answer['state']}; {answer['in_use']} is in use."
    )
    terminal.say(
        f"{answer['done']:,} faces have new vectors ({answer['from_proxy']:,} from small "
        f"pictures), {answer['pending']:,} are waiting."
    )
    if "compared" in answer:
        _show_report(terminal, answer)
    _show_missing(terminal, answer["missing"])
    if not answer["is_installed"]:
        terminal.warn(
            f"Servers of this home use another pack than {answer['in_use']}. Install it there and "
            "restart them; until then they refuse to compare faces with this library."
        )


def _show_report(terminal: Terminal, answer: dict[str, Any]) -> None:
    terminal.say(f"{answer['looked_at']:,} faces looked at in {span(answer['seconds'])}.")
    terminal.say(
        f"Of {answer['compared']:,} faces compared, {answer['nearest_changed']:,} have another "
        "nearest face now."
    )
    for what in ("people", "groups"):
        kin = answer[what]
        if kin["faces"]:
            terminal.say(
                f"Nearest face of the same of these {what}: {kin['before']:,} before, "
                f"{kin['after']:,} now, of {kin['faces']:,}."
            )
    for rate in answer["false_match_rates"]:
        before = "unknown" if rate["before"] is None else f"{rate['before']:.2g}"
        terminal.say(
            f"Share of strangers who are {rate['percent']:g} % similar: {before} before, "
            f"{rate['after']:.2g} now."
        )


def _show_missing(terminal: Terminal, missing: list[dict[str, str]]) -> None:
    if not missing:
        return
    terminal.warn(
        f"{len(missing):,} faces have no vector. They keep their names and all that was decided, "
        "but no search finds them."
    )
    rows = [[one["face"], one["asset"] or "", one["reason"]] for one in missing[:SHOWN]]
    terminal.table(["face", "asset", "why"], rows)
    if len(missing) > SHOWN:
        terminal.say(f"... and {len(missing) - SHOWN:,} more; --json lists all.")
