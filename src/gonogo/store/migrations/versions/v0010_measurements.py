"""What the server was asked to measure itself, and how far it is."""

from alembic import op
from sqlalchemy import Column, Integer, String, Text

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "measurements",
        Column("id", String(32), primary_key=True),
        Column("subject", String(255), nullable=False),
        Column("digest", String(64), nullable=False),
        Column("asked", Text, nullable=False),
        Column("actor", String(255), nullable=False),
        Column("only", Text, nullable=True),
        Column("within", String(255), nullable=True),
        Column("state", String(12), nullable=False),
        Column("done", Integer, nullable=False),
        Column("total", Integer, nullable=False),
        Column("doing", String(200), nullable=False),
        Column("tries", Integer, nullable=False),
        Column("asked_at", String(24), nullable=False),
        Column("leased_until", String(24), nullable=True),
        Column("ended_at", String(24), nullable=True),
        Column("entries", Text, nullable=True),
        Column("problem", Text, nullable=True),
    )
    for name in ("subject", "digest", "state"):
        op.create_index(f"ix_measurements_{name}", "measurements", [name])
