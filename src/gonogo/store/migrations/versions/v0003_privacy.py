"""Privacy budgets of datasets, and the private statistics that were paid from them."""

from alembic import op
from sqlalchemy import JSON, Column, Float, ForeignKey, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"

DOCUMENT = JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "privacy_budgets",
        Column("dataset", String(64), ForeignKey("datasets.name"), primary_key=True),
        Column("epsilon", Float, nullable=False),
        Column("delta", Float, nullable=False),
        Column("rows_per_person", Integer, nullable=False),
        Column("rationale", Text, nullable=False),
        Column("set_at", String(24), nullable=False),
        Column("set_by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "private_releases",
        Column("key", String(64), primary_key=True),
        Column("dataset", String(64), ForeignKey("datasets.name"), nullable=False, index=True),
        Column("subject", String(255), ForeignKey("dataset_versions.subject"), nullable=False),
        Column("number", Integer, nullable=False),
        Column("epsilon", Float, nullable=False),
        Column("query", DOCUMENT, nullable=False),
        Column("answer", DOCUMENT, nullable=False),
        Column("at", String(24), nullable=False),
        Column("by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
