"""Releases, what is live, every route there was, and the route tables that were published."""

from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"

DOCUMENT = JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables; tokens for the gateway bear a digest that it can compare by itself."""
    op.add_column("tokens", Column("gateway_digest", String(64), nullable=True))
    _releases()
    _routes()
    op.create_table(
        "served_versions",
        Column("key", String(200), primary_key=True),
        Column("served", DOCUMENT, nullable=False),
        Column("threshold", Float, nullable=False),
    )
    op.create_table(
        "release_watches",
        Column("case", String(64), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("round", Integer, primary_key=True, autoincrement=False),
        Column("mark", DOCUMENT, nullable=False),
        Column("state", DOCUMENT, nullable=False),
        Column("at", String(24), nullable=False),
        ForeignKeyConstraint(["case", "number"], ["releases.case", "releases.number"]),
    )
    op.create_table(
        "snapshots",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("at", String(24), nullable=False),
        Column("digest", String(64), nullable=False),
        Column("text", Text, nullable=True),
    )


def _releases() -> None:
    op.create_table(
        "releases",
        Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("version", String(255), nullable=False, index=True),
        Column("before", String(255), nullable=True),
        Column("strategy", String(20), nullable=False),
        Column("plan", DOCUMENT, nullable=False),
        Column("policy", String(160), nullable=False),
        Column("policy_entry", String(64), ForeignKey("ledger.digest"), nullable=False),
        Column("started_at", String(24), nullable=False),
        Column("started_by", String(255), nullable=False),
        Column("state", String(20), nullable=False, index=True),
        Column("step", Integer, nullable=False),
        Column("step_at", String(24), nullable=False),
        Column("round", Integer, nullable=False),
        Column("reason", Text, nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )


def _routes() -> None:
    op.create_table(
        "live_routes",
        Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
        Column("version", String(255), nullable=True),
        Column("killed", Boolean, nullable=False),
        Column("settings", DOCUMENT, nullable=False),
        Column("release", String(80), nullable=True),
        Column("decision", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "route_history",
        Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("at", String(24), nullable=False),
        Column("release", String(80), nullable=True),
        Column("decision", String(64), ForeignKey("ledger.digest"), nullable=False),
        Column("standings", DOCUMENT, nullable=False),
        Index("ix_route_history_case_at", "case", "at"),
    )
