"""What an ensemble is made of."""

from alembic import op
from sqlalchemy import JSON, Column
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"

DOCUMENT = JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add the column; versions without it are no ensembles."""
    op.add_column("model_versions", Column("ensemble", DOCUMENT, nullable=True))
