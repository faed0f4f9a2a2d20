"""Rubrics that use cases are scored by, what assessors say, and what goes into RICE and WSJF."""

from alembic import op
from sqlalchemy import JSON, Column, Float, ForeignKey, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"

DOCUMENT = JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "scoring_rubrics",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("text", Text, nullable=False),
        Column("stated_at", String(24), nullable=False),
        Column("stated_by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "case_opinions",
        Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
        Column("role", String(40), primary_key=True),
        Column("criterion", String(64), primary_key=True),
        Column("low", Float, nullable=False),
        Column("likely", Float, nullable=False),
        Column("high", Float, nullable=False),
        Column("reason", Text, nullable=False),
        Column("evidence", DOCUMENT, nullable=False),
        Column("wording", String(12), nullable=False),
        Column("said_at", String(24), nullable=False),
        Column("said_by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "priority_inputs",
        Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
        Column("stated", DOCUMENT, nullable=False),
        Column("stated_at", String(24), nullable=False),
        Column("stated_by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
