"""The chance of the deadline beside forecasts by throughput, and that of the plan's network."""

from alembic import op
from sqlalchemy import Column, Float, String

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the columns."""
    for column in (
        Column("deadline", String(10), nullable=True),
        Column("on_time", Float, nullable=True),
        Column("network_on_time", Float, nullable=True),
    ):
        op.add_column("board_forecasts", column)
