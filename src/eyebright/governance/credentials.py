"""The credentials file that AWS's clients read: INI, one profile, for its owner's eyes only."""

from __future__ import annotations

import configparser
import io
from functools import partial
from pathlib import Path

from eyebright.errors import ConfigurationError
from eyebright.governance.accounts import Accounts, Credentials
from eyebright.governance.keys import replace_file
from eyebright.ids import AccessKeyId, AccountId, Region

CREDENTIALS_FILE = "credentials"
PROFILE = "eyebright"
FIRST_ACCOUNT = "default"


def first_start(accounts: Accounts, home: Path, *, region: Region) -> Path:
    """Make the first account if there is none, and its credentials file if that is missing.

    Two processes may race: the account and its key are made once. A file that was lost comes back
    with a new key, because only the account's owner can read the home it lies in. Returns the
    file's path.
    """
    path = home / CREDENTIALS_FILE
    save = partial(save_profile, home, region=region)
    if accounts.create_first(FIRST_ACCOUNT, keep=save) is None and not path.exists():
        existing = accounts.list()
        if existing:
            save(accounts.add_key(existing[0].account_id))
    return path


def save_profile(home: Path, credentials: Credentials, *, region: Region) -> Path:
    """Write the profile `eyebright` into the home's credentials file, 0600, other profiles kept."""
    path = home / CREDENTIALS_FILE
    file = _read(path)
    file[PROFILE] = {
        "aws_access_key_id": credentials.access_key_id,
        "aws_secret_access_key": credentials.secret,
        "region": region,
    }
    text = io.StringIO()
    file.write(text)
    replace_file(path, text.getvalue().encode("ascii"))
    return path


def saved_access_key_id(home: Path) -> AccessKeyId | None:
    """The key that the credentials file holds, if there is one."""
    key = _read(home / CREDENTIALS_FILE).get(PROFILE, "aws_access_key_id", fallback=None)
    return None if key is None else AccessKeyId(key)


def rotate(accounts: Accounts, account_id: AccountId, *, home: Path, region: Region) -> Credentials:
    """Rotate an account's keys; if the credentials file held one of them, it gets the new one."""
    saved = saved_access_key_id(home)
    held = saved in accounts.find(account_id).access_key_ids
    credentials = accounts.rotate(account_id)
    if held:
        save_profile(home, credentials, region=region)
    return credentials


def _read(path: Path) -> configparser.ConfigParser:
    file = configparser.ConfigParser(interpolation=None)
    try:
        file.read(path, encoding="ascii")
    except (configparser.Error, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is not a credentials file: {error}") from error
    return file
