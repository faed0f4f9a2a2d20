"""What a model version is for, and the columns that are read for it."""

from alembic import op
from sqlalchemy import JSON, Column
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"

DOCUMENT = JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add the column; versions without one are classifications."""
    op.add_column("model_versions", Column("task", DOCUMENT, nullable=True))
