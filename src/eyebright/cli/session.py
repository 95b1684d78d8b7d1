"""What a command receives: settings, the account it acts for, the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from eyebright.cli.terminal import Terminal
from eyebright.settings import Settings

if TYPE_CHECKING:
    from eyebright.api.local import LocalEyebright
    from eyebright.app.rooms import Eyebright


@dataclass(frozen=True, slots=True)
class Session:
    """account: id or name given with --account; None means that of the credentials profile."""

    settings: Settings
    account: str | None
    terminal: Terminal

    @contextmanager
    def opened(self) -> Iterator[LocalEyebright]:
        """Eyebright on this machine's home; closed when the block ends."""
        # Imported here: the analysis libraries take a second, and `env` should not wait for them.
        from eyebright.api.local import open_local

        with open_local(self.settings, account=self.account) as eyebright:
            yield eyebright

    @contextmanager
    def rooms(self) -> Iterator[Eyebright]:
        """The wired rooms without an acting account, for what concerns all accounts."""
        from eyebright.app.rooms import open_eyebright

        with open_eyebright(self.settings) as rooms:
            yield rooms


pass_session = click.make_pass_decorator(Session)
