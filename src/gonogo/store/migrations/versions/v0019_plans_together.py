"""Scenarios of plans, who there is for all of them, and forecasts of plans together."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, String, Text

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "plan_scenarios",
        Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("text", Text, nullable=False),
        Column("saved_at", String(24), nullable=False),
        Column("saved_by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "plan_staffing",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("name", Text, nullable=False),
        Column("text", Text, nullable=False),
        Column("saved_at", String(24), nullable=False),
        Column("saved_by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "plans_together",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("cases", Text, nullable=False),
        Column("made_at", String(24), nullable=False),
        Column("made_by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
