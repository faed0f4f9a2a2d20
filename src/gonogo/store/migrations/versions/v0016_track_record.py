"""What forecasts said and what became of it, and what finished steps took."""

from alembic import op
from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "forecast_claims",
        Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
        Column("what", String(12), primary_key=True),
        Column("name", String(64), primary_key=True),
        Column("forecast", Integer, primary_key=True, autoincrement=False),
        Column("said", Float, nullable=False),
        Column("day", String(10), nullable=True),
        Column("made_at", String(24), nullable=False),
        Column("made", String(64), ForeignKey("ledger.digest"), nullable=False),
        Column("state", String(10), nullable=False),
        Column("happened", Boolean, nullable=True),
        Column("actual", String(10), nullable=True),
        Column("off", Float, nullable=True),
        Column("loss", Float, nullable=True),
        Column("scored_at", String(24), nullable=True),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=True),
        Index("ix_forecast_claims_state_day", "state", "day"),
    )
    op.create_table(
        "finished_steps",
        Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
        Column("step", String(64), primary_key=True),
        Column("estimate", Float, nullable=False),
        Column("took", Float, nullable=False),
        Column("begun", String(10), nullable=False),
        Column("done", String(10), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
