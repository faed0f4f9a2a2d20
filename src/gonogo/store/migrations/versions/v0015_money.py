"""Budgets and what was paid; prices of machines, quotas, and what runs ran on."""

from alembic import op
from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Text

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the tables, and add what a run says of its machine."""
    op.create_table(
        "budgets",
        Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("text", Text, nullable=False),
        Column("stated_at", String(24), nullable=False),
        Column("stated_by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "budget_actuals",
        Column("reference", String(200), primary_key=True),
        Column("revision", Integer, primary_key=True, autoincrement=False),
        Column("stands", Boolean, nullable=False),
        Column("case", String(64), ForeignKey("cases.slug"), nullable=False),
        Column("day", String(10), nullable=False),
        Column("category", String(20), nullable=False),
        Column("amount", Float, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("note", Text, nullable=False),
        Column("imported_at", String(24), nullable=False),
        Column("imported_by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
        Index("ix_budget_actuals_case_stands_day", "case", "stands", "day"),
    )
    op.create_table(
        "compute_prices",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("text", Text, nullable=False),
        Column("stated_at", String(24), nullable=False),
        Column("stated_by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "compute_quotas",
        Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
        Column("what", String(20), primary_key=True),
        Column("per", String(20), primary_key=True),
        Column("limit", Float, nullable=False),
        Column("warn", Float, nullable=False),
        Column("stated_at", String(24), nullable=False),
        Column("stated_by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.add_column("runs", Column("machine", String(100), nullable=True))
    op.add_column("runs", Column("parent", String(100), nullable=True))
    op.add_column("runs", Column("watt_hours", Float, nullable=True))
