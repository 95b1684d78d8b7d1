"""Which account a caller on this machine acts for."""

from __future__ import annotations

from pathlib import Path

from eyebright.errors import AccountNotFound
from eyebright.governance.accounts import Account, Accounts
from eyebright.governance.credentials import CREDENTIALS_FILE, first_start, saved_access_key_id
from eyebright.ids import Region


def acting_account(
    accounts: Accounts, home: Path, *, region: Region, wanted: str | None
) -> Account:
    """The account named `wanted` (name or id), or the one whose key the credentials file holds.

    A new home gets its first account and credentials file. Raises AccountNotFound when the
    file's key belongs to no account.
    """
    first_start(accounts, home, region=region)
    if wanted is not None:
        return accounts.find(wanted)
    key = saved_access_key_id(home)
    for account in accounts.list():
        if key in account.access_key_ids:
            return account
    raise AccountNotFound(
        f"No account owns the key in {home / CREDENTIALS_FILE}. Name an account with --account, "
        "or move the file away to have a new key written for the oldest account."
    )
