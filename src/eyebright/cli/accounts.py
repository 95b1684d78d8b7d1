"""`eyebright accounts`: who may use this server, and their keys."""

from __future__ import annotations

import click

from eyebright.cli.proofs import report_proof
from eyebright.cli.session import Session, pass_session
from eyebright.governance import credentials
from eyebright.governance.accounts import Account, Credentials
from eyebright.ids import Region


@click.group("accounts")
def command() -> None:
    """Accounts and their access keys. Accounts see nothing of each other."""


@command.command("create")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def create(session: Session, name: str, as_json: bool) -> None:
    """Make an account and show its first key, once."""
    with session.rooms() as rooms:
        made = rooms.accounts.create(name)
    _show_key(session, name, made, as_json=as_json)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def show(session: Session, as_json: bool) -> None:
    """List accounts with their access key ids."""
    with session.rooms() as rooms:
        accounts = rooms.accounts.list()
    if as_json:
        session.terminal.json([_account_json(account) for account in accounts])
    elif not accounts:
        session.terminal.say("No accounts yet; the first `eyebright serve` makes one.")
    else:
        session.terminal.table(
            ("Account", "Name", "Since", "Access keys"),
            [
                (
                    one.account_id,
                    one.name,
                    f"{one.created_at:%Y-%m-%d}",
                    " ".join(one.access_key_ids),
                )
                for one in accounts
            ],
        )


@command.command("rotate")
@click.argument("account")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def rotate(session: Session, account: str, as_json: bool) -> None:
    """Give an account a new key; its old ones stop working at once.

    ACCOUNT is a name or an id. If the credentials profile used an old key, it
    is written again.
    """
    home, region = session.settings.home, Region(session.settings.region)
    with session.rooms() as rooms:
        found = rooms.accounts.find(account)
        made = credentials.rotate(rooms.accounts, found.account_id, home=home, region=region)
    if credentials.saved_access_key_id(home) == made.access_key_id:
        session.terminal.say(f"Wrote the new key to {home / credentials.CREDENTIALS_FILE}.")
    _show_key(session, found.name, made, as_json=as_json)


@command.command("delete")
@click.argument("account")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def delete(session: Session, account: str, yes: bool) -> None:
    """Delete an account with its collections, faces and keys, beyond recovery."""
    with session.rooms() as rooms:
        found = rooms.accounts.find(account)
        if not yes:
            click.confirm(
                f"Delete account {found.name!r} ({found.account_id}) and everything in it?",
                abort=True,
                err=True,
            )
        proof = rooms.forgetting.account(found.account_id)
    session.terminal.say(f"Deleted {found.name!r} with {proof.faces} faces.")
    report_proof(session, proof)


def _show_key(session: Session, name: str, made: Credentials, *, as_json: bool) -> None:
    if as_json:
        session.terminal.json(
            {
                "account": made.account_id,
                "name": name,
                "access_key_id": made.access_key_id,
                "secret_access_key": made.secret,
            }
        )
        return
    session.terminal.say(f"Account {name!r} ({made.account_id}). The secret is shown only now:")
    session.terminal.answer(f"aws_access_key_id = {made.access_key_id}")
    session.terminal.answer(f"aws_secret_access_key = {made.secret}")


def _account_json(account: Account) -> dict[str, object]:
    return {
        "account": account.account_id,
        "name": account.name,
        "created_at": account.created_at.isoformat(),
        "access_key_ids": list(account.access_key_ids),
    }
