"""Plans of experiments, papers linked to hypotheses, families of them, and full-text search."""

import re
import unicodedata

from alembic import op
from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

DOCUMENT = JSON().with_variant(JSONB(), "postgresql")

SQLITE = """
    CREATE VIRTUAL TABLE search_index USING fts5(
        subject UNINDEXED, title, lesson, more, tokenize = 'porter unicode61')"""
POSTGRESQL = """
    CREATE TABLE search_index (
        position BIGINT CONSTRAINT pk_search_index PRIMARY KEY,
        subject VARCHAR(255) NOT NULL,
        title TEXT NOT NULL,
        lesson TEXT NOT NULL,
        more TEXT NOT NULL,
        vector TSVECTOR GENERATED ALWAYS AS (
            setweight(to_tsvector('english', title), 'A')
            || setweight(to_tsvector('english', lesson), 'B')
            || setweight(to_tsvector('english', more), 'C')) STORED)"""


def upgrade() -> None:
    """Make the tables, and take up what hypotheses already say."""
    with op.batch_alter_table("hypotheses") as hypotheses:
        hypotheses.add_column(Column("family", String(64), nullable=False, server_default=""))
    op.create_table(
        "hypothesis_plans",
        Column("subject", String(255), ForeignKey("hypotheses.subject"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("criterion", Integer, nullable=False),
        Column("kind", String(40), nullable=False),
        Column("asked", DOCUMENT, nullable=False),
        Column("plan", DOCUMENT, nullable=False),
        Column("reason", Text, nullable=False),
        Column("measured", Integer, nullable=False),
        Column("at", String(24), nullable=False),
        Column("by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "papers",
        Column("entry", String(64), ForeignKey("ledger.digest"), primary_key=True),
        Column(
            "hypothesis", String(255), ForeignKey("hypotheses.subject"), nullable=False, index=True
        ),
        Column("key", String(300), nullable=False),
        Column("title", Text, nullable=False),
        Column("authors", Text, nullable=False),
        Column("year", Integer, nullable=True),
        Column("doi", String(255), nullable=True),
        Column("arxiv", String(64), nullable=True),
        Column("note", Text, nullable=False),
        Column("at", String(24), nullable=False),
        Column("by", String(255), nullable=False),
        Index("uq_papers_hypothesis_key", "hypothesis", "key", unique=True),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL)
        op.execute("CREATE INDEX ix_search_index_vector ON search_index USING gin (vector)")
    else:
        op.execute(SQLITE)
    _take_up()


def _take_up() -> None:
    connection = op.get_bind()
    key = "position" if connection.dialect.name == "postgresql" else "rowid"
    rows = connection.execute(
        text(
            "SELECT l.position, h.subject, h.slug, h.statement, h.learned, h.baseline"
            " FROM hypotheses h JOIN ledger l ON l.digest = h.sealed"
        )
    ).fetchall()
    for position, subject, slug, statement, learned, baseline in rows:
        connection.execute(
            text(
                f"INSERT INTO search_index ({key}, subject, title, lesson, more)"  # noqa: S608  # a name of ours
                " VALUES (:at, :subject, :title, :lesson, :more)"
            ),
            {
                "at": position,
                "subject": subject,
                "title": _words(f"{statement} {slug}"),
                "lesson": _words(learned),
                "more": _words(baseline),
            },
        )


def _words(said: str) -> str:
    """As store/search.py compared text when this was written."""
    apart = unicodedata.normalize("NFKD", said.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(word[:64] for word in re.findall(r"[^\W_]+", bare))
