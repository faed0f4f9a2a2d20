"""Since which entry a use case states what its decisions are worth."""

import json

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, text

revision = "0007"
down_revision = "0006"

POSITION = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Add the column, and read from the ledger what it holds for use cases there are."""
    op.add_column("cases", Column("stated", POSITION, nullable=True))
    connection = op.get_bind()
    said = connection.execute(
        text(
            "SELECT position, subject, kind, body FROM ledger"
            " WHERE kind IN ('case', 'case-edited') ORDER BY position"
        )
    )
    stated: dict[str, int | None] = {}
    for position, subject, kind, body in said:
        told = json.loads(body)
        slug = subject.removeprefix("case:")
        if kind == "case":
            stated[slug] = position if told.get("value") else None
        elif "value" in told["changes"]:
            stated[slug] = position if told["changes"]["value"]["after"] else None
    for slug, at in stated.items():
        connection.execute(
            text("UPDATE cases SET stated = :at WHERE slug = :slug"), {"at": at, "slug": slug}
        )
