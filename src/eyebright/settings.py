"""All settings, as one frozen value read once from the environment.

`docs/reference/settings.md` is generated from `VARIABLES`; a test holds the two together.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit, urlunsplit

from eyebright.errors import ConfigurationError

Provider = Literal["cpu", "cuda"]
LabelPack = Literal["labels", "labels-extended"]
_PROVIDERS: tuple[Provider, Provider] = ("cpu", "cuda")
_LABEL_PACKS: tuple[LabelPack, LabelPack] = ("labels", "labels-extended")
T = TypeVar("T", bound=str)


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable, the field of `Settings` that it sets, and what it means."""

    name: str
    field: str
    meaning: str


VARIABLES: tuple[Variable, ...] = (
    Variable("EYEBRIGHT_HOME", "home", "Folder of packs, database, keys and credentials."),
    Variable(
        "EYEBRIGHT_DATABASE_URL",
        "database_url",
        "SQLAlchemy URL; empty means SQLite at `$EYEBRIGHT_HOME/eyebright.db`.",
    ),
    Variable(
        "EYEBRIGHT_MASTER_KEY",
        "master_key",
        "32 bytes as base64; empty means the file `$EYEBRIGHT_HOME/master.key`, "
        "made at first start.",
    ),
    Variable(
        "EYEBRIGHT_REGION",
        "region",
        "Region written into the credentials profile and used by the CLI.",
    ),
    Variable("EYEBRIGHT_HOST", "host", "Address to listen on."),
    Variable("EYEBRIGHT_PORT", "port", "Port to listen on; 0 picks a free one."),
    Variable(
        "EYEBRIGHT_PAGE_HOSTS",
        "page_hosts",
        "Names by which browsers reach the page, such as `photos.example.org`, with spaces "
        "between; those of this machine and numeric addresses always do.",
    ),
    Variable(
        "EYEBRIGHT_S3_ENDPOINT",
        "s3_endpoint",
        "Endpoint of an S3-compatible store for `S3Object` buckets that no folder serves; "
        "empty means none.",
    ),
    Variable(
        "EYEBRIGHT_SNS_ENDPOINT",
        "sns_endpoint",
        "Endpoint of an SNS-compatible service that is told when a video job ends; empty means "
        "none.",
    ),
    Variable(
        "EYEBRIGHT_SQS_ENDPOINT",
        "sqs_endpoint",
        "Endpoint of an SQS-compatible service whose queues tell of changes in the buckets of a "
        "library; empty means none.",
    ),
    Variable(
        "EYEBRIGHT_WEBHOOKS",
        "webhooks",
        "Addresses that stand for topics, `TOPIC-ARN=URL` with spaces between; each gets the "
        "notices of its topic by POST.",
    ),
    Variable(
        "EYEBRIGHT_STREAMS",
        "streams",
        "Addresses that stand for streams, `STREAM-ARN=URL` with spaces between: for video streams "
        "`rtsp://`, `http://` (HLS too) or `file:///`; for data streams `http://` (each record by "
        "POST) or `file:///` (JSON Lines). The account in an ARN says whose stream it is.",
    ),
    Variable(
        "EYEBRIGHT_KINESIS_ENDPOINT",
        "kinesis_endpoint",
        "Endpoint of a Kinesis-compatible service that takes records for data streams that "
        "`EYEBRIGHT_STREAMS` does not name; empty means none.",
    ),
    Variable(
        "EYEBRIGHT_STREAM_EVERY",
        "stream_every",
        "How often live streams are looked at: `1s`, `6s`, `2fps`.",
    ),
    Variable(
        "EYEBRIGHT_STREAM_WORKERS",
        "stream_workers",
        "Live streams that `eyebright serve` runs at once, and `eyebright worker` where "
        "`EYEBRIGHT_STREAMS` names any; 0 leaves them to other processes.",
    ),
    Variable(
        "EYEBRIGHT_WORKERS",
        "workers",
        "Video jobs that `eyebright serve` works on at once; 0 leaves them to `eyebright worker`.",
    ),
    Variable(
        "EYEBRIGHT_JOB_HOURS",
        "job_hours",
        "Hours from its start call until a video job that is not done has failed; `24`, or with "
        "exceptions `24 ACCOUNT=2`. 0 or empty means no end.",
    ),
    Variable(
        "EYEBRIGHT_STREAM_PROCESSORS",
        "stream_processors",
        "Stream processors that an account may have in a region.",
    ),
    Variable(
        "EYEBRIGHT_PROVIDER",
        "provider",
        "`cpu` or `cuda`; a provider that is asked for and missing is an error.",
    ),
    Variable(
        "EYEBRIGHT_SLOTS",
        "slots",
        "How many images are analysed at once; 0 means one per processor.",
    ),
    Variable(
        "EYEBRIGHT_LABEL_PACK",
        "label_pack",
        "What sees objects and classes: `labels`, or `labels-extended` once it is installed.",
    ),
    Variable(
        "EYEBRIGHT_LABEL_NAMES",
        "label_names",
        "Text file of your own label names, one a line, for `labels-extended`; empty means none.",
    ),
    Variable(
        "EYEBRIGHT_TEXT_LANGUAGES",
        "text_languages",
        "Languages that the program Tesseract reads where the text pack cannot, such as "
        "`kor+ara`; empty means none.",
    ),
    Variable(
        "EYEBRIGHT_CLOCK_SKEW_SECONDS",
        "clock_skew_seconds",
        "How far a signature's date may be from the clock.",
    ),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a process of Eyebright needs to know before it starts; see `VARIABLES`."""

    home: Path = Path("~/.eyebright")
    database_url: str = ""
    master_key: str = ""
    region: str = "us-east-1"
    host: str = "127.0.0.1"
    port: int = 8600
    page_hosts: str = ""
    s3_endpoint: str = ""
    sns_endpoint: str = ""
    sqs_endpoint: str = ""
    webhooks: str = ""
    streams: str = ""
    kinesis_endpoint: str = ""
    stream_every: str = "1s"
    stream_workers: int = 16
    workers: int = 1
    job_hours: str = ""
    stream_processors: int = 100
    provider: Provider = "cpu"
    slots: int = 0
    text_languages: str = ""
    label_pack: LabelPack = "labels"
    label_names: Path | None = None
    clock_skew_seconds: int = 300

    @property
    def packs_directory(self) -> Path:
        return self.home / "packs"

    @property
    def webhook_addresses(self) -> dict[str, str]:
        """Topic ARN -> address. Raises ConfigurationError for a text that is not of that form."""
        return _addresses(self.webhooks, "EYEBRIGHT_WEBHOOKS", form="TOPIC-ARN=URL")

    @property
    def stream_addresses(self) -> dict[str, str]:
        """Stream ARN -> address. Raises ConfigurationError as `webhook_addresses` does."""
        return _addresses(self.streams, "EYEBRIGHT_STREAMS", form="STREAM-ARN=URL")

    @property
    def job_hours_of_accounts(self) -> dict[str, float]:
        """Account -> hours, that of all others under the empty name; 0 means no end. Raises
        ConfigurationError for a text that is not of that form."""
        hours = {"": 0.0}
        for text in self.job_hours.split():
            account, _, number = text.rpartition("=")
            hours[account] = _hours(number)
        return hours

    @property
    def effective_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'eyebright.db'}"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from environment variables; unset or empty ones keep their default.

    Raises ConfigurationError for a variable whose text is not of its setting's kind.
    """
    defaults = Settings()
    label_pack: LabelPack = _one_of(environment, "EYEBRIGHT_LABEL_PACK", _LABEL_PACKS)
    return Settings(
        home=Path(environment.get("EYEBRIGHT_HOME") or defaults.home).expanduser().absolute(),
        database_url=environment.get("EYEBRIGHT_DATABASE_URL", ""),
        master_key=environment.get("EYEBRIGHT_MASTER_KEY", ""),
        region=environment.get("EYEBRIGHT_REGION") or defaults.region,
        host=environment.get("EYEBRIGHT_HOST") or defaults.host,
        port=_whole(environment, "EYEBRIGHT_PORT", defaults.port, low=0, high=65535),
        page_hosts=environment.get("EYEBRIGHT_PAGE_HOSTS", ""),
        s3_endpoint=environment.get("EYEBRIGHT_S3_ENDPOINT", ""),
        sns_endpoint=environment.get("EYEBRIGHT_SNS_ENDPOINT", ""),
        sqs_endpoint=environment.get("EYEBRIGHT_SQS_ENDPOINT", ""),
        webhooks=environment.get("EYEBRIGHT_WEBHOOKS", ""),
        streams=environment.get("EYEBRIGHT_STREAMS", ""),
        kinesis_endpoint=environment.get("EYEBRIGHT_KINESIS_ENDPOINT", ""),
        stream_every=environment.get("EYEBRIGHT_STREAM_EVERY") or defaults.stream_every,
        stream_workers=_whole(
            environment, "EYEBRIGHT_STREAM_WORKERS", defaults.stream_workers, low=0, high=256
        ),
        workers=_whole(environment, "EYEBRIGHT_WORKERS", defaults.workers, low=0, high=64),
        job_hours=environment.get("EYEBRIGHT_JOB_HOURS", ""),
        stream_processors=_whole(
            environment,
            "EYEBRIGHT_STREAM_PROCESSORS",
            defaults.stream_processors,
            low=0,
            high=100_000,
        ),
        provider=_one_of(environment, "EYEBRIGHT_PROVIDER", _PROVIDERS),
        slots=_whole(environment, "EYEBRIGHT_SLOTS", defaults.slots, low=0, high=1024),
        label_pack=label_pack,
        label_names=_label_names(environment, label_pack),
        text_languages=environment.get("EYEBRIGHT_TEXT_LANGUAGES", ""),
        clock_skew_seconds=_whole(
            environment,
            "EYEBRIGHT_CLOCK_SKEW_SECONDS",
            defaults.clock_skew_seconds,
            low=1,
            high=86400,
        ),
    )


def public_address(address: str) -> str:
    """An address as logs and messages may have it: without the passwords and tokens in it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "(an address that is none)"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _one_of(environment: Mapping[str, str], variable: str, choices: tuple[T, T]) -> T:
    """The first is the default."""
    text = environment.get(variable) or choices[0]
    for choice in choices:
        if text == choice:
            return choice
    raise ConfigurationError(f"{variable} is {text!r}; use {choices[0]!r} or {choices[1]!r}.")


def _label_names(environment: Mapping[str, str], label_pack: LabelPack) -> Path | None:
    text = environment.get("EYEBRIGHT_LABEL_NAMES")
    if not text:
        return None
    if label_pack != "labels-extended":
        raise ConfigurationError(
            "EYEBRIGHT_LABEL_NAMES needs EYEBRIGHT_LABEL_PACK=labels-extended: "
            "the pack 'labels' cannot see names of your own."
        )
    return Path(text).expanduser().absolute()


def _addresses(texts: str, variable: str, *, form: str) -> dict[str, str]:
    addresses = {}
    for text in texts.split():
        name, equals, address = text.partition("=")
        if not (name and equals and address):
            raise ConfigurationError(f"{variable} has {text!r}, which is not of the form {form}.")
        addresses[name] = address
    return addresses


def _hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = math.nan
    if not 0 <= hours < 1_000_000:
        raise ConfigurationError(
            f"EYEBRIGHT_JOB_HOURS has {text!r}; use hours such as 24, or 24 ACCOUNT=2."
        )
    return hours


def _whole(
    environment: Mapping[str, str], variable: str, default: int, *, low: int, high: int
) -> int:
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
