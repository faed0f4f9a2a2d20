"""Incidents of production, and how far the files that tell of them were read."""

from alembic import op
from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"

DOCUMENT = JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "incidents",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("case", String(64), ForeignKey("cases.slug"), nullable=True),
        Column("about", String(255), nullable=False),
        Column("arm", String(255), nullable=False),
        Column("version", String(255), nullable=True),
        Column("why", String(64), nullable=False),
        Column("detail", Text, nullable=False),
        Column("times", Integer, nullable=False),
        Column("first_at", String(24), nullable=False),
        Column("last_at", String(24), nullable=False),
        Column("snapshot", Integer, nullable=False),
        Column("state", String(20), nullable=False, index=True),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
        Column("acknowledged_by", String(255), nullable=True),
        Column("acknowledged_at", String(24), nullable=True),
        Column("acknowledged_note", Text, nullable=True),
        Column("acknowledged_entry", String(64), ForeignKey("ledger.digest"), nullable=True),
        Column("resolved_by", String(255), nullable=True),
        Column("resolved_at", String(24), nullable=True),
        Column("resolved_note", Text, nullable=True),
        Column("resolved_entry", String(64), ForeignKey("ledger.digest"), nullable=True),
        Column("evidence", String(64), ForeignKey("ledger.digest"), nullable=True),
        Index("ix_incidents_case_number", "case", "number"),
    )
    op.create_table(
        "incident_files",
        Column("name", String(40), primary_key=True),
        Column("mark", DOCUMENT, nullable=False),
    )
