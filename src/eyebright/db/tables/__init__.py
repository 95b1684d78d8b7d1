"""All tables as they are today. How they came to be is in `migrations`; a test holds them equal.

Numbers (`*_no`) are the database's own and never used twice; ids (`*_id`) are the callers' words.
Times are whole milliseconds since 1970, UTC. `sealed` columns are AES-256-GCM boxes made by
governance: nonce, ciphertext, tag.
"""

from __future__ import annotations

from eyebright.db.tables.accounts import (
    access_keys,
    accounts,
    request_tokens,
    revisions,
    usage,
)
from eyebright.db.tables.base import metadata, milliseconds, moment_of
from eyebright.db.tables.collections import (
    celebrities,
    collections,
    face_gaps,
    face_vectors,
    faces,
    tags,
    users,
    vector_migrations,
)
from eyebright.db.tables.jobs import (
    job_results,
    jobs,
    notices,
    stream_processors,
)
from eyebright.db.tables.library import (
    asset_departures,
    asset_vectors,
    assets,
    libraries,
    library_sources,
    places,
    recognition_assets,
    recognition_runs,
    stage_runs,
)
from eyebright.db.tables.people import (
    drawn_tags,
    face_groups,
    face_rejections,
    face_states,
    group_refusals,
    people_events,
    people_of_events,
    persons,
)

__all__ = [
    "access_keys",
    "accounts",
    "asset_departures",
    "asset_vectors",
    "assets",
    "celebrities",
    "collections",
    "drawn_tags",
    "face_gaps",
    "face_groups",
    "face_rejections",
    "face_states",
    "face_vectors",
    "faces",
    "group_refusals",
    "job_results",
    "jobs",
    "libraries",
    "library_sources",
    "metadata",
    "milliseconds",
    "moment_of",
    "notices",
    "people_events",
    "people_of_events",
    "persons",
    "places",
    "recognition_assets",
    "recognition_runs",
    "request_tokens",
    "revisions",
    "stage_runs",
    "stream_processors",
    "tags",
    "usage",
    "users",
    "vector_migrations",
]
