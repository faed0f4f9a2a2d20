"""What use cases are expected to be worth, as it was stated."""

from alembic import op
from sqlalchemy import Column, ForeignKey, String, Text

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "benefit_models",
        Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
        Column("text", Text, nullable=False),
        Column("stated_at", String(24), nullable=False),
        Column("stated_by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
