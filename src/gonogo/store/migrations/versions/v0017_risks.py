"""The register of risks."""

from typing import Any

from alembic import op
from sqlalchemy import JSON, Boolean, Column, ForeignKey, String, Text
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"

DOCUMENT = JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "risks",
        Column("key", String(64), primary_key=True),
        Column("case", String(64), ForeignKey("cases.slug"), nullable=True, index=True),
        Column("state", String(20), nullable=False, index=True),
        Column("said", DOCUMENT, nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
        *_said("noted", optional=False),
        *_said("reviewed"),
        *_said("accepted"),
        *_said("ended"),
        Column("occurred", Boolean, nullable=False),
        Column("shown_by", String(64), ForeignKey("ledger.digest"), nullable=True),
    )


def _said(name: str, *, optional: bool = True) -> list[Column[Any]]:
    """Who said something, when, in which words and in which entry."""
    return [
        Column(f"{name}_by", String(255), nullable=optional),
        Column(f"{name}_at", String(24), nullable=optional),
        Column(f"{name}_words", Text, nullable=optional),
        Column(f"{name}_entry", String(64), ForeignKey("ledger.digest"), nullable=optional),
    ]
