"""How far a job is in its video, and the jobs of an account in the order they were asked for."""

from __future__ import annotations

from sqlalchemy import Connection, text


def upgrade(connection: Connection) -> None:
    """Add the columns and the index."""
    connection.execute(text("ALTER TABLE jobs ADD COLUMN position_ms BIGINT"))
    connection.execute(text("ALTER TABLE jobs ADD COLUMN length_ms BIGINT"))
    connection.execute(text("CREATE INDEX jobs_in_order ON jobs (account_id, job_no)"))
