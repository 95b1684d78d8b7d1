"""All tables as they are today. How they came to be is in `migrations`; a test holds them equal.

Numbers (`*_no`) are the database's own and never used twice; ids (`*_id`) are the callers' words.
Times are whole milliseconds since 1970, UTC. `sealed` columns are AES-256-GCM boxes made by
governance: nonce, ciphertext, tag.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

metadata = MetaData()

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column that says INTEGER."""

revisions = Table(
    "revisions",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""Counters that tell other processes that something changed: "accounts" (their keys), "departures"
(of collections), "removals" (of anything) and "compacted" (the removals a compaction has seen)."""

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", String(12), primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("condemned_at", BigInteger),
)
"""generation rises when keys are rotated, which ends sessions issued before. condemned_at: the
account is deleted and what is left of it is being removed."""

access_keys = Table(
    "access_keys",
    metadata,
    Column("access_key_no", _NUMBER, primary_key=True),
    Column("access_key_id", String(20), nullable=False, unique=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False, index=True),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

request_tokens = Table(
    "request_tokens",
    metadata,
    Column("account_id", ForeignKey("accounts.account_id"), primary_key=True),
    Column("region", String, primary_key=True),
    Column("operation", String, primary_key=True),
    Column("token", String, primary_key=True),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("sealed_outcome", LargeBinary, nullable=False),
)
"""What was answered to a ClientRequestToken, and the digest of what was asked."""

collections = Table(
    "collections",
    metadata,
    Column("collection_no", _NUMBER, primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("region", String, nullable=False),
    Column("collection_id", String, nullable=False),
    Column("key_id", String(32), nullable=False),
    Column("space_name", String, nullable=False),
    Column("space_dimension", Integer, nullable=False),
    Column("space_digest", String, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("face_count", Integer, nullable=False),
    Column("user_count", Integer, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("faces_departed", BigInteger, nullable=False),
    Column("users_departed", BigInteger, nullable=False),
    Column("condemned_at", BigInteger),
    Column("generation", BigInteger, nullable=False, server_default="0"),
    Column("vectors_at", BigInteger, nullable=False, server_default="0"),
    UniqueConstraint("account_id", "region", "collection_id"),
    Index("collections_in_order", "account_id", "region", "collection_no"),
    sqlite_autoincrement=True,
)
"""revision rises with every change of faces or users, *_departed with every deletion, so that an
index in any process knows what it missed. A condemned collection has lost its id and its key.
generation: which of a face's vectors is of the collection's space. vectors_at: the revision at
which all vectors were last exchanged for those of another generation."""

users = Table(
    "users",
    metadata,
    Column("user_no", _NUMBER, primary_key=True),
    Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
    Column("user_id", String, nullable=False),
    Column("face_count", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    UniqueConstraint("collection_no", "user_id"),
    Index("users_by_revision", "collection_no", "revision"),
    sqlite_autoincrement=True,
)
"""revision: the collection's when the user's faces, or what is known of the user, last changed."""

faces = Table(
    "faces",
    metadata,
    Column("face_no", _NUMBER, primary_key=True),
    Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
    Column("face_id", String(36), nullable=False),
    Column("image_id", String(36), nullable=False),
    Column("external_image_id", String),
    Column("user_no", ForeignKey("users.user_no"), index=True),
    Column("left_px", Float, nullable=False),
    Column("top_px", Float, nullable=False),
    Column("right_px", Float, nullable=False),
    Column("bottom_px", Float, nullable=False),
    Column("image_width", Integer, nullable=False),
    Column("image_height", Integer, nullable=False),
    Column("score", Float, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    UniqueConstraint("collection_no", "face_id"),
    Index("faces_in_order", "collection_no", "face_no"),
    Index("faces_by_revision", "collection_no", "revision", "face_no"),
    Index("faces_by_image", "collection_no", "image_id"),
    Index(
        "faces_of_nobody",
        "collection_no",
        "face_no",
        sqlite_where=text("user_no IS NULL"),
        postgresql_where=text("user_no IS NULL"),
    ),
    sqlite_autoincrement=True,
)
"""revision: the collection's when the face's vector was last written."""

face_vectors = Table(
    "face_vectors",
    metadata,
    Column(
        "face_no",
        ForeignKey("faces.face_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("generation", BigInteger, primary_key=True, autoincrement=False, server_default="0"),
    Column("sealed", LargeBinary, nullable=False),
)
"""Apart from `faces`, so that lists of faces do not read over vectors. generation: a face has
vectors of two while its collection moves from one embedding space to another."""

vector_migrations = Table(
    "vector_migrations",
    metadata,
    Column("migration_no", _NUMBER, primary_key=True),
    Column(
        "collection_no",
        ForeignKey("collections.collection_no", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    Column("state", String, nullable=False),
    Column("from_name", String, nullable=False),
    Column("from_dimension", Integer, nullable=False),
    Column("from_digest", String, nullable=False),
    Column("from_generation", BigInteger, nullable=False),
    Column("to_name", String, nullable=False),
    Column("to_dimension", Integer, nullable=False),
    Column("to_digest", String, nullable=False),
    Column("to_generation", BigInteger, nullable=False),
    Column("from_proxy", Integer, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("switched_at", BigInteger),
    Column("kept_until", BigInteger),
    Column("worker", String),
    Column("lease_until", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
"""Collections that have vectors of two embedding spaces. state: "running" while the new ones are
beside, "switched" while the old ones are, "ending" while those beside are being erased. from_proxy:
faces that were seen again in a small picture only. worker, lease_until: as in `assets`."""

face_gaps = Table(
    "face_gaps",
    metadata,
    Column(
        "face_no",
        ForeignKey("faces.face_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("generation", BigInteger, primary_key=True, autoincrement=False),
    Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
    Column("reason", String, nullable=False),
    Index("gaps_of_collection", "collection_no", "generation", "face_no"),
)
"""Faces that have no vector of a generation, and why: they keep all that is said of them, but no
search finds them."""

celebrities = Table(
    "celebrities",
    metadata,
    Column(
        "user_no",
        ForeignKey("users.user_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("region", String, nullable=False),
    Column("celebrity_id", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("account_id", "region", "celebrity_id"),
    Index("celebrities_in_order", "account_id", "region", "user_no"),
    Index("celebrities_of_gallery", "collection_no", "user_no"),
)
"""What makes a user of a collection a celebrity, and the collection a gallery. sealed: name, URLs
and gender, under the collection's key. Goes with its user."""

jobs = Table(
    "jobs",
    metadata,
    Column("job_no", _NUMBER, primary_key=True),
    Column("job_id", String(64), nullable=False, unique=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("region", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("message", String, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger, index=True),
    Column("not_before", BigInteger, nullable=False),
    Column("deadline_at", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("claim_no", Integer, nullable=False),
    Column("worker", String),
    Column("lease_until", BigInteger, nullable=False),
    Column("cancel_asked", Boolean, nullable=False),
    Column("result_count", Integer, nullable=False),
    Column("sealed_request", LargeBinary, nullable=False),
    Column("sealed_checkpoint", LargeBinary),
    Column("sealed_summary", LargeBinary),
    Column("position_ms", BigInteger),
    Column("length_ms", BigInteger),
    Index("jobs_to_do", "state", "kind", "job_no"),
    Index("jobs_of_account", "account_id", "region", "state"),
    Index("jobs_in_order", "account_id", "job_no"),
    sqlite_autoincrement=True,
)
"""claim_no rises with every claim; only the newest claim may write. lease_until: when a silent
worker has lost the job. position_ms, length_ms: how far the work is in its video."""

job_results = Table(
    "job_results",
    metadata,
    Column(
        "job_no",
        ForeignKey("jobs.job_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("rank", Integer),
    Column("sealed", LargeBinary, nullable=False),
    Index("results_by_rank", "job_no", "rank"),
)
"""rank: place in another order than that of time, once the job is done; from 0."""

stream_processors = Table(
    "stream_processors",
    metadata,
    Column("processor_no", _NUMBER, primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("region", String, nullable=False),
    Column("name", String, nullable=False),
    Column("state", String, nullable=False),
    Column("message", String, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("claim_no", Integer, nullable=False),
    Column("worker", String),
    Column("lease_until", BigInteger, nullable=False),
    Column("sealed_plan", LargeBinary, nullable=False),
    Column("sealed_session", LargeBinary),
    UniqueConstraint("account_id", "region", "name"),
    Index("streams_to_run", "state", "lease_until"),
    sqlite_autoincrement=True,
)
"""sealed_plan: what is looked for where. sealed_session: the run that is on, or was the last.
claim_no and lease_until as in `jobs`."""

notices = Table(
    "notices",
    metadata,
    Column("notice_no", _NUMBER, primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False, index=True),
    Column("next_at", BigInteger, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
"""Messages that must go out. A row goes when its message is delivered or given up."""

tags = Table(
    "tags",
    metadata,
    Column("account_id", ForeignKey("accounts.account_id"), primary_key=True),
    Column("region", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("resource", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)

libraries = Table(
    "libraries",
    metadata,
    Column("library_no", _NUMBER, primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("region", String, nullable=False),
    Column("name", String, nullable=False),
    Column("collection_id", String, nullable=False),
    Column("key_id", String(32), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("condemned_at", BigInteger),
    Column("faces", String, nullable=False, server_default="always"),
    UniqueConstraint("account_id", "region", "name"),
    sqlite_autoincrement=True,
)
"""A library owns one collection, of the id that stands here. revision rises with every change of
its assets. key_id: the key that seals what stages found and the files kept of it. faces: when they
are looked for, "always" or "asked"."""

library_sources = Table(
    "library_sources",
    metadata,
    Column("source_no", _NUMBER, primary_key=True),
    Column("library_no", ForeignKey("libraries.library_no"), nullable=False),
    Column("source_id", String(36), nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("location", String, nullable=False),
    Column("is_watched", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("scanned_at", BigInteger),
    Column("message", String, nullable=False),
    Column("queue", String),
    Column("token_sha256", String(64)),
    UniqueConstraint("library_no", "kind", "location"),
    sqlite_autoincrement=True,
)
"""Where assets come from. kind: "folder", "bucket" or "upload". location: a folder, or
BUCKET/PREFIX. message: what went wrong the last time, or empty. queue: address of the queue that
tells of a bucket's changes. token_sha256: of the secret that its webhook is called with."""

assets = Table(
    "assets",
    metadata,
    Column("asset_no", _NUMBER, primary_key=True),
    Column("library_no", ForeignKey("libraries.library_no"), nullable=False),
    Column("asset_id", String(36), nullable=False, unique=True),
    Column("content_sha256", String(64), nullable=False),
    Column("media", String, nullable=False),
    Column("byte_count", BigInteger, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("duration_ms", BigInteger),
    Column("taken_at", BigInteger),
    Column("picture_hash", BigInteger),
    Column("quality", Float),
    Column("created_at", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("not_before", BigInteger, nullable=False),
    Column("worker", String),
    Column("claim_no", Integer, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
    Column("faces_asked_at", BigInteger),
    UniqueConstraint("library_no", "content_sha256"),
    Index("assets_to_do", "state", "library_no", "asset_no"),
    Index("assets_newest_to_do", "state", "asset_no"),
    Index("assets_by_revision", "library_no", "revision", "asset_no"),
    Index("assets_in_order", "library_no", "asset_no"),
    sqlite_autoincrement=True,
)
"""One content, wherever it lies. taken_at: when the picture was taken, by its own word. width,
height: pixels, upright; 0 until decoded. picture_hash: 64 bits that near-duplicates nearly share.
quality: 0-1, how good a picture it is. state: "waiting" for stages, "ready", or "failed". revision:
the library's when what is published of the asset last changed. claim_no, lease_until as in
`jobs`. faces_asked_at: since when faces may be looked for in a library that waits to be asked."""

places = Table(
    "places",
    metadata,
    Column("place_no", _NUMBER, primary_key=True),
    Column("library_no", ForeignKey("libraries.library_no"), nullable=False),
    Column("source_no", ForeignKey("library_sources.source_no"), nullable=False),
    Column("path", LargeBinary, nullable=False),
    Column("shown_path", String, nullable=False),
    Column("byte_count", BigInteger, nullable=False),
    Column("version", String, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("asset_no", ForeignKey("assets.asset_no", ondelete="SET NULL"), index=True),
    Column("state", String, nullable=False),
    Column("message", String, nullable=False),
    UniqueConstraint("source_no", "path"),
    Index("places_by_state", "library_no", "state", "place_no"),
    Index("places_by_version", "source_no", "version"),
    sqlite_autoincrement=True,
)
"""Where a content was seen. path: the name as the source has it, bytes; shown_path: for people.
version: what changes when the content does. state: "new", "kept", or why there is no asset:
"unsupported", "unreadable"."""

stage_runs = Table(
    "stage_runs",
    metadata,
    Column(
        "asset_no",
        ForeignKey("assets.asset_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("stage", String, primary_key=True),
    Column("version", String, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("message", String, nullable=False),
    Column("ended_at", BigInteger, nullable=False),
    Column("took_ms", Integer, nullable=False),
    Column("sealed", LargeBinary),
    Index("stage_runs_by_state", "stage", "state"),
)
"""The last run of each stage over an asset. version: of the code and the models that ran. state:
"done", "failed", or "lacking" a pack. sealed: what it found, under the library's key."""

asset_vectors = Table(
    "asset_vectors",
    metadata,
    Column(
        "asset_no",
        ForeignKey("assets.asset_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("library_no", ForeignKey("libraries.library_no"), nullable=False),
    Column("space", String, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("asset_vectors_by_revision", "library_no", "revision", "asset_no"),
)
"""What "find similar" compares. space: of the model that made it; only equal ones are compared."""

asset_departures = Table(
    "asset_departures",
    metadata,
    Column("asset_no", BigInteger, primary_key=True, autoincrement=False),
    Column("library_no", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Index("departures_by_revision", "library_no", "revision"),
)
"""Numbers of assets that are gone, so that indexes of other processes let go of them, too."""

persons = Table(
    "persons",
    metadata,
    Column(
        "user_no",
        ForeignKey("users.user_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name_digest", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("persons_of_collection", "collection_no", "user_no"),
    Index("persons_by_name", "collection_no", "name_digest"),
)
"""What makes a user of a library's collection a person with a name. sealed: name, role and the
rest, under the collection's key. name_digest: keyed, of name and role, so that the same person is
found without opening all. version rises with every change, so that a stale tab changes nothing."""

usage = Table(
    "usage",
    metadata,
    Column("account_id", ForeignKey("accounts.account_id"), primary_key=True),
    Column("region", String, primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("operation", String, primary_key=True),
    Column("calls", BigInteger, nullable=False),
    Column("failures", BigInteger, nullable=False),
    Column("units", BigInteger, nullable=False),
)
"""Calls of each operation on each day (YYYY-MM-DD, UTC). units: images, or seconds of video."""

face_groups = Table(
    "face_groups",
    metadata,
    Column("group_no", _NUMBER, primary_key=True),
    Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
    Column("face_count", Integer, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("sealed_mean", LargeBinary),
    Column("merged_into", BigInteger),
    Index("groups_by_revision", "collection_no", "revision"),
    Index("groups_by_size", "collection_no", "face_count"),
    sqlite_autoincrement=True,
)
"""Faces that are taken for one person whom nobody named. sealed_mean: the mean of their vectors,
under the collection's key; NULL when it must be made anew. revision: the collection's when it
changed. A group that is empty, or was merged into another (merged_into), stays with no faces."""

face_states = Table(
    "face_states",
    metadata,
    Column(
        "face_no",
        ForeignKey("faces.face_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
    Column("group_no", ForeignKey("face_groups.group_no", ondelete="SET NULL"), index=True),
    Column("quality", Float, nullable=False),
    Column("verdict", String, nullable=False),
    Index("face_states_by_verdict", "collection_no", "verdict"),
)
"""Faces of libraries as people see them. group_no: of faces that are nobody's. quality: 0-1.
verdict: "open", "ignored", "not a face" or "undecided"."""

face_rejections = Table(
    "face_rejections",
    metadata,
    Column(
        "face_no",
        ForeignKey("faces.face_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column(
        "user_no",
        ForeignKey("users.user_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Index("rejections_of_user", "user_no"),
)
"""This face is not this user, somebody said; remembered as long as both are there."""


group_refusals = Table(
    "group_refusals",
    metadata,
    Column(
        "face_no",
        ForeignKey("faces.face_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column(
        "group_no",
        ForeignKey("face_groups.group_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Index("refusals_of_group", "group_no"),
)
"""This face is not who that group is, somebody said by splitting it off."""

people_events = Table(
    "people_events",
    metadata,
    Column("event_no", _NUMBER, primary_key=True),
    Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("face_count", Integer, nullable=False),
    Column("undone_at", BigInteger),
    Column("is_redoable", Boolean, nullable=False),
    Column("sealed", LargeBinary),
    Index("events_in_order", "collection_no", "event_no"),
    Index("events_of_actor", "collection_no", "actor", "event_no"),
    sqlite_autoincrement=True,
)
"""What was decided about people. sealed: the exact change, under the collection's key; NULL once
somebody whose name is in it was forgotten. undone_at: NULL while it holds.
is_redoable: it was undone, and its actor did nothing else since."""

people_of_events = Table(
    "people_of_events",
    metadata,
    Column(
        "event_no",
        ForeignKey("people_events.event_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("user_id", String, primary_key=True),
    Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
    Index("events_of_person", "collection_no", "user_id"),
)
"""Who is named in the sealed change of an event, so that forgetting finds all of them."""

drawn_tags = Table(
    "drawn_tags",
    metadata,
    Column("tag_no", _NUMBER, primary_key=True),
    Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
    Column("tag_id", String(36), nullable=False),
    Column("image_id", String(36), nullable=False),
    Column("external_image_id", String),
    Column("user_no", ForeignKey("users.user_no", ondelete="SET NULL"), index=True),
    Column("left_px", Float, nullable=False),
    Column("top_px", Float, nullable=False),
    Column("right_px", Float, nullable=False),
    Column("bottom_px", Float, nullable=False),
    Column("image_width", Integer, nullable=False),
    Column("image_height", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("collection_no", "tag_id"),
    Index("tags_of_image", "collection_no", "image_id"),
    sqlite_autoincrement=True,
)
"""Boxes that a person drew where no face was seen: no faces, so that no search and no list of
faces has them. user_no: NULL for a tag that was taken back."""


recognition_runs = Table(
    "recognition_runs",
    metadata,
    Column("run_no", _NUMBER, primary_key=True),
    Column("run_id", String(36), nullable=False, unique=True),
    Column(
        "library_no",
        ForeignKey("libraries.library_no", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("already", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("cancelled_at", BigInteger),
    Index("recognition_in_order", "library_no", "run_no"),
    sqlite_autoincrement=True,
)
"""Somebody asked for the faces of some assets. already: of those that were named, how many had been
looked through before; they are no part of the run."""

recognition_assets = Table(
    "recognition_assets",
    metadata,
    Column(
        "run_no",
        ForeignKey("recognition_runs.run_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column(
        "asset_no",
        ForeignKey("assets.asset_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("state", String, nullable=False),
    Column("face_count", Integer, nullable=False),
    Column("ended_at", BigInteger),
    Index("recognition_of_asset", "asset_no"),
    Index("recognition_by_state", "run_no", "state", "face_count"),
    Index("recognition_by_end", "run_no", "ended_at", "face_count"),
)
"""What a run is to look through. state: "waiting", "done", "failed" or "cancelled". face_count: of
the faces that were found and kept."""


def milliseconds(moment: datetime) -> int:
    """A moment as the tables keep it."""
    return int(moment.timestamp() * 1000)


def moment_of(milliseconds_utc: int) -> datetime:
    """The moment that the tables keep as this number, UTC."""
    return datetime.fromtimestamp(milliseconds_utc / 1000, UTC)
