"""The ETag of an answer that is given again under its idempotency key."""

from alembic import op
from sqlalchemy import Column, String

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; what was answered before bears none."""
    op.add_column("idempotent_answers", Column("etag", String(70), nullable=True))
