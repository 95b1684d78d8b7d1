"""All settings, as one frozen value read once from the environment.

`docs/reference/settings.md` is generated from this class; a test holds the two together.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from eyebright.errors import ConfigurationError

Provider = Literal["cpu", "cuda"]


def _setting(variable: str, meaning: str, default: object) -> object:
    return field(default=default, metadata={"variable": variable, "meaning": meaning})


@dataclass(frozen=True, slots=True)
class Settings:
    """What a process of Eyebright needs to know before it starts."""

    home: Path = _setting(  # type: ignore[assignment]
        "EYEBRIGHT_HOME",
        "Folder of packs, database, keys and credentials.",
        Path("~/.eyebright"),
    )
    database_url: str = _setting(  # type: ignore[assignment]
        "EYEBRIGHT_DATABASE_URL",
        "SQLAlchemy URL; empty means SQLite at `$EYEBRIGHT_HOME/eyebright.db`.",
        "",
    )
    master_key: str = _setting(  # type: ignore[assignment]
        "EYEBRIGHT_MASTER_KEY",
        "32 bytes as base64; empty means the file `$EYEBRIGHT_HOME/master.key`, made at first start.",
        "",
    )
    region: str = _setting(  # type: ignore[assignment]
        "EYEBRIGHT_REGION",
        "Region written into the credentials profile and used by the CLI.",
        "us-east-1",
    )
    host: str = _setting("EYEBRIGHT_HOST", "Address to listen on.", "127.0.0.1")  # type: ignore[assignment]
    port: int = _setting("EYEBRIGHT_PORT", "Port to listen on; 0 picks a free one.", 8600)  # type: ignore[assignment]
    s3_endpoint: str = _setting(  # type: ignore[assignment]
        "EYEBRIGHT_S3_ENDPOINT",
        "Endpoint of an S3-compatible store for `S3Object` buckets that no folder serves; empty means none.",
        "",
    )
    provider: Provider = _setting(  # type: ignore[assignment]
        "EYEBRIGHT_PROVIDER",
        "`cpu` or `cuda`; a provider that is asked for and missing is an error.",
        "cpu",
    )
    slots: int = _setting(  # type: ignore[assignment]
        "EYEBRIGHT_SLOTS", "How many images are analysed at once; 0 means one per processor.", 0
    )
    clock_skew_seconds: int = _setting(  # type: ignore[assignment]
        "EYEBRIGHT_CLOCK_SKEW_SECONDS", "How far a signature's date may be from the clock.", 300
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from environment variables.

        Raises ConfigurationError for a variable whose text is not of its setting's kind.
        """
        return read_settings(os.environ if environment is None else environment)

    @property
    def packs_directory(self) -> Path:
        return self.home / "packs"

    @property
    def effective_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'eyebright.db'}"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from a mapping of environment variables; unset or empty ones keep their default."""
    provider = environment.get("EYEBRIGHT_PROVIDER") or "cpu"
    if provider not in ("cpu", "cuda"):
        raise ConfigurationError(f"EYEBRIGHT_PROVIDER is {provider!r}; use 'cpu' or 'cuda'.")
    defaults = Settings()
    return Settings(
        home=Path(environment.get("EYEBRIGHT_HOME") or defaults.home).expanduser().absolute(),
        database_url=environment.get("EYEBRIGHT_DATABASE_URL", ""),
        master_key=environment.get("EYEBRIGHT_MASTER_KEY", ""),
        region=environment.get("EYEBRIGHT_REGION") or defaults.region,
        host=environment.get("EYEBRIGHT_HOST") or defaults.host,
        port=_whole(environment, "EYEBRIGHT_PORT", defaults.port, 0, 65535),
        s3_endpoint=environment.get("EYEBRIGHT_S3_ENDPOINT", ""),
        provider="cuda" if provider == "cuda" else "cpu",
        slots=_whole(environment, "EYEBRIGHT_SLOTS", defaults.slots, 0, 1024),
        clock_skew_seconds=_whole(
            environment, "EYEBRIGHT_CLOCK_SKEW_SECONDS", defaults.clock_skew_seconds, 1, 86400
        ),
    )


def _whole(environment: Mapping[str, str], variable: str, default: int, low: int, high: int) -> int:
    text = environment.get(variable)
    if not text:
        return default
    try:
        value = int(text)
    except ValueError as error:
        raise ConfigurationError(f"{variable} is {text!r}; use a whole number.") from error
    if not low <= value <= high:
        raise ConfigurationError(f"{variable} is {value}; use {low} to {high}.")
    return value
