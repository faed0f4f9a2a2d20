"""Bringing a database to the present schema."""

from sqlalchemy import Engine

from gonogo.store.schema import metadata


def upgrade(engine: Engine) -> None:
    """Create or migrate all tables."""
    metadata.create_all(engine)
