"""The first tables, as they were at the first release; from then on this file stays as it is."""

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

DOCUMENT = JSON().with_variant(JSONB(), "postgresql")
POSITION = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables; keys and indexes are named by the convention in store/schema.py."""
    _store()
    _accounts()
    _claims()
    _models()
    _gates()


def _store() -> None:
    op.create_table(
        "ledger",
        Column("position", POSITION, primary_key=True, autoincrement=False),
        Column("previous", String(64), nullable=False, unique=True),
        Column("digest", String(64), nullable=False, unique=True),
        Column("kind", String(40), nullable=False),
        Column("subject", String(255), nullable=False),
        Column("actor", String(255), nullable=False),
        Column("at", String(24), nullable=False),
        Column("body", Text, nullable=False),
        Index("ix_ledger_kind_position", "kind", "position"),
        Index("ix_ledger_subject_position", "subject", "position"),
    )
    op.create_table(
        "ledger_head",
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("position", POSITION, nullable=False),
        Column("digest", String(64), nullable=False),
    )
    op.create_table(
        "evidence_current",
        Column("subject", String(255), primary_key=True),
        Column("check", String(100), primary_key=True),
        Column("key", String(64), primary_key=True),
        Column("position", POSITION, nullable=False),
    )
    op.create_table(
        "subjects",
        Column("subject", String(255), primary_key=True),
        Column("parent", String(255), nullable=False, index=True),
        Column("title", String(500), nullable=False),
    )
    op.create_table(
        "idempotent_answers",
        Column("actor", String(255), primary_key=True),
        Column("key", String(200), primary_key=True),
        Column("request", String(64), nullable=False),
        Column("status", Integer, nullable=False),
        Column("body", Text, nullable=False),
        Column("at", String(24), nullable=False),
    )
    op.create_table(
        "job_cursors",
        Column("job", String(64), primary_key=True),
        Column("position", POSITION, nullable=False),
    )


def _accounts() -> None:
    op.create_table(
        "users",
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("login", String(64), nullable=False, unique=True),
        Column("title", String(200), nullable=False),
        Column("password_hash", String(255), nullable=True),
        Column("disabled", Boolean, nullable=False),
        Column("created_at", String(24), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "grants",
        Column("user", Integer, ForeignKey("users.id"), primary_key=True),
        Column("role", String(40), primary_key=True),
        Column("on", String(255), primary_key=True),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "tokens",
        Column("id", String(12), primary_key=True),
        Column("user", Integer, ForeignKey("users.id"), nullable=False, index=True),
        Column("name", String(100), nullable=False),
        Column("digest", String(64), nullable=False),
        Column("only", DOCUMENT, nullable=True),
        Column("within", String(255), nullable=True),
        Column("created_at", String(24), nullable=False),
        Column("expires_at", String(24), nullable=False),
        Column("revoked_at", String(24), nullable=True),
        Column("last_used", String(24), nullable=True),
        Column("made_with", String(12), ForeignKey("tokens.id"), nullable=True, index=True),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "sessions",
        Column("digest", String(64), primary_key=True),
        Column("user", Integer, ForeignKey("users.id"), nullable=False, index=True),
        Column("by", String(20), nullable=False),
        Column("created_at", String(24), nullable=False),
        Column("last_used", String(24), nullable=False),
        Column("expires_at", String(24), nullable=False, index=True),
    )
    op.create_table(
        "sign_in_links",
        Column("digest", String(64), primary_key=True),
        Column("user", Integer, ForeignKey("users.id"), nullable=False, index=True),
        Column("expires_at", String(24), nullable=False),
        Column("used_at", String(24), nullable=True),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "sign_in_failures",
        Column("key", String(64), primary_key=True),
        Column("failed", Integer, nullable=False),
        Column("at", String(24), nullable=False, index=True),
    )


def _claims() -> None:
    op.create_table(
        "cases",
        Column("slug", String(64), primary_key=True),
        Column("title", String(200), nullable=False),
        Column("problem", Text, nullable=False),
        Column("risk_tier", String(20), nullable=False),
        Column("risk_reason", Text, nullable=False),
        Column("owner_role", String(40), nullable=False),
        Column("policy", String(64), nullable=False),
        Column("value", DOCUMENT, nullable=True),
        Column("feasibility", Text, nullable=False),
        Column("stage", String(20), nullable=False, index=True),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "datasets",
        Column("name", String(64), primary_key=True),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "dataset_versions",
        Column("subject", String(255), primary_key=True),
        Column("name", String(64), ForeignKey("datasets.name"), nullable=False, index=True),
        Column("fingerprint", String(12), nullable=False),
        Column("sha256", String(64), nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("format", String(20), nullable=False),
        Column("delimiter", String(1), nullable=False),
        Column("rows", BigInteger, nullable=False),
        Column("columns", DOCUMENT, nullable=False),
        Column("description", Text, nullable=False),
        Column("licence", Text, nullable=False),
        Column("sensitivity", String(20), nullable=False),
        Column("owner_role", String(40), nullable=False),
        Column("place", Text, nullable=False),
        Column("protected", DOCUMENT, nullable=False),
        Column("label", Text, nullable=True),
        Column("lineage", DOCUMENT, nullable=False),
        Column("registered_at", String(24), nullable=False),
        Column("registered_by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "hypotheses",
        Column("subject", String(255), primary_key=True),
        Column("case", String(64), nullable=False, index=True),
        Column("slug", String(64), nullable=False),
        Column("statement", Text, nullable=False),
        Column("criteria", DOCUMENT, nullable=False),
        Column("design", DOCUMENT, nullable=False),
        Column("baseline", Text, nullable=False),
        Column("prior", Float, nullable=False),
        Column("significance", Float, nullable=False),
        Column("power", Float, nullable=False),
        Column("time_box", String(10), nullable=False),
        Column("dataset", String(255), nullable=True),
        Column("state", String(20), nullable=False, index=True),
        Column("learned", Text, nullable=False),
        Column("registered_at", String(24), nullable=False),
        Column("registered_by", String(255), nullable=False),
        Column("sealed", String(64), ForeignKey("ledger.digest"), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "runs",
        Column("run_id", String(100), primary_key=True),
        Column("experiment", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("user", Text, nullable=False),
        Column("actor", String(255), nullable=True),
        Column("status", String(20), nullable=False, index=True),
        Column("started_at", String(24), nullable=False, index=True),
        Column("ended_at", String(24), nullable=True),
        Column("hypothesis", String(255), nullable=True, index=True),
        Column("counts", Boolean, nullable=False),
        Column("why_not", Text, nullable=True),
        Column("params", DOCUMENT, nullable=False),
        Column("metrics", DOCUMENT, nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )


def _models() -> None:
    op.create_table(
        "models",
        Column("name", String(200), primary_key=True),
        Column("case", String(64), nullable=False, index=True),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "model_versions",
        Column("model", String(200), ForeignKey("models.name"), primary_key=True),
        Column("number", String(64), primary_key=True),
        Column("case", String(64), nullable=False, index=True),
        Column("run", String(64), nullable=True, index=True),
        Column("place", String(500), nullable=True, index=True),
        Column("digest", String(64), nullable=False),
        Column("files", DOCUMENT, nullable=False),
        Column("format", String(20), nullable=False),
        Column("signature", DOCUMENT, nullable=False),
        Column("data", String(255), nullable=True),
        Column("evaluation", String(255), nullable=True),
        Column("code", String(255), nullable=True),
        Column("environment", String(255), nullable=True),
        Column("author", String(255), nullable=False),
        Column("threshold", Float, nullable=False),
        Column("card", DOCUMENT, nullable=False),
        Column("stage", String(20), nullable=False),
        Column("registered_at", String(24), nullable=False),
        Column("registered_by", String(255), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
        Column("sealed", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
    op.create_table(
        "model_promotions",
        Column("id", Integer, primary_key=True),
        Column("model", String(200), ForeignKey("models.name"), nullable=False),
        Column("alias", String(64), nullable=False),
        Column("number", String(64), nullable=True),
        Column("at", String(24), nullable=False),
        Column("decision", String(64), ForeignKey("ledger.digest"), nullable=False),
        Index("ix_model_promotions_model_alias_at", "model", "alias", "at"),
    )


def _gates() -> None:
    op.create_table(
        "policies",
        Column("entry", String(64), ForeignKey("ledger.digest"), primary_key=True),
        Column("name", String(64), nullable=False),
        Column("number", Integer, nullable=False),
        Column("digest", String(64), nullable=False, index=True),
        Column("extends", String(64), nullable=True),
        Column("text", Text, nullable=False),
        Column("text_digest", String(64), nullable=False),
        Column("content", DOCUMENT, nullable=False),
        Column("published_at", String(24), nullable=False),
        Column("published_by", String(255), nullable=False),
        Index("uq_policies_name_number", "name", "number", unique=True),
    )
    op.create_table(
        "reviews",
        Column("id", String(40), primary_key=True),
        Column("subject", String(255), nullable=False),
        Column("gate", String(20), nullable=False),
        Column("policy", String(64), nullable=False),
        Column("policy_digest", String(64), nullable=False),
        Column("policy_entry", String(64), ForeignKey("ledger.digest"), nullable=False),
        Column("base", String(64), ForeignKey("ledger.digest"), nullable=True),
        Column("opened_by", String(255), nullable=False),
        Column("opened_at", String(24), nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
        Column("state", String(20), nullable=False),
        Column("verdict", String(20), nullable=True),
        Column("outcome", String(20), nullable=True),
        Column("decision", String(64), ForeignKey("ledger.digest"), nullable=True),
        Index("ix_reviews_state_opened_at", "state", "opened_at"),
        Index("ix_reviews_subject_gate", "subject", "gate"),
    )
    op.create_table(
        "sign_offs",
        Column("review", String(40), ForeignKey("reviews.id"), primary_key=True),
        Column("role", String(40), primary_key=True),
        Column("outcome", String(20), nullable=False),
        Column("user", String(255), nullable=False),
        Column("at", String(24), nullable=False),
        Column("comment", Text, nullable=False),
        Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
        Index("uq_sign_offs_review_user", "review", "user", unique=True),
    )
    op.create_table(
        "waivers",
        Column("entry", String(64), ForeignKey("ledger.digest"), primary_key=True),
        Column("review", String(40), ForeignKey("reviews.id"), nullable=False, index=True),
        Column("condition", String(64), nullable=False),
        Column("role", String(40), nullable=False),
        Column("reason", Text, nullable=False),
        Column("user", String(255), nullable=False),
        Column("at", String(24), nullable=False),
        Column("expires", String(24), nullable=False),
        Column("withdrawn", String(64), ForeignKey("ledger.digest"), nullable=True),
    )
    op.create_table(
        "gate_states",
        Column("subject", String(255), primary_key=True),
        Column("gate", String(20), primary_key=True),
        Column("decision", String(64), ForeignKey("ledger.digest"), nullable=False),
    )
