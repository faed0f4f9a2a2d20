"""Boards of work: columns, cards, blockers, goals of weeks, pivots, forecasts by throughput."""

from typing import Any

from alembic import op
from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB

revision = "0020"
down_revision = "0019"

DOCUMENT = JSON().with_variant(JSONB(), "postgresql")


def _numbered() -> tuple[Column[Any], Column[Any]]:
    return (
        Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
    )


def _entry() -> Column[Any]:
    return Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "boards",
        Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
        Column("columns", DOCUMENT, nullable=False),
        _entry(),
    )
    op.create_table(
        "board_cards",
        *_numbered(),
        Column("title", String(200), nullable=False),
        Column("step", String(64), nullable=True),
        Column("role", String(64), nullable=True),
        Column("size", Float, nullable=True),
        Column("column", String(64), nullable=False),
        Column("since", String(24), nullable=False),
        Column("added_at", String(24), nullable=False),
        Column("added_by", String(255), nullable=False),
        Column("begun_at", String(24), nullable=True),
        Column("done_at", String(24), nullable=True),
        Column("dropped", Text, nullable=False),
        Column("source", String(64), nullable=False),
        _entry(),
    )
    op.create_table(
        "board_blockers",
        *_numbered(),
        Column("card", Integer, nullable=False),
        Column("reason", Text, nullable=False),
        Column("owner_role", String(40), nullable=False),
        Column("raised_at", String(24), nullable=False),
        Column("raised_by", String(255), nullable=False),
        _entry(),
        Column("cleared_at", String(24), nullable=True),
        Column("how", Text, nullable=False),
    )
    op.create_table(
        "board_goals",
        *_numbered(),
        Column("week", String(10), nullable=False),
        Column("text", Text, nullable=False),
        Column("cards", DOCUMENT, nullable=False),
        Column("set_at", String(24), nullable=False),
        Column("set_by", String(255), nullable=False),
        _entry(),
        Index("ix_board_goals_case_week", "case", "week"),
    )
    op.create_table(
        "board_pivots",
        *_numbered(),
        Column("left", String(64), nullable=False),
        Column("to", String(64), nullable=False),
        Column("rationale", Text, nullable=False),
        Column("cites", DOCUMENT, nullable=False),
        Column("dropped", DOCUMENT, nullable=False),
        Column("at", String(24), nullable=False),
        Column("by", String(255), nullable=False),
        _entry(),
    )
    op.create_table(
        "board_forecasts",
        *_numbered(),
        Column("step", String(64), nullable=True),
        Column("cards", Integer, nullable=False),
        Column("weeks", Integer, nullable=False),
        Column("p50", String(10), nullable=True),
        Column("p80", String(10), nullable=True),
        Column("p90", String(10), nullable=True),
        Column("network_p80", String(10), nullable=True),
        Column("made_at", String(24), nullable=False),
        Column("made_by", String(255), nullable=False),
        _entry(),
    )
