"""Technical debt of use cases: what paying it off takes, what it costs, what shows it was paid."""

from alembic import op
from sqlalchemy import Column, Float, ForeignKey, Integer, String, Text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "debts",
        Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("title", String(200), nullable=False),
        Column("principal", Float, nullable=False),
        Column("interest_low", Float, nullable=False),
        Column("interest", Float, nullable=False),
        Column("interest_high", Float, nullable=False),
        Column("owner_role", String(40), nullable=False),
        Column("place", Text, nullable=False),
        Column("noted_at", String(24), nullable=False),
        Column("noted_by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
        Column("reason", Text, nullable=True),
        Column("evidence", String(64), ForeignKey("ledger.digest"), nullable=True),
        Column("settled_at", String(24), nullable=True),
        Column("settled_by", String(255), nullable=True),
        Column("settled_entry", String(64), ForeignKey("ledger.digest"), nullable=True),
    )
