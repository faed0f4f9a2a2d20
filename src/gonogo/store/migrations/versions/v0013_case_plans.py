"""Plans of use cases, and what was forecast from them."""

from alembic import op
from sqlalchemy import Column, Float, ForeignKey, Integer, String, Text

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "case_plans",
        Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("name", Text, nullable=False),
        Column("text", Text, nullable=False),
        Column("goal", String(64), nullable=True),
        Column("deadline", String(10), nullable=True),
        Column("saved_at", String(24), nullable=False),
        Column("saved_by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "plan_forecasts",
        Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("plan", Integer, nullable=False),
        Column("goal", String(64), nullable=True),
        Column("deadline", String(10), nullable=True),
        Column("p10", String(10), nullable=True),
        Column("p50", String(10), nullable=True),
        Column("p80", String(10), nullable=True),
        Column("p90", String(10), nullable=True),
        Column("on_time", Float, nullable=True),
        Column("made_at", String(24), nullable=False),
        Column("made_by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
