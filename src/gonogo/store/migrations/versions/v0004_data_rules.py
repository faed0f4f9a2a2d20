"""Rules of datasets: every wording that was proposed, and what became of it."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Index, Integer, String, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "data_rules",
        Column("dataset", String(64), ForeignKey("datasets.name"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("digest", String(64), nullable=False),
        Column("text", Text, nullable=False),
        Column("proposed_at", String(24), nullable=False),
        Column("proposed_by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
        Column("state", String(20), nullable=False),
        Column("place", Integer, nullable=True),
        Column("reason", Text, nullable=True),
        Column("settled_at", String(24), nullable=True),
        Column("settled_by", String(255), nullable=True),
        Column("settled_entry", String(64), ForeignKey("ledger.digest"), nullable=True),
        Index("uq_data_rules_dataset_place", "dataset", "place", unique=True),
    )
