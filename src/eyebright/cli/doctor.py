"""`eyebright doctor`: is everything there, and what helps if not?"""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import click

from eyebright.cli.env import default_endpoint
from eyebright.cli.session import Session, pass_session
from eyebright.errors import EyebrightError
from eyebright.settings import Settings

_OTHERS = 0o077
_LEAST_FREE_BYTES = 1 << 30
_HEALTH_SECONDS = 2.0


class Verdict(StrEnum):
    """WARN works but deserves a look; BAD does not work."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """help: what to do, empty when nothing."""

    what: str
    verdict: Verdict
    detail: str
    help: str = ""


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def command(session: Session, as_json: bool) -> None:
    """Check the installation and say what to do. Changes nothing.

    Ends with 1 when something does not work.
    """
    findings = [check(session.settings) for check in CHECKS]
    if as_json:
        session.terminal.json(
            [
                {
                    "what": one.what,
                    "verdict": one.verdict.value,
                    "detail": one.detail,
                    "help": one.help,
                }
                for one in findings
            ]
        )
    else:
        session.terminal.table(
            ("Check", "", "Found"), [(one.what, one.verdict.value, one.detail) for one in findings]
        )
        for one in findings:
            if one.help:
                session.terminal.answer(f"{one.what}: {one.help}")
    if any(one.verdict is Verdict.BAD for one in findings):
        raise SystemExit(1)


def check_software(_settings: Settings) -> Finding:
    version = importlib.metadata.version
    parts = [f"eyebright {version('eyebright')}", f"Python {platform.python_version()}"]
    parts += [f"{name} {version(name)}" for name in ("onnxruntime", "botocore")]
    return Finding("Software", Verdict.OK, ", ".join(parts))


def check_provider(settings: Settings) -> Finding:
    from eyebright.runtime.session import Runtime

    try:
        runtime = Runtime(provider=settings.provider, slots=settings.slots)
    except EyebrightError as error:
        return Finding("Processor", Verdict.BAD, error.message, "Set EYEBRIGHT_PROVIDER=cpu.")
    return Finding("Processor", Verdict.OK, f"{settings.provider}, {runtime.slots} at once")


def check_home(settings: Settings) -> Finding:
    home = settings.home
    if not home.is_dir():
        return Finding(
            "Home", Verdict.WARN, f"{home} is not made yet", "Run `eyebright packs install`."
        )
    if home.stat().st_mode & _OTHERS:
        return Finding(
            "Home", Verdict.WARN, f"{home} can be read by others", f"Run: chmod 700 {home}"
        )
    return Finding("Home", Verdict.OK, str(home))


def check_disk(settings: Settings) -> Finding:
    place = settings.home
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    enough = free >= _LEAST_FREE_BYTES
    detail = f"{free / 2**30:.1f} GiB free"
    if enough:
        return Finding("Disk", Verdict.OK, detail)
    return Finding("Disk", Verdict.WARN, detail, "Packs need about half a gigabyte; make room.")


def check_packs(settings: Settings) -> Finding:
    """All packs that are installed when none is named, and the one that the settings name; the
    first that is not right is told of."""
    from eyebright.packs.pack import load_pack
    from eyebright.packs.recipe import default_recipes

    install = {recipe.id: "Run `eyebright packs install`." for recipe in default_recipes()}
    names = list(install | {settings.label_pack: ""})
    for name in names:
        try:
            load_pack(settings.packs_directory, name)
        except EyebrightError as error:
            way_out = install.get(name, f"Run `eyebright packs install {name}`.")
            return Finding("Packs", Verdict.BAD, error.message, way_out)
    if settings.label_pack not in install:
        return _prepared_names(settings, names)
    return Finding("Packs", Verdict.OK, f"{', '.join(names)}: every checksum is right")


def _prepared_names(settings: Settings, packs: list[str]) -> Finding:
    """The extended label pack needs vectors of the names, too."""
    from eyebright.app.sight import InstalledPacks
    from eyebright.runtime.session import Runtime

    try:
        missing = InstalledPacks(settings, Runtime()).extended().missing()
    except EyebrightError as error:
        return Finding("Packs", Verdict.BAD, error.message)
    if missing:
        detail = f"{missing} names of labels have no vector yet"
        return Finding("Packs", Verdict.WARN, detail, "Run `eyebright packs prepare`.")
    return Finding("Packs", Verdict.OK, f"{', '.join(packs)}: every checksum is right")


def check_keys(settings: Settings) -> Finding:
    if settings.master_key:
        return Finding("Master key", Verdict.OK, "from EYEBRIGHT_MASTER_KEY")
    return _private_file("Master key", settings.home / "master.key", "vectors")


def check_credentials(settings: Settings) -> Finding:
    return _private_file("Credentials", settings.home / "credentials", "the account")


def check_database(settings: Settings) -> Finding:
    from eyebright.app.rooms import open_eyebright

    if not settings.database_url and not (settings.home / "eyebright.db").exists():
        return Finding(
            "Database", Verdict.WARN, "none yet", "The first `eyebright serve` makes it."
        )
    try:
        with open_eyebright(settings) as rooms:
            accounts = len(rooms.accounts.list())
    except (EyebrightError, OSError) as error:
        return Finding("Database", Verdict.BAD, str(error), "Restore the home from its backup.")
    return Finding("Database", Verdict.OK, f"{accounts} account{'' if accounts == 1 else 's'}")


def check_server(settings: Settings) -> Finding:
    endpoint = default_endpoint(settings)
    try:
        with urllib.request.urlopen(f"{endpoint}/healthz", timeout=_HEALTH_SECONDS) as answer:  # noqa: S310 (our own http endpoint)
            ready = answer.status == 200
    except (urllib.error.URLError, TimeoutError) as error:
        detail = f"nothing answers on {endpoint} ({getattr(error, 'reason', error)})"
        return Finding("Server", Verdict.WARN, detail, "Start it with `eyebright serve`.")
    return Finding("Server", Verdict.OK if ready else Verdict.BAD, f"answers on {endpoint}")


CHECKS: tuple[Callable[[Settings], Finding], ...] = (
    check_software,
    check_provider,
    check_home,
    check_disk,
    check_packs,
    check_keys,
    check_credentials,
    check_database,
    check_server,
)


def _private_file(what: str, path: Path, whose: str) -> Finding:
    if not path.exists():
        return Finding(
            what, Verdict.WARN, f"{path} is not made yet", "The first `eyebright serve` makes it."
        )
    if path.stat().st_mode & _OTHERS:
        return Finding(
            what,
            Verdict.BAD,
            f"{path} opens {whose} and can be read by others",
            f"Run: chmod 600 {path}",
        )
    return Finding(what, Verdict.OK, f"{path}, for its owner only")
